// Random documents, made of others by small changes.
import { Kind, parse, print, validate, visit } from 'graphql';

const TOKENS = /"""[^]*?"""|"(?:\\.|[^"\\\n])*"|\.\.\.|[_A-Za-z]\w*|-?\d[\w.+-]*|#.*|[^\s,]/g;

export class Maker {
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
