//! Mergers of entities in the naive graph, and their undoing.

use crate::naive::{Fate, Naive, Refused, Seen, refuse_if};

impl Naive {
    pub(crate) fn merge(&mut self, winner: &str, losers: &[String]) -> Result<(), Refused> {
        let winner = self.entity(winner).ok_or(Refused)?;
        let mut merged = Vec::new();
        for id in losers {
            let loser = self.entity(id).ok_or(Refused)?;
            let is_merged = self.entities[loser].id != *id;
            if loser == winner && is_merged || merged.contains(&loser) {
                continue;
            }
            refuse_if(loser == winner || is_merged)?;
            refuse_if(self.entities[loser].kind != self.entities[winner].kind)?;
            merged.push(loser);
        }
        let all = 0..self.relationships.len();
        let is_moved = |it: &usize| {
            let (source, target) = self.ends(*it);
            self.is_seen(*it) && (merged.contains(&source) || merged.contains(&target))
        };
        let moved: Vec<usize> = all.filter(is_moved).collect();
        self.lend_names(winner, &merged);
        self.settle(&moved);
        Ok(())
    }

    pub(crate) fn unmerge(&mut self, id: &str) -> Result<(), Refused> {
        let mut all = 0..self.entities.len();
        let loser = all.find(|it| {
            let entity = &self.entities[*it];
            entity.id == id
                && matches!(entity.fate, Fate::Merged { .. })
                && self.is_there(self.standing(*it))
        });
        let loser = loser.ok_or(Refused)?;
        self.check_unique(&self.entities[loser], Some(loser))?;
        let mut moved = Vec::new();
        for it in 0..self.relationships.len() {
            let ends = [self.relationships[it].source, self.relationships[it].target];
            if ends.into_iter().any(|end| self.stands_through(end, loser)) {
                moved.push(it);
            }
        }
        self.take_names_back(loser);
        self.entities[loser].fate = Fate::There;
        self.show_again(moved);
        Ok(())
    }

    /// Whether what stands for `entity` does so by way of `other`.
    fn stands_through(&self, entity: usize, other: usize) -> bool {
        match self.entities[entity].fate {
            _ if entity == other => true,
            Fate::Merged { into, .. } => self.stands_through(into, other),
            Fate::There | Fate::Deleted => false,
        }
    }

    // ── relationships ──

    /// Shows what was moved, and what was hidden because it says what something moved says; hides
    /// of that what still must be.
    fn show_again(&mut self, mut moved: Vec<usize>) {
        loop {
            let all = 0..self.relationships.len();
            let repeats = |it: &usize| match self.relationships[*it].view {
                Seen::Twin(other) => moved.contains(&other) && !moved.contains(it),
                Seen::Itself | Seen::Retracted | Seen::Loop => false,
            };
            let more: Vec<usize> = all.filter(repeats).collect();
            if more.is_empty() {
                break;
            }
            moved.extend(more);
        }
        moved.retain(|it| self.relationships[*it].view != Seen::Retracted);
        moved.iter().for_each(|it| self.relationships[*it].view = Seen::Itself);
        moved.retain(|it| {
            let recorded = &self.relationships[*it];
            self.ends(*it) != (recorded.source, recorded.target)
        });
        moved.sort_unstable();
        self.settle(&moved);
    }

    /// Hides of relationships that have other ends now, one after the other, those whose ends have
    /// become one, and those that say what another says that has come before them.
    fn settle(&mut self, moved: &[usize]) {
        for (place, it) in moved.iter().enumerate() {
            let (source, target) = self.ends(*it);
            let recorded = &self.relationships[*it];
            let view = if source == target && recorded.source != recorded.target {
                Seen::Loop
            } else {
                let waiting = &moved[place..];
                let mut others = (0..self.relationships.len()).filter(|it| !waiting.contains(it));
                let twin = others.find(|other| self.repeats(*it, *other));
                twin.map_or(Seen::Itself, Seen::Twin)
            };
            self.relationships[*it].view = view;
        }
    }

    /// Whether a relationship says what another says only because entities were merged.
    fn repeats(&self, one: usize, other: usize) -> bool {
        let (a, b) = (&self.relationships[one], &self.relationships[other]);
        let (source, target) = self.ends(one);
        let is_said_before = (a.source, a.target) == (b.source, b.target)
            || a.is_symmetric() && (a.source, a.target) == (b.target, b.source);
        self.is_seen(other)
            && (&a.relation, a.validity, &a.properties) == (&b.relation, b.validity, &b.properties)
            && self.joins(other, source, target)
            && !is_said_before
    }

    // ── names ──

    /// The winner has the losers' names as aliases, beside its own.
    fn lend_names(&mut self, winner: usize, losers: &[usize]) {
        let before = self.lent_to(winner);
        let own: Vec<String> = self.names(winner);
        for loser in losers {
            let mut lent = self.names(*loser);
            lent.retain(|it| !own.contains(it) || before.contains(it));
            for name in &lent {
                if !self.entities[winner].aliases.contains(name) {
                    self.entities[winner].aliases.push(name.clone());
                }
            }
            self.entities[*loser].fate = Fate::Merged { into: winner, lent };
        }
    }

    /// Takes the names that an entity has lent from those that stand for it, but what others lend
    /// them as well, or they have themselves.
    fn take_names_back(&mut self, loser: usize) {
        let Fate::Merged { into, lent: mut gone } = self.entities[loser].fate.clone() else {
            return;
        };
        self.entities[loser].fate = Fate::There;
        let mut owner = into;
        loop {
            let kept = self.lent_to(owner);
            gone.retain(|it| !kept.contains(it));
            self.entities[owner].aliases.retain(|it| !gone.contains(it));
            gone.retain(|it| self.entities[owner].name != *it);
            let Fate::Merged { into, lent } = self.entities[owner].fate.clone() else { return };
            gone.retain(|it| lent.contains(it));
            let lent = lent.into_iter().filter(|it| !gone.contains(it)).collect();
            self.entities[owner].fate = Fate::Merged { into, lent };
            owner = into;
        }
    }

    /// The names that an entity has from those that were merged into it.
    fn lent_to(&self, winner: usize) -> Vec<String> {
        let lent = |fate: &Fate| match fate {
            Fate::Merged { into, lent } if *into == winner => lent.clone(),
            Fate::Merged { .. } | Fate::There | Fate::Deleted => Vec::new(),
        };
        self.entities.iter().flat_map(|it| lent(&it.fate)).collect()
    }

    pub(crate) fn names(&self, entity: usize) -> Vec<String> {
        let it = &self.entities[entity];
        [&it.name].into_iter().chain(&it.aliases).cloned().collect()
    }
}
