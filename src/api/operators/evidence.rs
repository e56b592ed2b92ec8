//! Evidence.

use std::rc::Rc;

use super::{Answer, Args, Context, FieldDef, FieldError, Value, leaf};
use crate::{
    api::{
        EVIDENCE_SIZE, Read,
        connection::{List, Question},
        decode::{self, Slice},
    },
    graph::Evidence,
};

pub(in crate::api) const DOCUMENT: Read =
    |context, parent, _| Ok(Value::of_entity(context, of(parent).document));
pub(in crate::api) const CITED_SOURCE: Read = |context, parent, _| {
    Ok(leaf::maybe(of(parent).cited_source, |it| Value::of_entity(context, it)))
};
pub(in crate::api) const STATED_BY: Read =
    |context, parent, _| Ok(leaf::maybe(of(parent).stated_by, |it| Value::of_entity(context, it)));
pub(in crate::api) const STATED_AT: Read =
    |_, parent, _| Ok(leaf::maybe(of(parent).stated_at, Value::Date));
pub(in crate::api) const LOCATOR: Read =
    |_, parent, _| Ok(leaf::maybe(of(parent).locator, leaf::text));
pub(in crate::api) const QUOTE: Read = |_, parent, _| Ok(leaf::maybe(of(parent).quote, leaf::text));
pub(in crate::api) const SUMMARY: Read =
    |_, parent, _| Ok(leaf::maybe(of(parent).summary, leaf::text));
pub(in crate::api) const MODALITY: Read = |_, parent, _| Ok(leaf::text(of(parent).modality.name()));
pub(in crate::api) const STANCE: Read = |_, parent, _| Ok(leaf::text(of(parent).stance.name()));
pub(in crate::api) const CONFIDENCE: Read =
    |_, parent, _| Ok(leaf::maybe(of(parent).confidence, Value::Float));
pub(in crate::api) const METHOD: Read = |_, parent, _| Ok(leaf::text(of(parent).method));
pub(in crate::api) const RECORDED_AT: Read =
    |_, parent, _| Ok(Value::DateTime(of(parent).recorded_at));

fn of<'v, 's>(parent: &'v Value<'s>) -> &'v Rc<Evidence<'s>> {
    let Value::Evidence(it) = parent else { unreachable!("the field is one of evidence") };
    it
}

pub(in crate::api) fn connection<'s>(
    context: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let filter = decode::given(args.get("where"), |it| decode::evidence(context.ontology, it))?;
    let slice = Slice::decode(args, EVIDENCE_SIZE as usize)?;
    let question = Question::new(List::Evidence { filter }, slice)?;
    Ok(Box::new(move |context, parent| {
        Ok(Value::Connection(question.page(context, parent)?.into()))
    }))
}
