// Answers of the API as what the board holds.

/** A relationship with its ends by id, and the number of statements about it. */
export function linkOf({ source, target, evidence, propertiesJson, ...rest }) {
  const { id, type, validFrom, validTo, modality, disputed, confidence, origins } = rest;
  return { id, type, source: source.id, target: target.id, validFrom, validTo, modality, disputed, confidence, origins, mentions: evidence.totalCount, properties: propertiesJson ?? {} };
}

export const namedOf = ({ id, type, name, aliases }) => ({ id, type, name, aliases: aliases ?? [] });

/** Entities, relationships, symmetric types and totals of an expansion. */
export function expanded({ entity }) {
  const parts = ['outgoing', 'incoming', 'mutual'].map((it) => entity[it]).filter(Boolean);
  const edges = parts.flatMap((it) => it.edges);
  return {
    entities: edges.map((it) => namedOf(it.other)),
    relationships: edges.map((it) => linkOf(it.node)),
    symmetric: edges.filter((it) => it.direction === 'ANY').map((it) => it.node.type),
    shown: edges.length,
    total: parts.reduce((sum, it) => sum + it.totalCount, 0),
  };
}

/** Relationships by type and direction of an entity: `{type, direction, count}`, none left out that is there. */
export function counts(entity, relations) {
  return relations.flatMap((type) => {
    const [out, into, any] = [entity[`out_${type}`], entity[`in_${type}`], entity[`any_${type}`]];
    if (any > 0 && out === any && into === any) return [{ type, direction: 'ANY', count: any }];
    return [{ type, direction: 'OUT', count: out }, { type, direction: 'IN', count: into }].filter((it) => it.count > 0);
  });
}

/** A path as its entities and steps, each step's relationship with the direction it is walked. */
export const pathOf = ({ nodes, steps, ...rest }) => ({
  ...rest,
  entities: nodes.map(namedOf),
  steps: steps.map((it) => ({ direction: it.direction, relationship: linkOf(it.relationship) })),
});

/** The board's parts again, and how many are gone: `nodes(ids:)` answers null for those. */
export function restored({ entities, relationships }) {
  const there = (list) => list.filter((it) => it?.id);
  const missing = entities.length + relationships.length - there(entities).length - there(relationships).length;
  return { entities: there(entities).map(namedOf), relationships: there(relationships).map(linkOf), missing };
}
