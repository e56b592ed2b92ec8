//! What lies around some entities.

use super::{Answer, Args, Context, FieldDef, FieldError, Value, leaf};
use crate::{
    api::{Read, SUBGRAPH_NODES, decode},
    query::{self, Hops, Subgraph},
};

pub(in crate::api) const NODES: Read =
    |context, parent, _| Ok(leaf::entities(context, &of(parent).nodes));
pub(in crate::api) const RELATIONSHIPS: Read =
    |context, parent, _| Ok(leaf::relationships(context, &of(parent).edges));
pub(in crate::api) const TRUNCATED: Read =
    |_, parent, _| Ok(Value::Bool(of(parent).truncated.is_some()));
pub(in crate::api) const REASON: Read = |_, parent, _| Ok(leaf::reason(of(parent).truncated));

fn of<'v>(parent: &'v Value<'_>) -> &'v Subgraph {
    let Value::Subgraph(it) = parent else { unreachable!("the field is one of a subgraph") };
    it
}

pub(in crate::api) fn ask<'s>(
    context: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let roots = args.get("roots").map_or(&[][..], |it| it.items());
    let roots = roots.iter().map(|it| decode::known(context, it)).collect::<Result<Vec<_>, _>>()?;
    let hops = decode::count(args, "hops")?.unwrap_or(1);
    let hops = u32::try_from(hops).unwrap_or(u32::MAX);
    let steps = match args.get("via") {
        Some(_) => decode::steps(context.ontology, args, Hops { min: 1, max: hops })?,
        None => Vec::new(),
    };
    let filter = decode::given(args.get("where"), |it| decode::relationship(context.ontology, it))?;
    let nodes_max = decode::count(args, "maxNodes")?.unwrap_or(SUBGRAPH_NODES as usize);
    Ok(Box::new(move |context, _| {
        let (view, budget) = (context.view, &mut *context.budget.borrow_mut());
        let filter = filter.as_ref();
        let found = query::subgraph(view, &roots, &steps, hops, filter, nodes_max, budget);
        Ok(Value::Subgraph(found.into()))
    }))
}
