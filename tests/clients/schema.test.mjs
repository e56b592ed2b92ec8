// What graphql-js makes of the schema: introspected and printed it is one schema, valid, and described throughout.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  buildClientSchema, buildSchema, getIntrospectionQuery, getNullableType, isEnumType, isInputObjectType,
  isIntrospectionType, isScalarType, isSpecifiedScalarType, lexicographicSortSchema, parse, printSchema,
  validateSchema,
} from 'graphql';
import { validateSDL } from 'graphql/validation/validate.js';
import { ask, ontologies, sdl, start, startFilm } from './server.mjs';

const servers = { default: start, film: startFilm };
const introspection = getIntrospectionQuery({
  specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true,
});

const introspections = {};
for (const [name, start] of Object.entries(servers)) introspections[name] = await ask(await start(), introspection);

for (const [name, ontology] of Object.entries(ontologies)) {
  const printed = sdl(ontology);
  const introspected = buildClientSchema(introspections[name]);

  test(`${name}: the schema is valid by itself`, () => {
    assert.deepEqual(validateSDL(parse(printed)).map(String), []);
    assert.deepEqual(validateSchema(buildSchema(printed)).map(String), []);
  });

  test(`${name}: introspection gives the schema that is printed`, () => {
    assert.deepEqual(validateSchema(introspected).map(String), []);
    assertSame(text(introspected), text(buildSchema(printed)));
    assert.deepEqual(directives(introspected), directives(buildSchema(printed)));
  });

  test(`${name}: every scalar says where it is specified`, () => {
    const scalars = types(printed).filter((it) => isScalarType(it) && !isSpecifiedScalarType(it));
    assert.ok(scalars.length >= 4);
    assert.deepEqual(scalars.filter((it) => !URL.canParse(it.specifiedByURL)).map(String), []);
  });

  test(`${name}: everything is described`, () => {
    const undescribed = types(printed).flatMap(parts).filter(([, it]) => !it.description?.trim()).map(([path]) => path);
    assert.deepEqual(undescribed, []);
  });
}

function types(printed) {
  return Object.values(buildSchema(printed).getTypeMap()).filter((it) => !isIntrospectionType(it) && !isSpecifiedScalarType(it));
}

function text(schema) {
  return printSchema(lexicographicSortSchema(schema));
}

/** All directives. That of deprecation requires its reason since the specification of 2025, but not in graphql-js 16. */
function directives(schema) {
  return lexicographicSortSchema(schema).getDirectives().map(({ name, locations, isRepeatable, args }) => ({
    name,
    locations,
    isRepeatable,
    args: args.map((it) => `${it.name}: ${name === 'deprecated' ? getNullableType(it.type) : it.type}`),
  }));
}

/** A type, its fields, values and arguments, each with its path. */
function parts(type) {
  const fields = isEnumType(type) ? type.getValues() : Object.values(type.getFields?.() ?? {});
  return [[type.name, type], ...fields.flatMap((field) => [
    [`${type.name}.${field.name}`, field],
    ...(isInputObjectType(type) ? [] : field.args ?? []).map((arg) => [`${type.name}.${field.name}(${arg.name}:)`, arg]),
  ])];
}

/** A picture of the difference between two long texts would take minutes. */
function assertSame(actual, expected) {
  const [left, right] = [actual.split('\n'), expected.split('\n')];
  const line = left.findIndex((it, index) => it !== right[index]);
  assert.equal(left[line], right[line], `line ${line + 1}`);
  assert.equal(left.length, right.length);
}
