//! Wishes to take several records as one thing.

use std::collections::BTreeSet;

use super::{
    Resolver,
    problems::Problems,
    state::{EntityState, State},
};
use crate::{
    graph::{Entity, Granted, Outcome, Place, Relationship, entity::Merged, merging::Hidden},
    model::{EdgeId, NodeId},
};

impl<'a> Resolver<'a> {
    /// Merges the losers into the winner.
    pub(super) fn merge_entities(
        &mut self,
        winner: &str,
        losers: &[String],
        reason: Option<&str>,
    ) -> Result<Granted, Problems> {
        let mut problems = Problems::default();
        let winner = self.end(winner, Place::Field("winner"), &mut problems);
        let losers = self.losers(winner, losers, &mut problems);
        problems.or(())?;
        let winner = winner.expect("a wish without a problem has a winner");
        if losers.is_empty() {
            return Ok(Granted::entity(winner, Outcome::Unchanged));
        }
        let edges: BTreeSet<EdgeId> = losers.iter().flat_map(|it| self.edges_of(*it)).collect();
        self.merge_names(winner, &losers, reason.unwrap_or_default());
        let standing = |node| if losers.contains(&node) { winner } else { node };
        for edge in &edges {
            let there = self.base.relationship(*edge);
            let mut state = State::of(there, there.identity());
            let ends = (state.source, state.target);
            state.merging.ends.get_or_insert(ends);
            (state.source, state.target) = (standing(ends.0), standing(ends.1));
            self.move_to(state);
        }
        let relationships = edges.len() as u32;
        Ok(Granted::Entity { node: winner, outcome: Outcome::Updated, relationships })
    }

    /// Those of the entities with these ids that are not merged into the winner yet.
    fn losers(
        &self,
        winner: Option<NodeId>,
        ids: &[String],
        problems: &mut Problems,
    ) -> Vec<NodeId> {
        let mut losers = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            let place = Place::Loser(index);
            let Some(node) = self.end(id, place.clone(), problems) else { continue };
            let entity = self.base.entity(node);
            let Some(winner) = winner else { continue };
            let is_merged = entity.id() != id;
            if node == winner && !is_merged {
                problems.invalid(place, "an entity cannot be merged into itself".to_owned());
            } else if node == winner || losers.contains(&node) {
                continue;
            } else if is_merged {
                let other = entity.id();
                let message = format!("`{id}` was merged into `{other}`; unmerge it first");
                problems.invalid(place, message);
            } else if entity.kind() != self.base.kind(winner) {
                let name = |kind| self.ontology.kind(kind).map_or("?", |it| &it.name);
                let (is, other) = (name(entity.kind()), name(self.base.kind(winner)));
                let message = format!("`{id}` is a `{is}` and cannot stand for a `{other}`");
                problems.invalid(place, message);
            } else {
                losers.push(node);
            }
        }
        losers
    }

    /// Makes the losers' ids mean the winner, and their names its aliases.
    fn merge_names(&mut self, winner: NodeId, losers: &[NodeId], reason: &str) {
        let entity = self.base.entity(winner);
        let lent: Vec<&str> = self.names_lent_to(winner, None);
        let is_own = |name: &str| entity.names().any(|it| it == name) && !lent.contains(&name);
        let mut aliases: Vec<&str> = entity.aliases().collect();
        let mut puts = Vec::new();
        for loser in losers {
            let entity = self.base.entity(*loser);
            let names: Vec<&str> = entity.names().filter(|it| !is_own(it)).collect();
            for name in &names {
                if !aliases.contains(name) {
                    aliases.push(name);
                }
            }
            let own: Vec<_> = entity.aliases().collect();
            let merged = Merged { into: winner, reason, lent: names };
            let merged = Some(&merged);
            puts.push(EntityState { node: *loser, entity, deleted: true, merged }.put(self, &own));
        }
        let state = EntityState { node: winner, entity, deleted: false, merged: None };
        puts.push(state.put(self, &aliases));
        puts.into_iter().for_each(|it| self.progress.change_node(it));
    }

    /// The names that entities merged into `winner` lend it; those of `but` do not count.
    pub(super) fn names_lent_to(&self, winner: NodeId, but: Option<NodeId>) -> Vec<&'a str> {
        let losers = self.base.redirects.iter().filter(|(_, into)| **into == winner.0);
        let losers = losers.map(|(loser, _)| NodeId(*loser)).filter(|it| Some(*it) != but);
        let merged = losers.filter_map(|it| Entity::merged(self.base.entity(it)));
        merged.flat_map(|it| it.lent).collect()
    }

    /// Puts a relationship whose ends have moved: hidden where it joins an entity to itself since,
    /// or says what another says, which then shows its evidence.
    pub(super) fn move_to(&mut self, mut state: State<'_>) {
        let ends = state.merging.ends.unwrap_or((state.source, state.target));
        if state.source == state.target && ends.0 != ends.1 {
            state.merging.hidden = Some(Hidden::Loop);
        } else if let Some(twin) = self.twin_of(&state, ends) {
            state.merging.hidden = Some(Hidden::Twin(twin));
            let there = self.base.relationship(twin);
            let identity = there.identity();
            let put = {
                let mut twin = State::of(self.progress.relationship(twin), identity);
                twin.borrow(state.edge, &state.evidence);
                twin.put(self)
            };
            self.progress.put_edge(put.0, None, put.1);
        }
        self.put_state(&state, 0);
    }

    /// The relationship that says the same and was recorded with other ends.
    fn twin_of(&self, state: &State<'_>, ends: (NodeId, NodeId)) -> Option<EdgeId> {
        let says = self.says(state);
        let is_symmetric = says.relation.symmetric;
        let had_others = |it: Relationship<'_>| {
            let had = it.merging().ends.unwrap_or(it.kept_ends());
            it.edge != state.edge && had != ends && !(is_symmetric && had == (ends.1, ends.0))
        };
        self.twin(says, self.called(says), had_others)
    }
}
