//! Wishes for the end of entities.

use std::collections::BTreeMap;

use super::{
    Resolver,
    problems::{ID, Problems},
    state::{EntityState, State},
};
use crate::{
    graph::{Granted, Lens, Outcome, Rule},
    model::{Direction, EdgeId, ModalitySet, NodeId},
};

impl Resolver<'_> {
    /// Deletes an entity, and retracts its relationships where `detach` says so.
    pub(super) fn delete_entity(&mut self, id: &str, detach: bool) -> Result<Granted, Problems> {
        let mut problems = Problems::default();
        let Some(node) = self.base.node(id) else {
            problems.add(Rule::UnknownEntity, ID, "it is not there".to_owned());
            return Err(problems);
        };
        let entity = self.base.entity(node);
        if entity.id() != id {
            let winner = entity.id();
            let message = format!("it was merged into `{winner}`; delete that, or unmerge it");
            problems.invalid(ID, message);
            return Err(problems);
        }
        let edges = self.edges_of(node);
        if !detach && !edges.is_empty() {
            problems.add(Rule::StillConnected, ID, self.still_connected(&edges));
            return Err(problems);
        }
        let reason = format!("`{id}` was deleted");
        for edge in &edges {
            let there = self.base.relationship(*edge);
            let mut state = State::of(there, there.identity());
            state.retracted = Some((self.at, &reason));
            self.put_state(&state, 0);
        }
        let aliases: Vec<_> = entity.aliases().collect();
        let state = EntityState { node, entity, deleted: true, merged: None };
        let put = state.put(self, &aliases);
        self.progress.change_node(put);
        let relationships = edges.len() as u32;
        Ok(Granted::Entity { node, outcome: Outcome::Deleted, relationships })
    }

    /// The relationships of an entity, whatever their modality.
    pub(super) fn edges_of(&self, node: NodeId) -> Vec<EdgeId> {
        let lens = Lens { modalities: ModalitySet::ALL, ..Lens::default() };
        self.base.view(lens).edges_of(node, Direction::Any).map(|it| it.edge).collect()
    }

    fn still_connected(&self, edges: &[EdgeId]) -> String {
        let names = &self.ontology.names().relations;
        let mut counts = BTreeMap::new();
        for edge in edges {
            let relation = self.base.relationship(*edge).relation();
            *counts.entry(names[relation.index()].as_str()).or_insert(0) += 1;
        }
        let counts: Vec<_> =
            counts.iter().map(|(name, count)| format!("{count} `{name}`")).collect();
        let (total, things) = (edges.len(), if edges.len() == 1 { "" } else { "s" });
        format!(
            "it still has {total} relationship{things}: {}; retract them, or delete it with \
             `detach`",
            counts.join(", ")
        )
    }
}
