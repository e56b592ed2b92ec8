//! A graph as plain lists, which takes drafts by the rules as they are written for users.

use std::collections::BTreeMap;

use relata::{
    graph::{Draft, EntityWish, EvidenceWish, Mode, RelationshipWish, Wish},
    model::{Date, Modality, ModalitySet, Revision, Validity},
};
use serde_json::{Map, Value};

/// The ontology of naive graphs; the rules below know it by heart.
pub(crate) const ONTOLOGY: &str = r#"
type Person implements Entity @node {
  code: String @unique
  age: Int
  knows: [Person!]! @relationship(type: "KNOWS", direction: OUT, queryDirection: UNDIRECTED, properties: "Link")
  reads: [Document!]! @relationship(type: "READS", direction: OUT)
  likes: [Entity!]! @relationship(type: "LIKES", direction: OUT, properties: "Link")
}
type Document implements Entity @node(hub: true) { code: String @unique title: String! }
type Link @relationshipProperties { note: String weight: Float! }
"#;

/// Everything that was ever recorded; places in the lists are never given twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Naive {
    pub(crate) entities: Vec<Entity>,
    pub(crate) relationships: Vec<Relationship>,
    /// The revisions in which each was changed last, told by whoever sees them.
    pub(crate) entity_revisions: Vec<Revision>,
    pub(crate) relationship_revisions: Vec<Revision>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entity {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) properties: BTreeMap<String, Value>,
    pub(crate) fate: Fate,
}

/// What became of an entity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fate {
    There,
    Deleted,
    /// It was merged into another, which has these names from it.
    Merged {
        into: usize,
        lent: Vec<String>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Relationship {
    /// Told by whoever sees it where none was given.
    pub(crate) id: Option<String>,
    pub(crate) relation: String,
    /// The ends that it was recorded with.
    pub(crate) source: usize,
    pub(crate) target: usize,
    pub(crate) validity: Validity,
    pub(crate) confidence: Option<f64>,
    pub(crate) properties: BTreeMap<String, Value>,
    /// What was recorded for itself.
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) view: Seen,
}

/// Whether a relationship is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Itself,
    Retracted,
    /// Not while its two ends are taken as one thing.
    Loop,
    /// Not while its ends are taken as those of another that says the same.
    Twin(usize),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Evidence {
    pub(crate) document: usize,
    pub(crate) cited_source: Option<usize>,
    pub(crate) quote: Option<String>,
    pub(crate) modality: String,
    pub(crate) stance: String,
}

/// A wish that cannot be granted.
#[derive(Debug)]
pub(crate) struct Refused;

type Granted<T = ()> = Result<T, Refused>;

impl Naive {
    /// The graph after `draft` and whether that changes anything, or the refusal of all of it.
    pub(crate) fn after(&self, draft: &Draft) -> Granted<(Self, bool)> {
        let mut next = self.clone();
        let mut is_changed = false;
        for wish in &draft.wishes {
            let before = (next.entities.clone(), next.relationships.clone());
            next.grant(wish)?;
            is_changed |= (&before.0, &before.1) != (&next.entities, &next.relationships);
        }
        Ok((next, is_changed))
    }

    fn grant(&mut self, wish: &Wish) -> Granted {
        match wish {
            Wish::PutEntity(it) => self.put(it),
            Wish::AssertRelationship(it) => self.assert(it),
            Wish::UpdateRelationship { id, properties, confidence, expected_revision } => {
                let place = self.changeable(id, *expected_revision)?;
                let it = &mut self.relationships[place];
                it.confidence = confidence.or(it.confidence);
                it.change(properties)
            }
            Wish::DeleteEntity { id, detach } => self.delete(id, *detach),
            Wish::AddEvidence { relationship, evidence } => {
                let place = self.changeable(relationship, None)?;
                self.add_evidence(place, evidence)
            }
            Wish::EndRelationship { id, valid_to, evidence, expected_revision } => {
                let place = self.changeable(id, *expected_revision)?;
                let it = &mut self.relationships[place];
                let to = valid_to.parse().unwrap();
                it.validity = Validity::new(it.validity.from(), Some(to)).ok_or(Refused)?;
                self.add_evidence(place, evidence)
            }
            Wish::RetractRelationship { id, expected_revision, .. } => {
                let place = self.changeable(id, *expected_revision)?;
                self.relationships[place].view = Seen::Retracted;
                Ok(())
            }
            Wish::MergeEntities { winner, losers, .. } => self.merge(winner, losers),
            Wish::UnmergeEntity { id } => self.unmerge(id),
        }
    }

