//! The arguments of a plan's fields for one request.

use std::sync::Arc;

use super::{
    Args, Code, FieldError, Table,
    arguments::{Arguments, bind_arguments},
    coerce::Variables,
    plan::{FieldId, Operation, Plan, Step},
};

/// The arguments of a plan's fields for one request.
#[derive(Debug)]
pub(super) struct BoundArguments {
    plan: Arc<Plan>,
    /// Of the fields whose arguments depend on variables, ascending.
    args: Vec<(FieldId, Result<Args, FieldError>)>,
}

impl BoundArguments {
    /// Coerces the arguments that depend on variables.
    pub(super) fn new(table: &Table, plan: Arc<Plan>, variables: &Variables) -> Self {
        let bind = |(id, operation): (FieldId, &Operation)| match &operation.arguments {
            Arguments::Const(_) => None,
            Arguments::Bound(given) => {
                let definitions = &operation.definition(table).arguments;
                let args = bind_arguments(table, definitions, given, variables);
                Some((id, args.map_err(|it| FieldError::new(Code::BadUserInput, it))))
            }
        };
        let args = plan.operations().filter_map(bind).collect();
        Self { plan, args }
    }

    /// The arguments of a field that has an operator, or why it has none.
    pub(super) fn of(&self, id: FieldId) -> Result<&Args, &FieldError> {
        let Step::Operate(operation) = &self.plan.field(id).step else {
            unreachable!("only operators have arguments")
        };
        match &operation.arguments {
            Arguments::Const(args) => Ok(args),
            Arguments::Bound(_) => {
                let place = self.args.binary_search_by_key(&id, |(it, _)| *it);
                self.args[place.expect("they were bound when this was made")].1.as_ref()
            }
        }
    }
}
