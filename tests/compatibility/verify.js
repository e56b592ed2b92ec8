// Holds the API against the schema that the Neo4j GraphQL Library makes of the same ontology.
import { readdirSync, readFileSync } from 'node:fs';
import {
  getNamedType,
  getNullableType,
  isExecutableDefinitionNode,
  isListType,
  Kind,
  NoUnusedVariablesRule,
  parse,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import { differences } from './compare.js';
import { DIFFERENCES, EXCUSED } from './differences.js';
import { neo4jSchema, relataSchema } from './schemas.js';

const ROOT = new URL('../../', import.meta.url);
// What relata adds to what the library generates, and documents may use beside it.
const OWN_FIELDS = ['degree', 'evidence', 'neighbors', 'nodes', 'propertiesJson', 'relationship', 'relationships', 'revision', 'type'];
const OWN_ARGUMENTS = ['asOf', 'before', 'knownAt', 'last'];
const OWN_INPUTS = ['caseInsensitive', 'evidence', 'exists', 'fuzzy', 'matches', 'relationship', 'validFrom', 'validTo'];

const faults = [];

function hold(where, schema, document) {
  for (const { message } of validate(schema, document)) faults.push(`${where}: ${message}`);
}

function documentation() {
  const files = ['README.md', ...readdirSync(new URL('docs', ROOT)).map((it) => `docs/${it}`)];
  return files.filter((it) => it.endsWith('.md')).flatMap((file) => {
    const text = readFileSync(new URL(file, ROOT), 'utf8');
    return [...text.matchAll(/^```graphql\n([^]*?)^```$/gm)].flatMap(([, block], place) => {
      const document = parse(block);
      // Some blocks are ontologies, and some are fragments that clients put together.
      const isWhole = document.definitions.some((it) => it.kind === Kind.OPERATION_DEFINITION);
      return isWhole && document.definitions.every(isExecutableDefinitionNode)
        ? [{ where: `${file}, query ${place + 1}`, document }]
        : [];
    });
  });
}

// The document without relata's own; `country` becomes `countries`. Null where nothing is left.
function withoutOwn(document, library, relata) {
  const plurals = new Map();
  for (const field of Object.values(library.getQueryType().getFields())) {
    if (isListType(getNullableType(field.type))) plurals.set(getNamedType(field.type).name, field.name);
  }
  const root = (operation, { name, alias, selectionSet }) => {
    const [to, from] = [library, relata].map((it) => it.getRootType(operation).getFields()[name.value]);
    // What is of another shape is relata's own too.
    if (to && from && isListType(getNullableType(to.type)) === isListType(getNullableType(from.type))) return undefined;
    const plural = from && plurals.get(from.type.name);
    if (!plural) return null;
    const named = { kind: Kind.NAME, value: plural };
    return { kind: Kind.FIELD, name: named, alias: alias ?? name, arguments: [], directives: [], selectionSet };
  };
  let left = false;
  const pruned = visit(document, {
    OperationDefinition: {
      enter(node) {
        if (!library.getRootType(node.operation)) return null;
        const selections = node.selectionSet.selections.flatMap((it) => {
          const other = root(node.operation, it);
          return other === null ? [] : [other ?? it];
        });
        left ||= selections.length > 0;
        return selections.length ? { ...node, selectionSet: { ...node.selectionSet, selections } } : null;
      },
    },
    Field: (node) => (OWN_FIELDS.includes(node.name.value) ? null : undefined),
    Argument: (node) => (OWN_ARGUMENTS.includes(node.name.value) ? null : undefined),
    ObjectField: (node) => (OWN_INPUTS.includes(node.name.value) ? null : undefined),
    SelectionSet: {
      leave(node) {
        const typename = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
        return node.selections.length ? undefined : { ...node, selections: [typename] };
      },
    },
  });
  return left ? pruned : null;
}

const library = await neo4jSchema();
const relata = relataSchema();

const ours = parse(readFileSync(new URL('documents.graphql', import.meta.url), 'utf8'));
hold('documents.graphql, by the library', library, ours);
hold('documents.graphql, by relata', relata, ours);

let typed = 0;
for (const { where, document } of documentation()) {
  hold(`${where}, by relata`, relata, document);
  const pruned = withoutOwn(document, library, relata);
  typed += Number(pruned !== null);
  if (!pruned) continue;
  const rules = specifiedRules.filter((it) => it !== NoUnusedVariablesRule);
  for (const { message } of validate(library, pruned, rules)) {
    if (!EXCUSED.some((it) => it.test(message))) faults.push(`${where}, by the library: ${message}`);
  }
}
if (typed === 0) faults.push('the documentation has no query that the library could take');

const met = new Set();
for (const it of differences(library, relata)) {
  const kind = DIFFERENCES.find(([, is]) => is(it));
  if (kind) met.add(kind[0]);
  else faults.push(`a difference that is not listed: ${JSON.stringify(it)}`);
}
for (const [name] of DIFFERENCES) if (!met.has(name)) faults.push(`no such difference: ${name}`);

console.log(`${ours.definitions.length} documents and ${typed} of the documentation, ${met.size} kinds of difference, ${faults.length} faults`);
for (const fault of faults.slice(0, 40)) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
