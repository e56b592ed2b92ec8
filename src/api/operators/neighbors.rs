//! Who is within reach.

use std::rc::Rc;

use super::{Answer, Args, Context, FieldDef, FieldError, Value, entity::pages, leaf};
use crate::{
    api::{
        Read,
        connection::{List, Rows},
        decode::{self, Scope},
    },
    query::Neighborhood,
};

pub(in crate::api) const TRUNCATED: Read =
    |_, parent, _| Ok(Value::Bool(parent.connection().truncated.is_some()));
pub(in crate::api) const HOPS: Read = |_, parent, _| {
    let (found, index) = neighbor(parent);
    Ok(leaf::count(found.neighbors[index].hops.into()))
};
pub(in crate::api) const PATH: Read = |_, parent, _| {
    let (found, index) = neighbor(parent);
    Ok(Value::Path(Rc::new(found.path(index))))
};

fn neighbor<'v>(row: &'v Value<'_>) -> (&'v Neighborhood, usize) {
    let (connection, index) = row.row();
    let Rows::Neighbors(found, range) = &connection.rows else {
        unreachable!("the field is one of neighbors")
    };
    (found, range.start + index)
}

pub(in crate::api) fn neighbors<'s>(
    context: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let steps = decode::steps(context.ontology, args, decode::hops(args)?)?;
    let filter =
        decode::given(args.get("where"), |it| decode::entity(context.ontology, Scope::ENTITY, it))?;
    pages(List::Neighbors { steps, filter }, args)
}
