// Random documents, made of the corpus by small changes: graphql-js and a running relata must agree.
//
//   node random.js [SEED] [COUNT]      RELATA=http://… asks that server; else target/debug/relata is started
import { Kind, parse, print, validate, visit } from 'graphql';
import { DIFFERENCES, documents, files, VARIABLES } from './corpus.js';
import { judge } from './judge.js';
import { strictRules } from './rules.js';
import { relataSchema } from './schema.js';
import { randomNumbers, repeat, serve } from './server.js';

const SEED = Number(process.argv[2] ?? 1);
const COUNT = Number(process.argv[3] ?? 3000);
// Of so many documents relata may say that they ask for too much, which graphql-js never says.
const LIMITED_MAX = 0.01;
const TOKENS = /"""[^]*?"""|"(?:\\.|[^"\\\n])*"|\.\.\.|[_A-Za-z]\w*|-?\d[\w.+-]*|#.*|[^\s,]/g;
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

class Maker {
  constructor(texts, schema, below) {
    this.below = below;
    this.texts = texts;
    this.tokens = texts.flatMap((it) => it.match(TOKENS) ?? []);
    // The nodes of all documents, by their kind.
    this.nodes = new Map();
    this.trees = [];
    this.validTrees = [];
    for (const text of texts) {
      try {
        const tree = parse(text, { noLocation: true });
        this.trees.push(tree);
        if (validate(schema, tree).length === 0) this.validTrees.push(tree);
        visit(tree, { enter: (node) => void this.ofKind(node.kind).push(node) });
      } catch {
        // Some documents are there because they cannot be parsed.
      }
    }
  }

  ofKind(kind) {
    if (!this.nodes.has(kind)) this.nodes.set(kind, []);
    return this.nodes.get(kind);
  }

  one(list) {
    return list[this.below(list.length)];
  }

  document() {
    const changes = this.below(3);
    return this.below(4) ? this.byNodes(changes) : this.byTokens(1 + changes);
  }

  // What two documents ask, in one operation.
  merged() {
    const trees = this.below(5) ? this.validTrees : this.trees;
    const [left, right] = [this.one(trees), this.one(trees)].map((it) => structuredClone(it));
    if (this.below(3) === 0) return left;
    const operation = ({ definitions }) => definitions.find((it) => it.kind === Kind.OPERATION_DEFINITION);
    const [into, from] = [operation(left), operation(right)];
    if (!into || !from) return left;
    const fragments = right.definitions.filter((it) => it.kind === Kind.FRAGMENT_DEFINITION);
    into.selectionSet.selections.push(...from.selectionSet.selections);
    into.variableDefinitions.push(...from.variableDefinitions);
    left.definitions.push(...fragments);
    return left;
  }

  // Puts nodes where others of their kind were, drops nodes, and repeats them.
  byNodes(changes) {
    let tree = this.merged();
    for (let change = 0; change < changes; change += 1) {
      let nodes = 0;
      visit(tree, { enter: () => void (nodes += 1) });
      let left = this.below(nodes);
      tree = visit(tree, {
        enter: (node, key, parent) => {
          left -= 1;
          if (left !== -1 || !parent) return undefined;
          const other = this.one(this.ofKind(node.kind));
          if (!Array.isArray(parent)) return other;
          if (this.below(4) === 0) parent.splice(key, 0, other);
          return this.below(5) === 0 && parent.length > 1 ? null : other;
        },
      });
      tree = structuredClone(tree);
    }
    return print(tree);
  }

  // Drops, repeats, exchanges and puts tokens.
  byTokens(changes) {
    const tokens = [...(this.one(this.texts).match(TOKENS) ?? [])];
    for (let change = 0; change < changes; change += 1) {
      const at = this.below(tokens.length + 1);
      const other = this.one(this.tokens);
      const [dropped, ...put] = [
        [1],
        [0, tokens[at] ?? other],
        [1, other],
        [0, other],
        [2, tokens[at + 1] ?? other, tokens[at] ?? other],
      ][this.below(5)];
      tokens.splice(at, dropped, ...put);
    }
    return tokens.map((it) => (it.startsWith('#') ? `${it}\n` : it)).join(' ');
  }
}

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
