// Other ways to ask the same or less: fields repeated, under aliases, in fragments, on conditions; values as variables.
import {
  getNullableType,
  Kind,
  parseType,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';

// Variables that decide what is skipped, and their values.
const CONDITIONS = { yes: true, no: false };

const name = (value) => ({ kind: Kind.NAME, value });

function condition(one) {
  const variable = { kind: Kind.VARIABLE, name: name(one(Object.keys(CONDITIONS))) };
  const value = one([variable, { kind: Kind.BOOLEAN, value: one([true, false]) }]);
  const argument = { kind: Kind.ARGUMENT, name: name('if'), value };
  return { kind: Kind.DIRECTIVE, name: name(one(['skip', 'include'])), arguments: [argument] };
}

function inline(selection, typeCondition, directives) {
  return { kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet: set([selection]) };
}

function set(selections) {
  return { kind: Kind.SELECTION_SET, selections };
}

// The query `document`, scrambled, and the values of its variables.
export function scramble(document, schema, below) {
  const one = (list) => list[below(list.length)];
  const fragments = [];
  const types = new TypeInfo(schema);
  const declared = new Map(Object.keys(CONDITIONS).map((it) => [it, 'Boolean!']));
  const values = { ...CONDITIONS };

  // A variable for the value of an argument or of an input's field.
  function asVariable(node) {
    const type = types.getInputType();
    let isConstant = Boolean(type);
    visit(node.value, { Variable: () => void (isConstant = false) });
    if (!isConstant || below(6) || node.value.kind === Kind.NULL) return undefined;
    const variable = `given${declared.size}`;
    declared.set(variable, `${getNullableType(type)}!`);
    values[variable] = valueFromASTUntyped(node.value);
    return { ...node, value: { kind: Kind.VARIABLE, name: name(variable) } };
  }

  function change(selection, parent) {
    const on = { kind: Kind.NAMED_TYPE, name: name(parent.name) };
    switch (below(14)) {
      case 0:
        return [selection, selection];
      case 1:
        return [inline(selection, undefined, [])];
      case 2:
        return [inline(selection, on, one([[], [condition(one)]]))];
      case 3: {
        const label = name(`Scrambled${fragments.length}`);
        const directives = one([[], [condition(one)]]);
        fragments.push({ kind: Kind.FRAGMENT_DEFINITION, name: label, typeCondition: on, selectionSet: set([selection]) });
        const spread = { kind: Kind.FRAGMENT_SPREAD, name: label, directives };
        return one([[spread], [spread, { ...spread, directives: [] }], [selection, spread]]);
      }
      case 4:
        return selection.directives?.length ? [selection] : [{ ...selection, directives: [condition(one)] }];
      case 5:
        return selection.kind === Kind.FIELD ? [{ ...selection, alias: name(`x${below(3)}`) }, selection] : [selection];
      case 6:
        return [{ kind: Kind.FIELD, name: name('__typename') }, selection];
      default:
        return [selection];
    }
  }

  const scrambled = visit(
    document,
    visitWithTypeInfo(types, {
      Argument: { leave: asVariable },
      ObjectField: { leave: asVariable },
      SelectionSet: {
        leave(node) {
          const parent = types.getParentType();
          return parent ? set(node.selections.flatMap((it) => change(it, parent))) : undefined;
        },
      },
    }),
  );
  const whole = { kind: Kind.DOCUMENT, definitions: [...scrambled.definitions, ...fragments] };
  const used = new Set();
  visit(whole, { Variable: (it) => void used.add(it.name.value) });
  const definitions = whole.definitions.map((it) => {
    if (it.kind !== Kind.OPERATION_DEFINITION) return it;
    const given = [...declared].filter(([it]) => used.has(it)).map(([variable, type]) => ({
      kind: Kind.VARIABLE_DEFINITION,
      variable: { kind: Kind.VARIABLE, name: name(variable) },
      type: parseType(type),
    }));
    return { ...it, variableDefinitions: [...(it.variableDefinitions ?? []), ...given] };
  });
  return { document: { ...whole, definitions }, values };
}
