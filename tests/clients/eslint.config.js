// graphql-eslint's presets for schemas, `recommended` and `relay`, over the file that SCHEMA names.
import graphql from '@graphql-eslint/eslint-plugin';

const [recommended, relay] = ['schema-recommended', 'schema-relay'].map((it) => graphql.configs[`flat/${it}`].rules);
const [, { EnumValueDefinition: enumValues, ...names }] = recommended['@graphql-eslint/naming-convention'];

export default [{
  files: ['**/*.graphql'],
  languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: process.env.SCHEMA } } },
  plugins: { '@graphql-eslint': graphql },
  rules: {
    ...recommended,
    ...relay,
    '@graphql-eslint/naming-convention': ['error', {
      ...names,
      // The values of `EntityType` are names of types, which clients compare with `__typename`.
      'EnumValueDefinition[parent.name.value!=EntityType]': enumValues,
      'EnumValueDefinition[parent.name.value=EntityType]': 'PascalCase',
      // As in the Neo4j GraphQL Library, whose documents run here: `AND`, `OR` and `NOT`, and the fields of an input for
      // an entity of one of several types, which are named after these.
      InputValueDefinition: { style: 'camelCase', ignorePattern: '^(AND|OR|NOT|[A-Z][a-z]+[A-Za-z]*)$' },
      // `TypeCount` counts by type.
      'ObjectTypeDefinition,ObjectTypeExtension': { forbiddenSuffixes: ['Type'] },
    }],
    // The author of an ontology names its fields: `placeType` of a `Place`, `subjectOf` of a `Subject`.
    '@graphql-eslint/no-typename-prefix': 'off',
    // Ids are for what `node` gives: entities, relationships and evidence. Pages, paths and counts are parts of answers.
    '@graphql-eslint/strict-id-in-types': 'off',
    // Pages of what is found by going, such as neighbors, go forward only.
    '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
    // Lists beside connections, and `nodes` beside `edges`, are the Neo4j GraphQL Library's too.
    '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
  },
}];
