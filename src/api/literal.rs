//! Input values as documents write them: coerced once a document, but for the variables in them.

use std::sync::Arc;

use apollo_compiler::{Node, ast::Value as Literal, parser::SourceSpan};

use super::{
    Input, Table, TypeBody, TypeId,
    coerce::{InputType, Leaf, VariableDef, Variables, check_one_of, leaf, missing, not_null},
    guard::shortened,
    literal_json::JsonTemplate,
};
use crate::ontology::Scalar;

/// A literal, coerced as far as it can be before its variables have values.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Template {
    /// It has no variables.
    Const(Input),
    /// A variable, by its place among the operation's.
    Variable(usize),
    /// A list with variables in it.
    List(Vec<Template>),
    /// An input object with variables in it: the fields that are written, by their place in the
    /// type.
    Object(Vec<(usize, Template)>),
    /// Any JSON with variables in it.
    Json(JsonTemplate),
}

/// Why a literal is wrong, and where.
#[derive(Debug)]
pub(super) struct LiteralError {
    pub(super) message: String,
    pub(super) location: Option<SourceSpan>,
}

/// Coerces the literal `value` by `ty`.
///
/// # Errors
///
/// The first thing in it that does not fit.
pub(super) fn template(
    table: &Table,
    variables: &[VariableDef],
    ty: InputType,
    value: &Node<Literal>,
) -> Result<Template, LiteralError> {
    let wrong = |message| LiteralError { message, location: value.location() };
    match &**value {
        Literal::Variable(name) => place(variables, name, value).map(Template::Variable),
        Literal::Null if ty.nullable => Ok(Template::Const(Input::Null)),
        Literal::Null => Err(wrong(format!("the value {}", not_null(table, ty)))),
        Literal::List(items) if ty.items_nullable.is_some() => {
            let items = items.iter().map(|it| template(table, variables, ty.item(), it));
            Ok(list(items.collect::<Result<_, _>>()?))
        }
        _ if ty.items_nullable.is_some() => {
            Ok(list(vec![template(table, variables, ty.item(), value)?]))
        }
        Literal::Object(given) if matches!(table.ty(ty.base).body, TypeBody::Input { .. }) => {
            object(table, variables, ty.base, given, value.location())
        }
        _ if matches!(table.ty(ty.base).body, TypeBody::Scalar(Scalar::Json)) => {
            let json = JsonTemplate::new(variables, value)?;
            Ok(match json.constant() {
                Some(it) => Template::Const(Input::Json(it)),
                None => Template::Json(json),
            })
        }
        // An id has as many digits as it likes.
        Literal::Int(it) if matches!(table.ty(ty.base).body, TypeBody::Scalar(Scalar::Id)) => {
            Ok(Template::Const(Input::Text(it.as_str().into())))
        }
        it => leaf(table, ty.base, literal_leaf(it))
            .map(Template::Const)
            .map_err(|it| wrong(format!("the value {it}"))),
    }
}

/// The place of the variable `name`, which `value` is, among the operation's.
///
/// # Errors
///
/// It is not defined.
pub(super) fn place(
    variables: &[VariableDef],
    name: &str,
    value: &Node<Literal>,
) -> Result<usize, LiteralError> {
    variables.iter().position(|it| &*it.name == name).ok_or_else(|| {
        let message = format!("`${}` is not defined", shortened(name));
        LiteralError { message, location: value.location() }
    })
}

fn list(items: Vec<Template>) -> Template {
    if items.iter().any(|it| !matches!(it, Template::Const(_))) {
        return Template::List(items);
    }
    let values = items.into_iter().filter_map(|it| match it {
        Template::Const(value) => Some(value),
        _ => None,
    });
    Template::Const(Input::List(values.collect()))
}

