//! Entities by what somebody remembers of their names.

use super::{Answer, Args, Context, FieldDef, FieldError, Value, leaf};
use crate::{
    api::{MATCHES, Read, connection::complete, decode},
    query::{self, Hit},
};

/// Characters of a text to look for; beyond them nobody remembers anything.
const TEXT_CHARS_MAX: usize = 1_000;
/// How many letters may differ at most.
const EDITS_MAX: usize = 2;

pub(in crate::api) const ENTITY: Read =
    |context, parent, _| Ok(Value::of_entity(context, of(parent).node));
pub(in crate::api) const SCORE: Read = |_, parent, _| Ok(Value::Float(of(parent).score));
pub(in crate::api) const MATCHED: Read = |_, parent, _| Ok(leaf::text(of(parent).matched));

fn of<'v, 's>(parent: &'v Value<'s>) -> &'v Hit<'s> {
    let Value::Hit(it) = parent else { unreachable!("the field is one of hits") };
    it
}

pub(in crate::api) fn search<'s>(
    context: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let text = args.text("text").unwrap_or_default().to_owned();
    let chars = text.chars().count();
    if chars > TEXT_CHARS_MAX {
        let message = format!("`text` has {chars} characters; it has at most {TEXT_CHARS_MAX}");
        return Err(FieldError::input(message));
    }
    let kinds = args.get("types").map(|it| decode::kinds(context.ontology, it));
    let distance = decode::count(args, "fuzzy")?.unwrap_or(1);
    if distance > EDITS_MAX {
        return Err(FieldError::input(format!("`fuzzy` is {distance}; it is at most {EDITS_MAX}")));
    }
    let limit = decode::count(args, "first")?.unwrap_or(MATCHES as usize);
    Ok(Box::new(move |context, _| {
        // No types at all are none, as in every list of alternatives.
        if kinds.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Value::List(Vec::new()));
        }
        let (view, kinds) = (context.view, kinds.as_deref().unwrap_or_default());
        let budget = &mut *context.budget.borrow_mut();
        let hits = query::search(view, &text, kinds, distance as u8, limit, budget);
        complete(budget.reason())?;
        Ok(leaf::list(hits.into_iter().map(|it| Value::Hit(it.into()))))
    }))
}
