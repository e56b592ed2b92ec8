// The rules of graphql-js, and the specification's where differences.graphql says that relata follows that instead.
import {
  getNullableType,
  GraphQLError,
  isInputObjectType,
  Kind,
  SingleFieldSubscriptionsRule,
  specifiedRules,
} from 'graphql';

// A variable in a `@oneOf` input must not be null, whether or not the input itself may be.
function VariablesInOneOf(context) {
  return {
    OperationDefinition(operation) {
      for (const { node, parentType } of context.getRecursiveVariableUsages(operation)) {
        const input = getNullableType(parentType);
        const definition = operation.variableDefinitions.find((it) => it.variable.name.value === node.name.value);
        const isNullable = definition && definition.type.kind !== Kind.NON_NULL_TYPE;
        if (isInputObjectType(input) && input.isOneOf && isNullable) {
          context.reportError(new GraphQLError(`$${node.name.value} may be null, and ${input.name} may not`));
        }
      }
    },
  };
}

// There are no conditions at the root of a subscription.
function UnconditionalSubscriptions(context) {
  const original = SingleFieldSubscriptionsRule(context);
  const hasCondition = (set, seen) =>
    set.selections.some((it) => {
      if (it.directives.some(({ name }) => ['skip', 'include'].includes(name.value))) return true;
      if (it.kind === Kind.INLINE_FRAGMENT) return hasCondition(it.selectionSet, seen);
      const fragment = it.kind === Kind.FRAGMENT_SPREAD && context.getFragment(it.name.value);
      if (!fragment || seen.has(fragment)) return false;
      return hasCondition(fragment.selectionSet, seen.add(fragment));
    });
  return {
    OperationDefinition(operation) {
      if (operation.operation !== 'subscription') return;
      if (hasCondition(operation.selectionSet, new Set())) context.reportError(new GraphQLError('a condition'));
      else original.OperationDefinition(operation);
    },
  };
}

export const strictRules = specifiedRules
  .map((it) => (it === SingleFieldSubscriptionsRule ? UnconditionalSubscriptions : it))
  .concat(VariablesInOneOf);
