//! What an import comes to.

use std::fmt;

use fixedbitset::FixedBitSet;

use super::export::relationships;
use crate::{
    graph::{Counts, Granted, Outcome, Snapshot},
    model::Revision,
};

/// What an import came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Lines that are not blank.
    pub lines: u64,
    /// Lines that are bad.
    pub bad: u64,
    /// Entities that are new.
    pub entities_created: u64,
    /// Entities that were there and changed.
    pub entities_updated: u64,
    /// Relationships that are new.
    pub relationships_created: u64,
    /// Relationships that were there and changed, or gained evidence.
    pub relationships_updated: u64,
    /// Pieces of evidence that are new.
    pub evidence_created: u64,
}

/// Counts while an import runs: what several drafts change, once.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) summary: Summary,
    /// The entities that were told of already, by their numbers.
    nodes: FixedBitSet,
    /// The relationships.
    edges: FixedBitSet,
}

/// What a bulk import is compared with: nobody else writes then.
#[derive(Debug)]
pub(super) struct Before {
    revision: Revision,
    counts: Counts,
}

impl Tally {
    /// Counts what has become of a thing, where it was not told of before.
    pub(super) fn count(&mut self, granted: Granted) {
        let Self { summary, nodes, edges } = self;
        let (is_first, outcome, created, updated) = match granted {
            Granted::Entity { node, outcome, .. } => {
                let is_first = !nodes.contains(node.index());
                nodes.grow_and_insert(node.index());
                let Summary { entities_created, entities_updated, .. } = summary;
                (is_first, outcome, entities_created, entities_updated)
            }
            Granted::Relationship { edge, outcome, evidence } => {
                summary.evidence_created += u64::from(evidence);
                let is_first = !edges.contains(edge.index());
                edges.grow_and_insert(edge.index());
                let Summary { relationships_created, relationships_updated, .. } = summary;
                (is_first, outcome, relationships_created, relationships_updated)
            }
        };
        match outcome {
            Outcome::Created if is_first => *created += 1,
            Outcome::Updated if is_first => *updated += 1,
            _ => {}
        }
    }
}

impl Before {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        Self { revision: snapshot.revision(), counts: snapshot.counts().clone() }
    }
}

impl Summary {
    /// Counts what became new or different between two snapshots of one graph.
    pub(super) fn compared(self, before: &Before, after: &Snapshot) -> Self {
        let (old, new) = (&before.counts, after.counts());
        let entities_created = new.entities - old.entities;
        let relationships_created = new.relationships - old.relationships;
        let created = Self {
            entities_created,
            relationships_created,
            evidence_created: new.evidence - old.evidence,
            ..self
        };
        if (old.entities, old.relationships) == (0, 0) {
            return created;
        }
        let entities =
            after.nodes(None).filter(|it| after.entity(*it).revision() > before.revision);
        let relationships =
            relationships(after).filter(|it| after.relationship(*it).revision() > before.revision);
        Self {
            entities_updated: entities.count() as u64 - entities_created,
            relationships_updated: relationships.count() as u64 - relationships_created,
            ..created
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&count(self.lines, "line", "lines"))?;
        if self.bad > 0 {
            write!(f, ", {} of them bad", self.bad)?;
        }
        if (Self { lines: 0, bad: 0, ..*self }) == Self::default() {
            return f.write_str(": nothing changes");
        }
        let entities = count(self.entities_created, "entity", "entities");
        write!(f, ": {entities} created, {} updated; ", self.entities_updated)?;
        let relationships = count(self.relationships_created, "relationship", "relationships");
        write!(f, "{relationships} created, {} updated; ", self.relationships_updated)?;
        f.write_str(&count(self.evidence_created, "piece of evidence", "pieces of evidence"))
    }
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
