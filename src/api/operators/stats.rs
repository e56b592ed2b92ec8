//! How much there is.

use super::{Context, Value, leaf};
use crate::{api::Read, graph::Counts};

pub(in crate::api) const STATS: Read = |_, _, _| Ok(Value::Stats);
pub(in crate::api) const ENTITIES: Read = |context, _, _| Ok(leaf::count(counts(context).entities));
pub(in crate::api) const RELATIONSHIPS: Read =
    |context, _, _| Ok(leaf::count(counts(context).relationships));
pub(in crate::api) const EVIDENCE: Read = |context, _, _| Ok(leaf::count(counts(context).evidence));
pub(in crate::api) const ENTITIES_BY_TYPE: Read = |context, _, _| {
    let counts = &counts(context).entities_by_kind;
    let kinds = context.ontology.kinds().iter();
    Ok(leaf::list(kinds.map(|it| type_count(&it.name, counts.get(it.id.index())))))
};
pub(in crate::api) const RELATIONSHIPS_BY_TYPE: Read = |context, _, _| {
    let counts = &counts(context).relationships_by_relation;
    let relations = context.ontology.relations().iter();
    Ok(leaf::list(relations.map(|it| type_count(&it.name, counts.get(it.id.index())))))
};
pub(in crate::api) const REVISION: Read =
    |context, _, _| Ok(leaf::revision(context.view.snapshot.revision()));

pub(in crate::api) const TYPE_NAME: Read = |_, parent, _| {
    let Value::TypeCount(name, _) = parent else { unreachable!("the field is one of counts") };
    Ok(leaf::text(name))
};
pub(in crate::api) const TYPE_COUNT: Read = |_, parent, _| {
    let Value::TypeCount(_, count) = parent else { unreachable!("the field is one of counts") };
    Ok(leaf::count(*count))
};

fn counts<'s>(context: &Context<'s>) -> &'s Counts {
    context.view.snapshot.counts()
}

fn type_count<'s>(name: &'s str, count: Option<&u64>) -> Value<'s> {
    Value::TypeCount(name, count.copied().unwrap_or_default())
}