fn object(
    table: &Table,
    variables: &[VariableDef],
    ty: TypeId,
    given: &[(apollo_compiler::Name, Node<Literal>)],
    location: Option<SourceSpan>,
) -> Result<Template, LiteralError> {
    let definition = table.ty(ty);
    let TypeBody::Input { fields, one_of } = &definition.body else {
        unreachable!("the caller looked at the body");
    };
    let mut templates = Vec::with_capacity(given.len());
    for (name, value) in given {
        let index = fields.iter().position(|it| *it.name == **name).ok_or_else(|| {
            let message = format!("`{}` has no field `{}`", definition.name, shortened(name));
            LiteralError { message, location: value.location() }
        })?;
        if templates.iter().any(|(it, _)| *it == index) {
            let message = format!("`{name}` is given twice");
            return Err(LiteralError { message, location: value.location() });
        }
        let template = template(table, variables, fields[index].ty.into(), value)?;
        if let (true, Template::Variable(it)) = (*one_of, &template)
            && variables[*it].ty.nullable
        {
            let message = format!("`${}` may be null, and `{name}` may not", variables[*it].name);
            return Err(LiteralError { message, location: value.location() });
        }
        templates.push((index, template));
    }
    templates.sort_by_key(|(index, _)| *index);
    let template = Template::Object(templates);
    if has_variables(&template) {
        return Ok(template);
    }
    let ty = InputType { base: ty, nullable: false, items_nullable: None };
    match bind(table, ty, &template, &Variables::new()) {
        Ok(value) => Ok(Template::Const(value.expect("an object is a value"))),
        Err(message) => Err(LiteralError { message: format!("the value {message}"), location }),
    }
}

fn has_variables(template: &Template) -> bool {
    match template {
        Template::Const(_) => false,
        Template::Variable(_) | Template::Json(_) => true,
        Template::List(items) => items.iter().any(has_variables),
        Template::Object(fields) => fields.iter().any(|(_, it)| has_variables(it)),
    }
}

/// The value of a template; `None` where it is a variable without one.
///
/// # Errors
///
/// A variable is null, or has no value, where there must be one.
pub(super) fn bind(
    table: &Table,
    ty: InputType,
    template: &Template,
    variables: &Variables,
) -> Result<Option<Input>, String> {
    let value = match template {
        Template::Const(value) => Some(value.clone()),
        Template::Variable(index) => variables[*index].clone(),
        Template::List(items) => {
            let items = items.iter().map(|it| bind_item(table, ty.item(), it, variables));
            Some(Input::List(items.collect::<Result<_, _>>()?))
        }
        Template::Object(fields) => Some(bind_object(table, ty.base, fields, variables)?),
        Template::Json(it) => Some(Input::Json(it.bind(variables))),
    };
    match value {
        Some(Input::Null) if !ty.nullable => Err(not_null(table, ty)),
        value => Ok(value),
    }
}

fn bind_item(
    table: &Table,
    ty: InputType,
    template: &Template,
    variables: &Variables,
) -> Result<Input, String> {
    match bind(table, ty, template, variables)? {
        Some(value) => Ok(value),
        None if ty.nullable => Ok(Input::Null),
        None => Err(not_null(table, ty)),
    }
}

fn bind_object(
    table: &Table,
    ty: TypeId,
    given: &[(usize, Template)],
    variables: &Variables,
) -> Result<Input, String> {
    let TypeBody::Input { fields, one_of } = &table.ty(ty).body else {
        unreachable!("only input objects have object templates");
    };
    let mut values = Vec::with_capacity(given.len());
    for (index, field) in fields.iter().enumerate() {
        let bound = match given.iter().find(|(it, _)| *it == index) {
            Some((_, it)) => bind(table, field.ty.into(), it, variables)
                .map_err(|it| format!("is wrong: `{}` {it}", field.name))?,
            None => None,
        };
        match bound.or_else(|| field.default.clone()) {
            Some(value) => values.push((Arc::clone(&field.name), value)),
            None if field.ty.wrap.is_nullable() => {}
            None => return Err(missing(&field.name)),
        }
    }
    if *one_of {
        check_one_of(&values)?;
    }
    Ok(Input::Object(values))
}

fn literal_leaf(value: &Literal) -> Leaf<'_> {
    match value {
        Literal::Boolean(it) => Leaf::Bool(*it),
        Literal::Int(it) => match it.as_str().parse() {
            Ok(integer) => Leaf::Integer(integer),
            Err(_) => Leaf::Float(it.try_to_f64().unwrap_or(f64::INFINITY)),
        },
        Literal::Float(it) => Leaf::Float(it.try_to_f64().unwrap_or(f64::INFINITY)),
        Literal::String(it) => Leaf::Text(it),
        Literal::Enum(it) => Leaf::Name(it),
        Literal::List(_) => Leaf::List,
        Literal::Object(_) | Literal::Null | Literal::Variable(_) => Leaf::Object,
    }
}
