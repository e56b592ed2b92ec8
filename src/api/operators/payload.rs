//! What a mutation has led to.

use std::sync::Arc;

use super::{Value, leaf};
use crate::{
    api::{Read, Written},
    graph::Outcome,
};

pub(in crate::api) const INFO: Read = |_, parent, _| Ok(Value::Written(Arc::clone(of(parent))));
pub(in crate::api) const ENTITIES: Read = |context, parent, _| {
    let snapshot = context.view.snapshot;
    // A later root field may have deleted some of them.
    let nodes = of(parent).nodes().iter().filter(|it| snapshot.has_node(**it));
    Ok(leaf::list(nodes.map(|it| Value::of_entity(context, *it))))
};
pub(in crate::api) const RELATIONSHIPS: Read =
    |context, parent, _| Ok(leaf::relationships(context, of(parent).edges()));
pub(in crate::api) const NODES_CREATED: Read =
    |_, parent, _| Ok(leaf::count(of(parent).node_count(Outcome::Created)));
pub(in crate::api) const NODES_UPDATED: Read =
    |_, parent, _| Ok(leaf::count(of(parent).node_count(Outcome::Updated)));
pub(in crate::api) const NODES_DELETED: Read =
    |_, parent, _| Ok(leaf::count(of(parent).node_count(Outcome::Deleted)));
pub(in crate::api) const RELATIONSHIPS_CREATED: Read =
    |_, parent, _| Ok(leaf::count(of(parent).edge_count(Outcome::Created)));
pub(in crate::api) const RELATIONSHIPS_UPDATED: Read =
    |_, parent, _| Ok(leaf::count(of(parent).edge_count(Outcome::Updated)));
pub(in crate::api) const RELATIONSHIPS_DELETED: Read =
    |_, parent, _| Ok(leaf::count(of(parent).edge_count(Outcome::Deleted)));
pub(in crate::api) const EVIDENCE_CREATED: Read =
    |_, parent, _| Ok(leaf::count(of(parent).evidence_count()));

fn of<'v>(parent: &'v Value<'_>) -> &'v Arc<Written> {
    let Value::Written(it) = parent else { unreachable!("the field is one of payloads") };
    it
}
