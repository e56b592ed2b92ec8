// Where what may be written for the Neo4j GraphQL Library may not be written for relata: each kind once, as the README
// tells it. `verify.js` finds every difference between the two schemas and wants exactly these kinds.
const PROPERTIES = /^(Position|Affiliation|Ownership|Control|Investment|Cooperation|Interaction|Mention|Relatedness|Membership|Sanction|Participation)$/;
const TYPES = /^(Country|Region|Place|Person|Organization|Group|Product|Project|Event|Agreement|Document|Topic)$/;
const OF_ABSTRACT = /^(entities|entitiesConnection|authorities|collectives|producers|records|sources|undertakings|(subjects|actors|locations|locateds|bodies|assets|controllables|ventures)(Connection)?)$/;

export const DIFFERENCES = [
  ['lists of interfaces and unions at the root', (it) => it.side === 'root' && OF_ABSTRACT.test(it.name)],
  ['sorting what leads to any entity', (it) => it.name === 'sort' || (it.name === 'node' && /Sort$/.test(it.owner))],
  ['filters on aggregates', (it) => it.side === 'input' && it.name === 'aggregate'],
  ['filters on `aliases`', (it) => it.name === 'aliases' && /Where$/.test(it.owner)],
  ['filters on parts of an id', (it) => it.owner === 'IDScalarFilters'],
  ['filters on `typename`', (it) => it.name === 'typename'],
  ['filters on the members of a union', (it) => TYPES.test(it.name) && /Where$/.test(it.owner)],
  ['one field for each member of a union in inputs', (it) => TYPES.test(it.name) && /(Create|Update)Input$/.test(it.owner)],
  ['a list of changes to what leads to a union', (it) => it.what === 'shape' && /UpdateInput$/.test(it.owner)],
  ['one field for each type of properties', (it) => PROPERTIES.test(it.name) && /Edge\w*(Where|Sort|CreateInput|UpdateInput)$/.test(it.owner)],
  ['properties that must be there', (it) => it.what === 'required' && /EdgeCreateInput$/.test(it.owner)],
  ['text in aggregates', (it) => it.side === 'output' && /Aggregate/.test(it.owner) && it.what === 'missing'],
  ['types of averages and sums', (it) => /AggregateSelection$/.test(it.owner) && it.what === 'type'],
  ['`delete` along a relationship', (it) => it.name === 'delete'],
  ['`connect` and `disconnect` below themselves', (it) => /^(dis)?connect$/.test(it.name) && it.side === 'input'],
  ['`where` of `connect` is required', (it) => it.what === 'required' && it.name === 'where' && /ConnectFieldInput$/.test(it.owner)],
  ['`where` of `delete…` is required', (it) => it.what === 'required' && it.name === 'where' && /^delete/.test(it.owner)],
  ['`update` is required', (it) => it.what === 'required' && it.name === 'update'],
  ['an id stays', (it) => it.name === 'id' && /UpdateInput$/.test(it.owner)],
  ['`entities` is a connection', (it) => /^Query\.entities\b/.test(it.path)],
];

// What the library says of documents of ours for one of these reasons.
export const EXCUSED = [
  // One field, or one type, for each type of properties.
  /is not defined by type "\w+Edge(Where|Sort|CreateInput|UpdateInput)"/,
  /on type "\w+RelationshipProperties"/,
];
