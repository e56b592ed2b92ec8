//! Relationships that are named by what they say.

use xxhash_rust::xxh3::xxh3_128;

use super::{Resolver, properties::Properties, state::State};
use crate::{
    graph::{
        Relationship,
        codec::{Reader, put_properties},
        identity::{self, Identity},
    },
    model::{EdgeId, NodeId, Validity},
    ontology::Relation,
};

/// What a relationship says, and what names it where it was given no id.
#[derive(Clone, Copy)]
pub(super) struct Says<'p> {
    pub(super) relation: &'p Relation,
    pub(super) source: NodeId,
    pub(super) target: NodeId,
    /// The ids of both.
    pub(super) ids: [&'p str; 2],
    pub(super) validity: Validity,
    pub(super) properties: &'p Properties<'p>,
}

impl Resolver<'_> {
    /// The oldest relationship of the same type, ends, validity and properties, or else what would
    /// name a new one. Costs a hash of what it says, and two look-ups; twice that where the type is
    /// symmetric.
    /// Others than those for which `may_be` holds do not count.
    pub(super) fn twin(
        &self,
        says: Says<'_>,
        may_be: impl Fn(Relationship<'_>) -> bool,
    ) -> Result<EdgeId, u128> {
        let Says { relation, source, target, validity, properties, .. } = says;
        let find = |source, target, content| {
            let is_twin = |edge: &EdgeId| {
                let there = self.progress.relationship(*edge);
                there.relation() == relation.id
                    // Those that are seen are kept with the ends that they are read with.
                    && there.kept_ends() == (source, target)
                    && there.validity() == validity
                    && !there.is_unseen()
                    && may_be(there)
                    && there.properties().eq(properties.iter().copied())
            };
            let by_id = self.progress.edge(Identity::Derived(content));
            let changed = self.progress.named(relation.id, source, target).iter().copied();
            let named = self.base.edge_named_saying(content, |it| is_twin(&it));
            by_id.into_iter().chain(changed).filter(is_twin).chain(named).min()
        };
        let content = self.content_of(says);
        let mut twin = find(source, target, content);
        if relation.symmetric && source != target {
            let reverse = self.content_of(Says { ids: [says.ids[1], says.ids[0]], ..says });
            let other = find(target, source, reverse);
            twin = twin.into_iter().chain(other).min();
        }
        twin.ok_or(content)
    }

    /// What names a relationship in this state; see [`identity::content_id`].
    pub(super) fn content_id(&self, state: &State<'_>) -> u128 {
        let relation = self.ontology.relation(state.relation);
        self.content_of(Says {
            relation: relation.expect("stored relationships fit the ontology"),
            source: state.source,
            target: state.target,
            ids: self.ids_of(state.source, state.target),
            validity: state.validity,
            properties: &state.properties,
        })
    }

    /// The ids of two entities.
    pub(super) fn ids_of(&self, source: NodeId, target: NodeId) -> [&str; 2] {
        [source, target].map(|it| self.progress.entity(it).id())
    }

    /// What names a relationship that says this; see [`identity::content_id`].
    fn content_of(&self, says: Says<'_>) -> u128 {
        let Says { relation, ids: [source, target], validity, properties, .. } = says;
        let names = &self.ontology.names().properties;
        let mut record = Vec::with_capacity(64);
        put_properties(&mut record, properties);
        let packed = Reader(&record).packed();
        let packed = packed.map(|(it, tag, bytes)| (names[it.index()].as_str(), tag, bytes));
        identity::content_id(&relation.name, source, target, validity, packed)
    }

    /// `content`, or an id made of it where a relationship that says something else has that.
    pub(super) fn free_id(&self, content: u128) -> u128 {
        let mut id = content;
        while self.progress.edge(Identity::Derived(id)).is_some() {
            id = xxh3_128(&id.to_le_bytes());
        }
        id
    }
}
