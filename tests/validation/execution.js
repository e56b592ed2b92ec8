// Random queries over the demo, answered by relata and, from relata's answers to single fields, by graphql-js:
// what both make of aliases, fragments, conditions, variables, merging and nulls must be equal, to the order of keys.
//
//   node execution.js [SEED] [COUNT]      RELATA=target/release/relata asks that server
import { readFileSync, readdirSync } from 'node:fs';
import {
  astFromValue,
  execute,
  isLeafType,
  isExecutableDefinitionNode,
  getNamedType,
  Kind,
  parse,
  print,
  validate,
} from 'graphql';
import { relataSchema } from './schema.js';
import { scramble } from './scramble.js';
import { randomNumbers, repeat, serve } from './server.js';

const SEED = Number(process.argv[2] ?? 1);
const COUNT = Number(process.argv[3] ?? 300);
const ROOT = new URL('../../', import.meta.url);

const schema = relataSchema();
// As texts they stay what they are.
const bigInt = schema.getType('BigInt');
const { parseValue, parseLiteral } = bigInt;
bigInt.parseValue = (value) => String(parseValue(value));
bigInt.parseLiteral = (node) => String(parseLiteral(node));

const below = randomNumbers(SEED);
const one = (list) => list[below(list.length)];
const { ask, stop } = await serve();

// ───────────────────────────── graphql-js, from relata's answers to single fields ─────────────────────────────

class Unknown extends Error {}

const answers = new Map();

function answer(query) {
  if (!answers.has(query)) answers.set(query, ask({ query }));
  return answers.get(query);
}

// The field of an object that stands at `source.steps`: what relata says of it alone.
async function resolve(source, args, context, info) {
  const definition = info.parentType.getFields()[info.fieldName];
  // Defaults are left to relata, which does not count them as given.
  const isWritten = (it) => {
    const value = info.fieldNodes[0].arguments.find(({ name }) => name.value === it.name)?.value;
    return value && (value.kind !== Kind.VARIABLE || value.name.value in info.variableValues);
  };
  const given = definition.args
    .filter((it) => it.name in args && isWritten(it))
    .map((it) => `${it.name}: ${print(astFromValue(args[it.name], it.type))}`);
  const field = info.fieldName + (given.length ? `(${given.join(', ')})` : '');
  const step = { field, type: info.parentType.name, indexes: [] };
  const steps = [...(source?.steps ?? []), step];
  const leaf = isLeafType(getNamedType(info.returnType));
  const inner = leaf ? '' : ' { __typename }';
  const query = steps.reduceRight((below, { field, type }) => ` { ... on ${type} { ${field}${below} } }`, inner);
  const { data, errors } = await answer(query.trim());
  if (errors) {
    const { message, path, extensions } = errors[0];
    const names = path?.filter((it) => typeof it === 'string');
    if (names?.length !== steps.length || extensions.code === 'QUERY_TOO_COMPLEX') throw new Unknown(message);
    throw new Error(message);
  }
  let value = data;
  for (const { field, indexes } of steps) {
    value = value[/^\w+/.exec(field)[0]];
    for (const index of indexes) value = value[index];
  }
  return leaf ? value : placed(value, steps);
}

// The objects in `value`, each with where it stands.
function placed(value, steps) {
  if (value === null) return null;
  const last = steps.at(-1);
  if (Array.isArray(value)) {
    return value.map((it, index) => placed(it, [...steps.slice(0, -1), { ...last, indexes: [...last.indexes, index] }]));
  }
  return { __typename: value.__typename, steps };
}

for (const type of Object.values(schema.getTypeMap())) {
  if (type.name.startsWith('__') || !type.getFields) continue;
  for (const field of Object.values(type.getFields())) field.resolve = resolve;
}

// ───────────────────────────── queries ─────────────────────────────

function blocks(path) {
  const text = readFileSync(new URL(path, ROOT), 'utf8');
  if (path.endsWith('.graphql')) return [text];
  return [...text.matchAll(/^```graphql\n([^]*?)^```$/gm)].map(([, block]) => block);
}

// One document for each query of the documentation and of the tests of the API.
function queries() {
  const list = (folder, end) => readdirSync(new URL(folder, ROOT)).filter((it) => it.endsWith(end)).map((it) => folder + it);
  const files = ['README.md', ...list('docs/', '.md'), ...list('tests/api/news/', '.graphql')];
  return files.flatMap(blocks).flatMap((text) => {
    const document = parse(text, { noLocation: true });
    if (!document.definitions.every(isExecutableDefinitionNode)) return [];
    const fragments = document.definitions.filter((it) => it.kind === Kind.FRAGMENT_DEFINITION);
    // The order of introspection's lists is anyone's.
    return document.definitions
      .filter((it) => it.operation === 'query' && !/__(schema|type)\b/.test(print(it)))
      .map((it) => ({ kind: Kind.DOCUMENT, definitions: [it, ...fragments] }));
  });
}

// ───────────────────────────── comparison ─────────────────────────────

const pool = queries();
// `unknown`: what failed beside a field is not known from the field alone.
const tally = { equal: 0, withErrors: 0, invalid: 0, limited: 0, unknown: 0 };
const faults = [];
const paths = (errors = []) => errors.map(({ path, message }) => `${JSON.stringify(path)} ${message}`);

async function compare() {
  if (Object.values(tally).reduce((sum, it) => sum + it) >= COUNT) return false;
  const { document, values } = scramble(one(pool), schema, below);
  // An alias may stand in the way of another.
  const errors = validate(schema, document);
  if (errors.length) {
    tally.invalid += 1;
    return true;
  }
  const query = print(document);
  const ours = await ask({ query, variables: values });
  if (!('data' in ours)) {
    if (/TOO_/.test(ours.errors[0].extensions.code)) tally.limited += 1;
    else faults.push(`${JSON.stringify(ours.errors)}\n${query}`);
    return true;
  }
  const theirs = await execute({ schema, document: parse(query), variableValues: values });
  if (theirs.errors?.some((it) => it.originalError instanceof Unknown)) {
    tally.unknown += 1;
    return true;
  }
  const [left, right] = [paths(ours.errors), paths(theirs.errors)];
  // Where nulls went up, either may have seen more of what failed.
  const isEqual =
    JSON.stringify(ours.data) === JSON.stringify(theirs.data) &&
    left.every((it) => right.includes(it)) &&
    Boolean(left.length) === Boolean(right.length);
  if (!isEqual) faults.push([query, JSON.stringify(values), JSON.stringify(ours), JSON.stringify(theirs)].join('\n'));
  tally[left.length ? 'withErrors' : 'equal'] += 1;
  return true;
}

try {
  await repeat(compare);
} finally {
  stop();
}
console.log(`seed ${SEED}: ${JSON.stringify(tally)} of ${answers.size} single answers, ${faults.length} answered otherwise`);
for (const fault of faults.slice(0, 5)) console.error(fault);
if (tally.equal < COUNT / 2) faults.push('too few queries were answered');
process.exitCode = faults.length ? 1 : 0;
