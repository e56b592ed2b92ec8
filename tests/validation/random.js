// Random documents, made of the corpus by small changes: graphql-js and a running relata must agree.
//
//   node random.js [SEED] [COUNT]      RELATA=target/release/relata asks that server
import { DIFFERENCES, documents, files, VARIABLES } from './corpus.js';
import { judge } from './judge.js';
import { Maker } from './maker.js';
import { strictRules } from './rules.js';
import { relataSchema } from './schema.js';
import { randomNumbers, repeat, serve } from './server.js';

const SEED = Number(process.argv[2] ?? 1);
const COUNT = Number(process.argv[3] ?? 3000);
// Of so many documents relata may say that they ask for too much, which graphql-js never says.
const LIMITED_MAX = 0.01;
const VERDICTS = {
  GRAPHQL_PARSE_FAILED: 'unparsable',
  GRAPHQL_VALIDATION_FAILED: 'invalid',
  OPERATION_RESOLUTION_FAILURE: 'valid',
  QUERY_TOO_DEEP: 'limited',
  QUERY_TOO_COMPLEX: 'limited',
};

// Where differences.graphql says that graphql-js is wrong, or that both refuse a document in another way.
const EXCUSES = [
  // It does not look at the type of `__typename`.
  ({ text, verdict, message }) =>
    verdict === 'valid' && text.includes('__typename') && /must not select different types/.test(message),
  // It takes a text and a block string for different.
  ({ text, found, why }) => found === 'valid' && text.includes('"""') && /differing arguments/.test(why),
  // relata does not read on where a type is defined.
  ({ text, found, verdict }) =>
    found === 'invalid' &&
    verdict === 'unparsable' &&
    /\b(schema|scalar|type|interface|union|enum|input|directive|extend)\b/.test(text),
];
const EXCUSED_MAX = 0.01;

// What relata says; no operation has the name that is asked for, so nothing is executed.
async function answer(ask, query) {
  const [{ message, extensions }] = (await ask({ query, operationName: '' })).errors;
  return { message, found: VERDICTS[extensions.code] ?? extensions.code };
}

const schema = relataSchema();
const texts = files()
  .filter((it) => it !== VARIABLES && it !== DIFFERENCES)
  .flatMap((it) => documents(it))
  .map((it) => it.text);
const maker = new Maker(texts, schema, randomNumbers(SEED));
const { ask, stop } = await serve();
const tally = { valid: 0, invalid: 0, unparsable: 0, limited: 0, excused: 0 };
const faults = [];

async function compare() {
  if (Object.values(tally).reduce((sum, it) => sum + it) >= COUNT) return false;
  const text = maker.document();
  const { verdict, why } = judge(schema, text, strictRules);
  const { found, message } = await answer(ask, text);
  if (found === 'limited' || found === verdict) {
    tally[found] += 1;
  } else if (EXCUSES.some((it) => it({ text, found, verdict, message, why }))) {
    tally.excused += 1;
  } else {
    tally[verdict] += 1;
    faults.push(`${found}, by graphql-js ${verdict}: ${why || message}\n${text}\n`);
  }
  return true;
}

try {
  await repeat(compare);
} finally {
  stop();
}
console.log(`seed ${SEED}: ${JSON.stringify(tally)}, ${faults.length} with another verdict`);
for (const fault of faults.slice(0, 20)) console.error(fault);
if (tally.limited > COUNT * LIMITED_MAX || tally.excused > COUNT * EXCUSED_MAX) faults.push('too many exceptions');
process.exitCode = faults.length ? 1 : 0;
