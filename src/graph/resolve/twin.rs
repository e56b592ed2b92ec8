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
    ontology::{Ontology, Relation},
};

/// What a relationship says.
#[derive(Clone, Copy)]
pub(super) struct Says<'p> {
    pub(super) relation: &'p Relation,
    pub(super) source: NodeId,
    pub(super) target: NodeId,
    pub(super) validity: Validity,
    pub(super) properties: &'p Properties<'p>,
}

/// What names a relationship where it was given no id; see [`identity::content_id`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Called {
    pub(super) content: u128,
    /// What names the same the other way round, where its type is symmetric.
    reverse: Option<u128>,
}

impl Called {
    /// What names a relationship that says this, with ends of these ids and so packed properties.
    /// Costs a hash of them; twice that where the type is symmetric.
    pub(super) fn of(
        ontology: &Ontology,
        says: Says<'_>,
        [source, target]: [&str; 2],
        packed: &[u8],
    ) -> Self {
        let Says { relation, validity, .. } = says;
        let is_symmetric = relation.symmetric && says.source != says.target;
        let content = |source, target| {
            let names = &ontology.names().properties;
            let packed = Reader(packed).packed();
            let packed = packed.map(|(it, tag, bytes)| (names[it.index()].as_str(), tag, bytes));
            identity::content_id(&relation.name, source, target, validity, packed)
        };
        let reverse = is_symmetric.then(|| content(target, source));
        Self { content: content(source, target), reverse }
    }

    pub(super) fn is_symmetric(self) -> bool {
        self.reverse.is_some()
    }

    /// Its name, and that the other way round.
    pub(super) fn all(self) -> impl Iterator<Item = u128> {
        [Some(self.content), self.reverse].into_iter().flatten()
    }
}

impl Resolver<'_> {
    /// The oldest relationship of the same type, ends, validity and properties. Costs two look-ups,
    /// twice that where the type is symmetric. Others than those for which `may_be` holds do not count.
    pub(super) fn twin(
        &self,
        says: Says<'_>,
        called: Called,
        may_be: impl Fn(Relationship<'_>) -> bool,
    ) -> Option<EdgeId> {
        let Says { relation, source, target, validity, properties } = says;
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
        let twin = find(source, target, called.content);
        let other = called.reverse.and_then(|it| find(target, source, it));
        twin.into_iter().chain(other).min()
    }

    /// What names a relationship that says this.
    pub(super) fn called(&self, says: Says<'_>) -> Called {
        let mut packed = Vec::with_capacity(64);
        put_properties(&mut packed, says.properties);
        let ids = [says.source, says.target].map(|it| self.progress.entity(it).id());
        Called::of(self.ontology, says, ids, &packed)
    }

    /// What names a relationship in this state.
    pub(super) fn content_id(&self, state: &State<'_>) -> u128 {
        self.called(self.says(state)).content
    }

    /// What a relationship in this state says.
    pub(super) fn says<'s>(&'s self, state: &'s State<'_>) -> Says<'s> {
        let relation = self.ontology.relation(state.relation);
        Says {
            relation: relation.expect("stored relationships fit the ontology"),
            source: state.source,
            target: state.target,
            validity: state.validity,
            properties: &state.properties,
        }
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
