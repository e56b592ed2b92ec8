//! Wishes to undo a merger.

use std::collections::BTreeSet;

use super::{
    Resolver,
    problems::{ID, Problems},
    properties::Properties,
    state::{EntityState, State},
};
use crate::{
    graph::{Granted, Outcome, PutEdge, Relationship, Rule, entity::Merged, merging::Hidden},
    model::{EdgeId, NodeId},
};

impl Resolver<'_> {
    /// Brings back the entity with the id `id`. Costs a pass over all relationships.
    pub(super) fn unmerge_entity(&mut self, id: &str) -> Result<Granted, Problems> {
        let mut problems = Problems::default();
        let Some(loser) = self.base.merged_node(id) else {
            match self.base.node(id) {
                Some(_) => {
                    problems.add(Rule::NotMerged, ID, "it is not merged into another".to_owned());
                }
                None => problems.add(Rule::UnknownEntity, ID, "it is not there".to_owned()),
            }
            return Err(problems);
        };
        let entity = self.base.entity(loser);
        let properties: Properties<'_> = entity.properties().collect();
        let kind = self.ontology.kind(entity.kind()).expect("stored entities fit the ontology");
        self.check_unique(kind, Some(loser), &properties, &mut problems);
        problems.or(())?;
        let aliases: Vec<_> = entity.aliases().collect();
        let state = EntityState { node: loser, entity, deleted: false, merged: None };
        let put = state.put(self, &aliases);
        self.progress.change_node(put);
        self.take_back_names(loser);
        let edges = self.moved_by(loser);
        edges.iter().for_each(|it| self.take_back(*it, loser));
        edges.iter().for_each(|it| self.settle_again(*it));
        let relationships = edges.len() as u32;
        Ok(Granted::Entity { node: loser, outcome: Outcome::Updated, relationships })
    }

    /// Takes the names that `loser` has lent from the entities that it was merged into.
    fn take_back_names(&mut self, loser: NodeId) {
        let (mut lender, mut merged) = (loser, self.base.entity(loser).merged());
        let mut gone = merged.iter().flat_map(|it| it.lent.iter().copied()).collect::<Vec<_>>();
        while let Some(Merged { into, .. }) = merged {
            let kept = self.names_lent_to(into, Some(lender));
            gone.retain(|it| !kept.contains(it));
            let entity = self.base.entity(into);
            let aliases: Vec<&str> = entity.aliases().filter(|it| !gone.contains(it)).collect();
            gone.retain(|it| *it != entity.name());
            merged = entity.merged();
            let left = merged.clone().map(|mut it| {
                it.lent.retain(|name| !gone.contains(name));
                it
            });
            let (deleted, left) = (left.is_some(), left.as_ref());
            let state = EntityState { node: into, entity, deleted, merged: left };
            let put = state.put(self, &aliases);
            self.progress.change_node(put);
            if let Some(merged) = &merged {
                gone.retain(|it| merged.lent.contains(it));
            }
            lender = into;
        }
    }

    /// The relationships that have an end in another entity because `loser` was merged, and those
    /// that are hidden because they say what one of these says.
    fn moved_by(&self, loser: NodeId) -> BTreeSet<EdgeId> {
        let all = (0..self.base.edge_bound() as u32).map(EdgeId);
        let is_moved = |edge: &EdgeId| {
            self.base.row(*edge).is_moved() && {
                let ends = self.base.relationship(*edge).merging().ends;
                let ends = ends.expect("a record keeps the ends of what was moved");
                [ends.0, ends.1].iter().any(|it| self.passes(*it, loser))
            }
        };
        let mut waiting: Vec<EdgeId> = all.filter(is_moved).collect();
        let mut moved = BTreeSet::new();
        while let Some(edge) = waiting.pop() {
            if moved.insert(edge) {
                let borrowed = self.base.relationship(edge).merging().borrowed;
                waiting.extend(borrowed.iter().map(|it| it.edge));
            }
        }
        moved
    }

    /// Whether what stands for `node` does so because `loser` was merged.
    fn passes(&self, node: NodeId, loser: NodeId) -> bool {
        self.standing_without(node, loser) == loser
    }

    /// What stands for `node` when `loser` stands for itself.
    fn standing_without(&self, node: NodeId, loser: NodeId) -> NodeId {
        let mut standing = node;
        while standing != loser
            && let Some(into) = self.base.redirects.get(&standing.0)
        {
            standing = NodeId(*into);
        }
        standing
    }

    /// Gives a relationship the ends that it has without the merger of `loser`, and its evidence
    /// back from the one that it repeats. It is not seen until it is settled, where it must be.
    fn take_back(&mut self, edge: EdgeId, loser: NodeId) {
        if let Some(twin) = self.current(edge).twin() {
            self.give_back(twin, edge);
        }
        let mut state = self.current(edge);
        let ends = state.merging.ends.expect("it was moved");
        (state.source, state.target) =
            (self.standing_without(ends.0, loser), self.standing_without(ends.1, loser));
        let is_moved = (state.source, state.target) != ends;
        state.merging.ends = is_moved.then_some(ends);
        let is_unsettled = is_moved && state.retracted.is_none();
        state.merging.hidden = is_unsettled.then_some(Hidden::Loop);
        let (put, is_named) = state.put(self);
        self.progress.put_edge(put, None, is_named);
    }

    /// Takes the evidence of `edge` from `twin`'s, and from what stands for that in turn.
    fn give_back(&mut self, twin: EdgeId, edge: EdgeId) {
        let mut next = Some(twin);
        while let Some(it) = next {
            let mut state = self.current(it);
            state.give_back(edge);
            self.borrow_again(&mut state);
            next = state.twin();
            let (put, is_named) = state.put(self);
            self.progress.put_edge(put, None, is_named);
        }
    }

    /// Shows what is lent now: what another lent as well was not borrowed twice.
    fn borrow_again<'s>(&'s self, state: &mut State<'s>) {
        let lenders: Vec<_> = state.merging.borrowed.iter().map(|it| it.edge).collect();
        for lender in lenders {
            state.give_back(lender);
            state.borrow(lender, &self.current(lender).evidence);
        }
    }

    /// Shows a relationship whose ends are still others than it was recorded with, or hides it, if
    /// it must be.
    fn settle_again(&mut self, edge: EdgeId) {
        let is_unsettled = |it: &PutEdge| it.moved && !it.retracted;
        let Some(put) = self.progress.edge_put(edge).filter(is_unsettled) else { return };
        let there = Relationship { snapshot: self.base, edge, row: put.row(), record: &put.record };
        let identity = self.base.relationship(edge).identity();
        let mut state = State::of(there, identity);
        state.merging.hidden = None;
        self.move_to(state);
    }

    /// A relationship as the wish has left it so far.
    fn current(&self, edge: EdgeId) -> State<'_> {
        let identity = self.base.relationship(edge).identity();
        State::of(self.progress.relationship(edge), identity)
    }
}
