// Random literals and variables: relata must read them as graphql-js does, and refuse what that refuses.
//
//   node values.js [SEED] [COUNT]      RELATA=target/release/relata asks that server
import { parse, valueFromAST } from 'graphql';
import { relataSchema } from './schema.js';
import { randomNumbers, repeat, serve } from './server.js';

const SEED = Number(process.argv[2] ?? 1);
const COUNT = Number(process.argv[3] ?? 2000);
const TEXT = [
  ...['a', 'é', '😀', ' ', '  ', '\t', '\n', '\r', '\r\n', '\n  ', '\n\t', '"', '""', '\\', '#', ',', '{', '\\"""'],
  ...['\\n', '\\t', '\\"', '\\\\', '\\/', '\\u00e9', '\\u{1F600}', '\\uD83D\\uDE00', '\\uD83D', '\\u0000', '\\u{}'],
  ...['\u2028', '\u0085', '\u00a0', '\ufeff', '\u0007', '\u007f'],
];
const DIGITS = ['0', '1', '7', '9', '12', '00', '9223372036854775807', '9223372036854775808', '.', '-', '+', 'e', 'E', 'e3'];
// What is created with the literal, and read again.
const KINDS = [
  { type: 'String', pieces: TEXT, quotes: ['"', '"""'], root: 'createDocuments', list: 'documents', field: 'url' },
  { type: 'Float', pieces: DIGITS, quotes: [''], root: 'createCountries', list: 'countries', field: 'areaKm2' },
  { type: 'BigInt', pieces: DIGITS, quotes: ['', '"'], root: 'createCountries', list: 'countries', field: 'population' },
];

function expected(schema, kind, query) {
  try {
    const [operation] = parse(query).definitions;
    const [input] = operation.selectionSet.selections[0].arguments[0].value.values;
    if (input.fields.length !== 2) return undefined;
    const value = valueFromAST(input.fields[1].value, schema.getType(kind.type));
    // What a double cannot hold is no value, for all that graphql-js makes it infinite.
    return value === Infinity || value === -Infinity ? undefined : value;
  } catch {
    return undefined;
  }
}

function equal(kind, left, right) {
  if (left === undefined || right === undefined) return left === right;
  // JSON has no zero below zero.
  return kind.type === 'BigInt' ? String(left) === right : left === right || (left === 0 && right === 0);
}

const schema = relataSchema();
const below = randomNumbers(SEED);
const one = (list) => list[below(list.length)];
const { ask, stop } = await serve();
const tally = { read: 0, refused: 0 };
const faults = [];

async function compare() {
  if (tally.read + tally.refused >= COUNT) return false;
  const kind = one(KINDS);
  const quote = one(kind.quotes);
  const literal = quote + Array.from({ length: below(7) }, () => one(kind.pieces)).join('') + quote;
  const selection = `{ ${kind.list} { ${kind.field} } }`;
  const query = `mutation { ${kind.root}(input: [{name: "x", ${kind.field}: ${literal}}]) ${selection} }`;
  const wanted = expected(schema, kind, query);
  const read = async (body) => (await ask(body)).data?.[kind.root]?.[kind.list][0][kind.field];
  const found = await read({ query });
  tally[wanted === undefined ? 'refused' : 'read'] += 1;
  if (!equal(kind, wanted, found)) faults.push(`${literal}: ${found}, by graphql-js ${wanted}`);
  if (wanted !== undefined) {
    const given = typeof wanted === 'bigint' ? String(wanted) : wanted;
    const document = `mutation ($it: ${kind.type}) { ${kind.root}(input: [{name: "x", ${kind.field}: $it}]) ${selection} }`;
    const again = await read({ query: document, variables: { it: given } });
    if (!equal(kind, wanted, again)) faults.push(`${literal} as a variable: ${again}, not ${wanted}`);
  }
  return true;
}

try {
  await repeat(compare);
} finally {
  stop();
}
console.log(`seed ${SEED}: ${JSON.stringify(tally)}, ${faults.length} read otherwise`);
for (const fault of faults.slice(0, 20)) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
