//! The arguments that a document gives its fields: coerced once a plan where they are literals.

use std::sync::Arc;

use apollo_compiler::executable::Field;

use super::{
    Args, ArgumentDef, Input, Table,
    coerce::{VariableDef, Variables},
    literal::{Template, bind, template},
};

/// The arguments of a field of a plan.
#[derive(Debug)]
pub(super) enum Arguments {
    /// The same in every request.
    Const(Args),
    /// Some depend on variables; by their place in the definition, ascending.
    Bound(Vec<(usize, Template)>),
}

/// The arguments that `field` is given.
pub(super) fn arguments(
    table: &Table,
    variables: &[VariableDef],
    definitions: &[ArgumentDef],
    field: &Field,
) -> Arguments {
    let mut given: Vec<_> = Vec::with_capacity(field.arguments.len());
    for (index, definition) in definitions.iter().enumerate() {
        let literal = field.arguments.iter().find(|it| *it.name == *definition.name);
        let Some(literal) = literal else { continue };
        let template = template(table, variables, definition.ty.into(), &literal.value)
            .expect("the literals of a valid document fit their types");
        given.push((index, template));
    }
    let is_const = given.iter().all(|(_, it)| matches!(it, Template::Const(_)));
    match is_const.then(|| bind_arguments(table, definitions, &given, &Variables::new())) {
        Some(Ok(args)) => Arguments::Const(args),
        _ => Arguments::Bound(given),
    }
}

/// The specification's `CoerceArgumentValues`, where literals are coerced already.
///
/// # Errors
///
/// An argument that may not be null is null, or has no value, because of a variable.
pub(super) fn bind_arguments(
    table: &Table,
    definitions: &[ArgumentDef],
    given: &[(usize, Template)],
    variables: &Variables,
) -> Result<Args, String> {
    let mut args = Vec::with_capacity(definitions.len());
    for (index, definition) in definitions.iter().enumerate() {
        let bound = match given.iter().find(|(it, _)| *it == index) {
            Some((_, it)) => bind(table, definition.ty.into(), it, variables)
                .map_err(|it| format!("argument `{}` {it}", definition.name))?,
            None => None,
        };
        let default = || match gives_way(table, definitions, definition, given, variables) {
            true => None,
            false => definition.default.clone(),
        };
        match bound.or_else(default) {
            Some(value) => args.push((Arc::clone(&definition.name), value)),
            None if definition.ty.wrap.is_nullable() => {}
            None => return Err(format!("argument `{}` must have a value", definition.name)),
        }
    }
    Ok(Args(args))
}

/// Whether the argument that the default of `definition` gives way to has a value.
fn gives_way(
    table: &Table,
    definitions: &[ArgumentDef],
    definition: &ArgumentDef,
    given: &[(usize, Template)],
    variables: &Variables,
) -> bool {
    let Some(other) = definition.gives_way_to else { return false };
    let Some((index, it)) = given.iter().find(|(it, _)| *definitions[*it].name == *other) else {
        return false;
    };
    let value = bind(table, definitions[*index].ty.into(), it, variables);
    value.is_ok_and(|it| it.is_some_and(|it| it != Input::Null))
}