    // ── what is there ──

    /// The entity that stands for one: itself, if it was not merged.
    pub(crate) fn standing(&self, entity: usize) -> usize {
        match self.entities[entity].fate {
            Fate::Merged { into, .. } => self.standing(into),
            Fate::There | Fate::Deleted => entity,
        }
    }

    pub(crate) fn is_there(&self, entity: usize) -> bool {
        self.entities[entity].fate == Fate::There
    }

    /// The entity that an id means: of deleted ones others may have the id.
    pub(crate) fn entity(&self, id: &str) -> Option<usize> {
        let mut named = (0..self.entities.len()).filter(|it| self.entities[*it].id == id);
        named.find_map(|it| Some(self.standing(it)).filter(|it| self.is_there(*it)))
    }

    /// The ends of a relationship as they are read.
    pub(crate) fn ends(&self, relationship: usize) -> (usize, usize) {
        let it = &self.relationships[relationship];
        (self.standing(it.source), self.standing(it.target))
    }

    pub(crate) fn is_seen(&self, relationship: usize) -> bool {
        let (source, target) = self.ends(relationship);
        self.relationships[relationship].view == Seen::Itself
            && self.is_there(source)
            && self.is_there(target)
    }

    /// What is read in the place of a relationship.
    pub(crate) fn stands_for(&self, relationship: usize) -> usize {
        match self.relationships[relationship].view {
            Seen::Twin(other) => self.stands_for(other),
            Seen::Itself | Seen::Retracted | Seen::Loop => relationship,
        }
    }

    /// All that speaks for or against a relationship, each statement once: its own evidence, and
    /// that of those in whose place it is read.
    pub(crate) fn evidence(&self, relationship: usize) -> Vec<Evidence> {
        let all = 0..self.relationships.len();
        let shown = all.filter(|it| self.stands_for(*it) == relationship);
        let pieces = shown.flat_map(|it| &self.relationships[it].evidence);
        let mut pieces: Vec<_> = pieces.map(|it| self.read(it)).collect();
        pieces.sort();
        pieces.dedup();
        pieces
    }

    fn read(&self, piece: &Evidence) -> Evidence {
        Evidence {
            document: self.standing(piece.document),
            cited_source: piece.cited_source.map(|it| self.standing(it)),
            ..piece.clone()
        }
    }

    /// The strongest modality among what supports it.
    pub(crate) fn modality(&self, relationship: usize) -> Modality {
        let evidence = self.evidence(relationship);
        let supports = evidence.iter().filter(|it| it.stance == "SUPPORTS");
        supports.map(|it| it.modality.parse().unwrap()).min().unwrap_or(Modality::Asserted)
    }

    /// Whether something contradicts it.
    pub(crate) fn is_disputed(&self, relationship: usize) -> bool {
        self.evidence(relationship).iter().any(|it| it.stance == "CONTRADICTS")
    }

    /// The relationships that are seen on a date, of these modalities.
    pub(crate) fn seen(&self, as_of: Option<Date>, modalities: ModalitySet) -> Vec<usize> {
        let all = 0..self.relationships.len();
        let is_meant = |it: &usize| {
            let validity = self.relationships[*it].validity;
            self.is_seen(*it)
                && as_of.is_none_or(|date| validity.overlaps(date))
                && modalities.contains(self.modality(*it))
        };
        all.filter(is_meant).collect()
    }

