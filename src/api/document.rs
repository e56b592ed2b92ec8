//! A document that was parsed, guarded and validated, with the plans of its operations.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use apollo_compiler::{
    ExecutableDocument, Node,
    ast::{self, Type},
    executable::{Operation, VariableDefinition},
    parser::{Parser, SourceMap},
    validation::Valid,
};

use super::{
    Code, Input, Limits, OperationType, RequestError, Table,
    coerce::{InputType, VariableDef, Variables},
    collect::{self, Conditions},
    guard, introspection,
    literal::{Template, template},
    plan::Plan,
    schema::Schema,
    strict,
    validate::{self, location},
};

/// Plans of one operation that are kept, one for each set of conditions that hold.
const PLANS_MAX: usize = 8;
/// Variables that `@skip` and `@include` may depend on in one operation.
pub(super) const CONDITIONS_MAX: usize = 64;
/// What the validator calls the document in its diagnostics.
const SOURCE: &str = "document";

/// A valid document.
pub(super) struct Document {
    pub(super) executable: Valid<ExecutableDocument>,
    operations: Vec<PreparedOperation>,
}

/// One operation of a valid document.
pub(super) struct PreparedOperation {
    pub(super) operation: Node<Operation>,
    pub(super) variables: Vec<VariableDef>,
    /// The variables that decide what is skipped, by their places.
    conditions: Vec<usize>,
    plans: Mutex<Vec<(u64, Arc<Plan>)>>,
}

impl Document {
    /// Parses and validates `text`.
    ///
    /// # Errors
    ///
    /// Up to twenty, all of one code.
    pub(super) fn prepare(
        text: &str,
        table: &Table,
        schema: &Schema,
        limits: &Limits,
    ) -> Result<Self, Vec<RequestError>> {
        guard::scan(text, limits).map_err(|it| vec![it])?;
        let document = Parser::new()
            .parse_ast(text, SOURCE)
            .map_err(|it| validate::unparsable(&it.errors, table))?;
        guard::weigh(&document, limits).map_err(|it| vec![it])?;
        let executable = strict::executable(text, &document, &schema.valid, table)?;
        let operations = executable
            .operations
            .iter()
            .map(|it| PreparedOperation::prepare(it, &executable, table))
            .collect::<Result<Vec<_>, _>>()?;
        let parts = operations.iter().map(|it| (&*it.operation, it.variables.as_slice()));
        validate::literals(&executable, parts, table)?;
        introspection::check(&executable, schema, limits).map_err(|it| vec![it])?;
        Ok(Self { executable, operations })
    }

    /// The operation at `place`.
    pub(super) fn operation(&self, place: usize) -> &PreparedOperation {
        &self.operations[place]
    }

    /// The place of the operation called `name`, or of the only one.
    ///
    /// # Errors
    ///
    /// [`Code::OperationResolutionFailure`] where there is none, or there are several.
    pub(super) fn place(&self, name: Option<&str>) -> Result<usize, RequestError> {
        let refusal = |message| RequestError {
            code: Code::OperationResolutionFailure,
            message,
            locations: Vec::new(),
        };
        match name {
            Some(name) => self
                .operations
                .iter()
                .position(|it| it.operation.name.as_ref().is_some_and(|it| it == name))
                .ok_or_else(|| {
                    let name = guard::shortened(name);
                    refusal(format!("the document has no operation called `{name}`"))
                }),
            None => match self.operations.as_slice() {
                [_] => Ok(0),
                [] => Err(refusal("the document has no operation".to_owned())),
                _ => Err(refusal(
                    "the document has several operations; name one with `operationName`".to_owned(),
                )),
            },
        }
    }
}

impl PreparedOperation {
    /// Whether it asks, writes or follows.
    pub(super) fn operation_type(&self) -> OperationType {
        match self.operation.operation_type {
            ast::OperationType::Query => OperationType::Query,
            ast::OperationType::Mutation => OperationType::Mutation,
            ast::OperationType::Subscription => OperationType::Subscription,
        }
    }

