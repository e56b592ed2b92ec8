// What a document may write against one schema and not against another, whatever input types are called.
import { getNamedType, isAbstractType, isLeafType, isRequiredArgument, isRequiredInputField, isUnionType } from 'graphql';

// Each difference has `side` (root, output, input, argument), `what` (missing, shape, type, required), the `name` of the
// field or argument, the `owner` it is missing from as the first schema calls it, and the path to one example.
export function differences(first, second) {
  const found = [];
  const seen = new Set();
  const shape = (type) => String(type).replace(/\w+/g, 'T');
  const isNew = (left, right) => {
    const pair = `${left.name} ${right.name}`;
    return !seen.has(pair) && Boolean(seen.add(pair));
  };

  /** Compares two types from without; gives their named types where there is more within that is yet to be seen. */
  function named(left, right, it) {
    // A type that allows more will do.
    if (shape(left).replace(/!/g, '') !== shape(right).replace(/!/g, '')) {
      found.push({ ...it, what: 'shape', left: String(left), right: String(right) });
    }
    const [a, b] = [getNamedType(left), getNamedType(right)];
    if (isLeafType(a) || isLeafType(b)) {
      if (a.name !== b.name) found.push({ ...it, what: 'type', left: a.name, right: b.name });
      return [];
    }
    return isNew(a, b) ? [a, b] : [];
  }

  function input(left, right, it) {
    const [a, b] = named(left, right, it);
    if (!b) return;
    const fields = b.getFields();
    for (const field of current(a)) {
      const below = { side: 'input', name: field.name, owner: a.name, path: `${it.path}.${field.name}` };
      const other = fields[field.name];
      if (!other) found.push({ ...below, what: 'missing' });
      else input(field.type, other.type, below);
      if (other && isRequiredInputField(other) && !isRequiredInputField(field)) found.push({ ...below, what: 'required' });
    }
    for (const other of Object.values(fields)) {
      if (isRequiredInputField(other) && !a.getFields()[other.name]) {
        found.push({ side: 'input', name: other.name, owner: a.name, path: it.path, what: 'required' });
      }
    }
  }

  function output(left, right, it) {
    const [a, b] = named(left, right, it);
    if (!b) return;
    const possible = new Set(isAbstractType(b) ? second.getPossibleTypes(b).map(({ name }) => name) : [b.name]);
    if (isUnionType(a)) {
      for (const member of a.getTypes()) {
        const below = { ...it, path: `${it.path}<${member.name}>` };
        if (possible.has(member.name)) output(member, second.getType(member.name), below);
        else found.push({ ...below, what: 'type', left: a.name, right: b.name });
      }
      return;
    }
    fields(a, b, it.path, 'output');
  }

  function fields(a, b, path, side) {
    for (const field of current(a)) {
      const it = { side, name: field.name, owner: a.name, path: `${path}.${field.name}` };
      const other = b.getFields?.()[field.name];
      if (!other) {
        found.push({ ...it, what: 'missing' });
        continue;
      }
      for (const argument of field.args) {
        const below = { side: 'argument', name: argument.name, owner: field.name, path: `${it.path}(${argument.name})` };
        const others = other.args.find(({ name }) => name === argument.name);
        if (!others) found.push({ ...below, what: 'missing' });
        else input(argument.type, others.type, below);
      }
      for (const argument of other.args.filter(isRequiredArgument)) {
        if (!field.args.some((own) => own.name === argument.name && isRequiredArgument(own))) {
          const below = { side: 'argument', name: argument.name, owner: field.name, path: it.path };
          found.push({ ...below, what: 'required' });
        }
      }
      output(field.type, other.type, it);
    }
  }

  for (const root of ['getQueryType', 'getMutationType', 'getSubscriptionType']) {
    const [a, b] = [first[root](), second[root]()];
    if (a) fields(a, b, a.name, 'root');
  }
  return found;
}

// What is deprecated is counted as gone.
function current(type) {
  return Object.values(type.getFields()).filter((it) => !it.deprecationReason);
}