    // ── entities ──

    fn put(&mut self, wish: &EntityWish) -> Granted {
        let place = self.entity(&wish.id);
        refuse_if(match wish.mode {
            Mode::Upsert => false,
            Mode::Create => place.is_some(),
            Mode::Update => place.is_none(),
        })?;
        refuse_if(wish.expected_revision.is_some_and(|expected| {
            place.and_then(|it| self.entity_revisions.get(it)) != Some(&expected)
        }))?;
        let mut entity = match place {
            Some(it) => self.entities[it].clone(),
            None => Entity {
                id: wish.id.clone(),
                kind: wish.kind.clone(),
                name: wish.name.clone().ok_or(Refused)?,
                aliases: Vec::new(),
                properties: BTreeMap::new(),
                fate: Fate::There,
            },
        };
        refuse_if(entity.kind != wish.kind)?;
        entity.name = wish.name.clone().unwrap_or(entity.name);
        entity.aliases = wish.aliases.clone().unwrap_or(entity.aliases);
        lay_over(&mut entity.properties, &wish.properties);
        refuse_if(entity.kind == "Document" && !entity.properties.contains_key("title"))?;
        self.check_unique(&entity, place)?;
        match place {
            Some(it) => self.entities[it] = entity,
            None => self.entities.push(entity),
        }
        Ok(())
    }

    /// Whether no other entity that is there has the code.
    pub(crate) fn check_unique(&self, entity: &Entity, place: Option<usize>) -> Granted {
        let Some(code) = entity.properties.get("code") else { return Ok(()) };
        refuse_if((0..self.entities.len()).any(|other| {
            let it = &self.entities[other];
            let has_code = it.kind == entity.kind && it.properties.get("code") == Some(code);
            has_code && self.is_there(other) && Some(other) != place
        }))
    }

    fn delete(&mut self, id: &str, detach: bool) -> Granted {
        let entity = self.entity(id).ok_or(Refused)?;
        refuse_if(self.entities[entity].id != id)?;
        let mut edges = self.seen(None, ModalitySet::ALL);
        edges.retain(|it| self.ends(*it).0 == entity || self.ends(*it).1 == entity);
        refuse_if(!detach && !edges.is_empty())?;
        edges.into_iter().for_each(|it| self.relationships[it].view = Seen::Retracted);
        self.entities[entity].fate = Fate::Deleted;
        Ok(())
    }

    // ── relationships ──

    /// The relationship that an id means, where it is seen and was changed last as expected.
    fn changeable(&self, id: &str, expected: Option<Revision>) -> Granted<usize> {
        let place = self.stands_for(self.identified(id).ok_or(Refused)?);
        refuse_if(!self.is_seen(place))?;
        let revision = self.relationship_revisions.get(place);
        refuse_if(expected.is_some_and(|it| revision != Some(&it)))?;
        Ok(place)
    }

    fn identified(&self, id: &str) -> Option<usize> {
        self.relationships.iter().position(|it| it.id.as_deref() == Some(id))
    }

    fn assert(&mut self, wish: &RelationshipWish) -> Granted {
        let end = |id| self.entity(id).ok_or(Refused);
        let (source, target) = (end(&wish.source)?, end(&wish.target)?);
        let kinds = [source, target].map(|it| self.entities[it].kind.as_str());
        refuse_if(match wish.relation.as_str() {
            "KNOWS" => kinds != ["Person", "Person"],
            "READS" => kinds != ["Person", "Document"],
            _ => kinds[0] != "Person",
        })?;
        let there = self.meant(wish, source, target)?;
        let place = there.unwrap_or_else(|| {
            self.relationships.push(Relationship {
                id: wish.id.clone(),
                relation: wish.relation.clone(),
                source,
                target,
                validity: Validity::ALWAYS,
                confidence: None,
                properties: BTreeMap::new(),
                evidence: Vec::new(),
                view: Seen::Itself,
            });
            self.relationships.len() - 1
        });
        let it = &mut self.relationships[place];
        it.validity = validity(wish, it.validity)?;
        it.confidence = wish.confidence.or(it.confidence);
        it.change(&wish.properties)?;
        self.add_evidence(place, &wish.evidence)
    }