    fn prepare(
        operation: &Node<Operation>,
        document: &Valid<ExecutableDocument>,
        table: &Table,
    ) -> Result<Self, Vec<RequestError>> {
        let mut variables = Vec::with_capacity(operation.variables.len());
        for definition in &operation.variables {
            variables.push(variable(table, definition, &document.sources).map_err(|it| vec![it])?);
        }
        let conditions = collect::conditions(document, operation, &variables);
        if conditions.len() > CONDITIONS_MAX {
            let message = format!(
                "`@skip` and `@include` depend on {} variables; the limit is {CONDITIONS_MAX}",
                conditions.len()
            );
            let code = Code::QueryTooComplex;
            return Err(vec![RequestError { code, message, locations: Vec::new() }]);
        }
        let plans = Mutex::default();
        Ok(Self { operation: operation.clone(), variables, conditions, plans })
    }

    /// The plan for these values of the variables: the one that is kept, or a new one.
    ///
    /// # Errors
    ///
    /// A condition is null, or the plan would be too large.
    pub(super) fn plan(
        &self,
        document: &Document,
        table: &Table,
        values: &Variables,
    ) -> Result<Arc<Plan>, RequestError> {
        let mask = self.mask(values)?;
        // A poisoned lock holds a whole list all the same: plans are pushed, never changed.
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, plan)) = plans.iter().find(|(it, _)| *it == mask) {
            return Ok(Arc::clone(plan));
        }
        let conditions = Conditions { variables: &self.conditions, mask };
        let executable = &document.executable;
        let plan = Plan::new(table, executable, &self.operation, &self.variables, conditions)?;
        let plan = Arc::new(plan);
        if plans.len() == PLANS_MAX {
            plans.remove(0);
        }
        plans.push((mask, Arc::clone(&plan)));
        Ok(plan)
    }

    fn mask(&self, values: &Variables) -> Result<u64, RequestError> {
        let mut mask = 0;
        for (bit, index) in self.conditions.iter().enumerate() {
            match values[*index] {
                Some(Input::Bool(holds)) => mask |= u64::from(holds) << bit,
                _ => {
                    let VariableDef { name, location, .. } = &self.variables[*index];
                    return Err(RequestError {
                        code: Code::BadUserInput,
                        message: format!(
                            "`${name}` must not be null: `@skip` or `@include` needs it"
                        ),
                        locations: vec![*location],
                    });
                }
            }
        }
        Ok(mask)
    }
}

fn variable(
    table: &Table,
    definition: &Node<VariableDefinition>,
    sources: &SourceMap,
) -> Result<VariableDef, RequestError> {
    let refusal = |message, span| RequestError {
        code: Code::ValidationFailed,
        message,
        locations: location(span, sources).into_iter().collect(),
    };
    let unusable = || {
        let message = format!("no field takes a value of the type of `${}`", definition.name);
        refusal(message, definition.location())
    };
    let ty = input_type(table, &definition.ty).ok_or_else(unusable)?;
    let default = match &definition.default_value {
        Some(value) => match template(table, &[], ty, value) {
            Ok(Template::Const(value)) => Some(value),
            Ok(_) => return Err(unusable()),
            Err(it) => return Err(refusal(it.message, it.location)),
        },
        None => None,
    };
    let location = location(definition.location(), sources).unwrap_or((1, 1));
    Ok(VariableDef { name: definition.name.as_str().into(), ty, default, location })
}

fn input_type(table: &Table, ty: &Type) -> Option<InputType> {
    let (base, items_nullable) = match ty {
        Type::Named(base) | Type::NonNullNamed(base) => (base, None),
        Type::List(item) | Type::NonNullList(item) => match &**item {
            Type::Named(base) => (base, Some(true)),
            Type::NonNullNamed(base) => (base, Some(false)),
            Type::List(_) | Type::NonNullList(_) => return None,
        },
    };
    Some(InputType { base: table.named(base)?, nullable: !ty.is_non_null(), items_nullable })
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").finish_non_exhaustive()
    }
}
