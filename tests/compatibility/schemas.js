// The schema that the Neo4j GraphQL Library makes of relata's default ontology, and relata's own.
import { readFileSync } from 'node:fs';
import { Neo4jGraphQL } from '@neo4j/graphql';
import { buildSchema, parse, print, visit } from 'graphql';

// What every entity has without saying so.
const ENTITY = parse(`
  interface Entity { id: ID! name: String! aliases: [String!]! }
  type Any { id: ID! name: String! aliases: [String!]! @default(value: []) }
`);

function read(path) {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

// The ontology without relata's own: `@unique`, `@node(hub:)`, and an `Entity` that all implement and nobody writes.
function typeDefs() {
  const [entity, { fields }] = ENTITY.definitions;
  const InterfaceTypeDefinition = (it) => ({ ...it, fields: [...entity.fields, ...it.fields] });
  const ontology = visit(parse(read('schema.graphql')), {
    Directive(node) {
      if (node.name.value === 'unique') return null;
      return node.name.value === 'node' ? { ...node, arguments: [] } : undefined;
    },
    InterfaceTypeDefinition,
    ObjectTypeDefinition: {
      leave(node) {
        if (!node.directives.some((it) => it.name.value === 'node')) return undefined;
        const name = { kind: 'Name', value: 'Entity' };
        const interfaces = [...node.interfaces, { kind: 'NamedType', name }];
        return { ...node, interfaces, fields: [...fields, ...node.fields] };
      },
    },
  });
  return print({ ...ontology, definitions: [entity, ...ontology.definitions] });
}

export async function neo4jSchema() {
  return new Neo4jGraphQL({ typeDefs: typeDefs() }).getSchema();
}

export function relataSchema() {
  return buildSchema(read('tests/sdl/default.graphql'));
}
