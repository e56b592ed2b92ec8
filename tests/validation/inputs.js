// Random values of variables, of the types that arguments have: graphql-js and a running relata must take the same ones.
//
//   node inputs.js [SEED] [COUNT]      RELATA=target/release/relata asks that server
import { getNullableType, getVariableValues, isEnumType, isInputObjectType, isListType, isNonNullType, parse } from 'graphql';
import { relataSchema } from './schema.js';
import { randomNumbers, repeat, serve } from './server.js';

const SEED = Number(process.argv[2] ?? 1);
const COUNT = Number(process.argv[3] ?? 3000);
const DEPTH_MAX = 4;
// Of what a scalar may be given, the first few are right.
const SCALARS = {
  Int: [0, 7, -3, 2 ** 31, 1.5, '7'],
  Float: [0.5, -3, 1e300, '0.5'],
  String: ['x', '', '😀', 7],
  ID: ['x', 7, 7.5],
  Boolean: [true, false, 1, 'true'],
  BigInt: ['7', 7, '-9223372036854775808', '9223372036854775808', 7.5, ''],
  Date: ['2024', '2024-02-29', '2023-02-29', 2024],
  DateTime: ['2024-02-29T12:00:00Z', '2024-02-29'],
  JSON: [{ a: [1, null] }, 'x', 7],
};
const ODD = [null, [], {}, '', 0, true, [null], { nope: 1 }];

const schema = relataSchema();
const below = randomNumbers(SEED);
const one = (list) => list[below(list.length)];

// A value of `type`; in one part of `odds` it is of any.
function value(type, odds, depth = 0) {
  if (below(odds) === 0) return one(ODD);
  const bare = getNullableType(type);
  if (!isNonNullType(type) && below(8) === 0) return null;
  if (isListType(bare)) {
    if (below(6) === 0) return value(bare.ofType, odds, depth);
    return Array.from({ length: below(3) }, () => value(bare.ofType, odds, depth));
  }
  if (isEnumType(bare)) return one(bare.getValues()).name;
  if (!isInputObjectType(bare)) return one(SCALARS[bare.name].slice(0, below(odds) ? 2 : undefined));
  const fields = Object.values(bare.getFields());
  const chosen = bare.isOneOf
    ? [one(fields)]
    : fields.filter((it) => isNonNullType(it.type) || (depth < DEPTH_MAX && below(fields.length) < 2));
  const entries = chosen.map((it) => [it.name, value(it.type, odds, depth + 1)]);
  if (bare.isOneOf && below(odds) === 0) entries.push([one(fields).name, null]);
  if (below(odds) === 0) entries.pop();
  return Object.fromEntries(entries);
}

// Every argument of a root field that takes an input, with the field.
const ARGUMENTS = [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
  Object.values(root.getFields()).flatMap((field) => field.args.map((argument) => ({ root, field, argument }))),
);

// A document that gives a variable to one argument, and skips the field.
function document({ root, field, argument }) {
  const required = field.args.filter((it) => isNonNullType(it.type) && it !== argument && it.defaultValue === undefined);
  const others = required.map((it, index) => ({ declared: `$o${index}: ${it.type}`, given: `${it.name}: $o${index}`, it }));
  const declared = [`$it: ${argument.type}`, ...others.map((it) => it.declared)].join(', ');
  const given = [`${argument.name}: $it`, ...others.map((it) => it.given)].join(', ');
  const selection = `${field.name}(${given}) @skip(if: true) { __typename }`;
  const kind = root === schema.getMutationType() ? 'mutation' : 'query';
  const values = Object.fromEntries(others.map(({ it }, index) => [`o${index}`, value(it.type, 1000)]));
  return { query: `${kind} (${declared}) { ${selection} }`, values };
}

const { ask, stop } = await serve();
const tally = { accepted: 0, refused: 0 };
const faults = [];

async function compare() {
  if (tally.accepted + tally.refused >= COUNT) return false;
  const chosen = one(ARGUMENTS);
  const { query, values } = document(chosen);
  const odds = one([6, 30, 1000]);
  const variables = { ...values, it: value(chosen.argument.type, odds) };
  const { errors } = getVariableValues(schema, parse(query).definitions[0].variableDefinitions, variables);
  const answer = await ask({ query, variables });
  const verdict = errors ? 'refused' : 'accepted';
  const code = answer.errors?.[0].extensions.code;
  const found = answer.data ? 'accepted' : code === 'BAD_USER_INPUT' ? 'refused' : code;
  tally[verdict] += 1;
  if (found !== verdict) faults.push([query, JSON.stringify(variables), JSON.stringify(answer), errors?.[0].message].join('\n'));
  return true;
}

try {
  await repeat(compare);
} finally {
  stop();
}
console.log(`seed ${SEED}: ${JSON.stringify(tally)}, ${faults.length} judged otherwise`);
for (const fault of faults.slice(0, 10)) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