    /// The relationship that a wish means, if it is there.
    fn meant(
        &self,
        wish: &RelationshipWish,
        source: usize,
        target: usize,
    ) -> Granted<Option<usize>> {
        if let Some(id) = &wish.id {
            let Some(named) = self.identified(id) else { return Ok(None) };
            let place = self.stands_for(named);
            let it = &self.relationships[place];
            refuse_if(it.view == Seen::Retracted || it.relation != wish.relation)?;
            refuse_if(!self.joins(place, source, target))?;
            return Ok(Some(place));
        }
        let validity = validity(wish, Validity::ALWAYS)?;
        let mut properties = BTreeMap::new();
        lay_over(&mut properties, &wish.properties);
        let says_the_same = |place: &usize| {
            let it = &self.relationships[*place];
            let said = (&it.relation, it.validity, &it.properties);
            said == (&wish.relation, validity, &properties) && self.joins(*place, source, target)
        };
        Ok(self.seen(None, ModalitySet::ALL).into_iter().find(says_the_same))
    }

    /// Whether a relationship has these ends; a symmetric one has them in either order.
    pub(crate) fn joins(&self, relationship: usize, source: usize, target: usize) -> bool {
        let ends = self.ends(relationship);
        let is_symmetric = self.relationships[relationship].is_symmetric();
        ends == (source, target) || is_symmetric && ends == (target, source)
    }

    /// Adds the pieces that are not there yet.
    fn add_evidence(&mut self, relationship: usize, wishes: &[EvidenceWish]) -> Granted {
        for wish in wishes {
            let end = |id: &String| self.entity(id).ok_or(Refused);
            let piece = Evidence {
                document: end(&wish.document)?,
                cited_source: wish.cited_source.as_ref().map(end).transpose()?,
                quote: wish.quote.clone(),
                modality: wish.modality.clone().unwrap_or_else(|| "ASSERTED".to_owned()),
                stance: wish.stance.clone().unwrap_or_else(|| "SUPPORTS".to_owned()),
            };
            let mut there = self.evidence(relationship);
            // What is kept of a relationship that is not seen is looked at all the same.
            there.extend(self.relationships[relationship].evidence.iter().map(|it| self.read(it)));
            if !there.contains(&piece) {
                self.relationships[relationship].evidence.push(piece);
            }
        }
        Ok(())
    }
}

impl Relationship {
    pub(crate) fn is_symmetric(&self) -> bool {
        self.relation == "KNOWS"
    }

    fn change(&mut self, properties: &Map<String, Value>) -> Granted {
        lay_over(&mut self.properties, properties);
        refuse_if(match self.relation.as_str() {
            "READS" => !properties.is_empty(),
            _ => !self.properties.contains_key("weight"),
        })
    }
}

pub(crate) fn refuse_if(is_broken: bool) -> Granted {
    if is_broken { Err(Refused) } else { Ok(()) }
}

fn validity(wish: &RelationshipWish, there: Validity) -> Granted<Validity> {
    let date = |text: &Option<String>| text.as_ref().map(|it| it.parse::<Date>().unwrap());
    let (from, to) = (date(&wish.valid_from), date(&wish.valid_to));
    Validity::new(from.or(there.from()), to.or(there.to())).ok_or(Refused)
}

fn lay_over(properties: &mut BTreeMap<String, Value>, wished: &Map<String, Value>) {
    for (name, value) in wished {
        match value {
            Value::Null => properties.remove(name),
            value => properties.insert(name.clone(), value.clone()),
        };
    }
}
