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
    /// By field; `None` where the plan has them.
    args: Vec<Option<Result<Args, FieldError>>>,
}

impl BoundArguments {
    /// Coerces the arguments that depend on variables.
    pub(super) fn new(table: &Table, plan: Arc<Plan>, variables: &Variables) -> Self {
        let bind = |operation: &Operation| match &operation.arguments {
            Arguments::Const(_) => None,
            Arguments::Bound(given) => {
                let definitions = &operation.definition(table).arguments;
                let args = bind_arguments(table, definitions, given, variables);
                Some(args.map_err(|it| FieldError::new(Code::BadUserInput, it)))
            }
        };
        let args = plan
            .fields()
            .map(|field| match &field.step {
                Step::Operate(operation) => bind(operation),
                Step::TypeName | Step::Introspection => None,
            })
            .collect();
        Self { plan, args }
    }

    /// The arguments of a field that has an operator, or why it has none.
    pub(super) fn of(&self, id: FieldId) -> Result<&Args, &FieldError> {
        match (&self.args[id.index()], &self.plan.field(id).step) {
            (Some(bound), _) => bound.as_ref(),
            (None, Step::Operate(Operation { arguments: Arguments::Const(args), .. })) => Ok(args),
            _ => unreachable!("only operators have arguments"),
        }
    }
}
