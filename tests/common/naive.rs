//! A graph as plain lists, which takes drafts by the rules as they are written for users.

use std::collections::BTreeMap;

use relata::{
    graph::{Draft, EntityWish, EvidenceWish, RelationshipWish, Wish},
    model::{Date, Modality, Validity},
};
use serde_json::{Map, Value};

/// The ontology of naive graphs; `rules` below knows it by heart.
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

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Naive {
    pub(crate) entities: Vec<Entity>,
    pub(crate) relationships: Vec<Relationship>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entity {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) properties: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Relationship {
    /// Filled in by whoever sees it where none was given.
    pub(crate) id: Option<String>,
    pub(crate) relation: String,
    pub(crate) source: usize,
    pub(crate) target: usize,
    pub(crate) validity: Validity,
    pub(crate) confidence: Option<f64>,
    pub(crate) properties: BTreeMap<String, Value>,
    pub(crate) evidence: Vec<Evidence>,
}

#[derive(Clone, Debug, PartialEq)]
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

impl Naive {
    /// The graph after `draft`, or the refusal of all of it.
    pub(crate) fn after(&self, draft: &Draft) -> Result<Self, Refused> {
        let mut next = self.clone();
        for wish in &draft.wishes {
            match wish {
                Wish::PutEntity(it) => next.put(it)?,
                Wish::AssertRelationship(it) => next.assert(it)?,
                _ => return Err(Refused),
            }
        }
        Ok(next)
    }

    pub(crate) fn node(&self, id: &str) -> Result<usize, Refused> {
        self.entities.iter().position(|it| it.id == id).ok_or(Refused)
    }

    fn put(&mut self, wish: &EntityWish) -> Result<(), Refused> {
        let place = self.node(&wish.id).ok();
        let mut entity = match place {
            Some(it) => self.entities[it].clone(),
            None => Entity {
                id: wish.id.clone(),
                kind: wish.kind.clone(),
                name: wish.name.clone().ok_or(Refused)?,
                aliases: Vec::new(),
                properties: BTreeMap::new(),
            },
        };
        refuse_if(entity.kind != wish.kind)?;
        entity.name = wish.name.clone().unwrap_or(entity.name);
        entity.aliases = wish.aliases.clone().unwrap_or(entity.aliases);
        lay_over(&mut entity.properties, &wish.properties);
        refuse_if(entity.kind == "Document" && !entity.properties.contains_key("title"))?;
        let code = entity.properties.get("code");
        let owner = self.entities.iter().find(|it| {
            it.kind == entity.kind && it.id != entity.id && it.properties.get("code") == code
        });
        refuse_if(code.is_some() && owner.is_some())?;
        match place {
            Some(it) => self.entities[it] = entity,
            None => self.entities.push(entity),
        }
        Ok(())
    }

    fn assert(&mut self, wish: &RelationshipWish) -> Result<(), Refused> {
        let (source, target) = (self.node(&wish.source)?, self.node(&wish.target)?);
        let kinds = [source, target].map(|it| self.entities[it].kind.as_str());
        refuse_if(match wish.relation.as_str() {
            "KNOWS" => kinds != ["Person", "Person"],
            "READS" => kinds != ["Person", "Document"],
            _ => kinds[0] != "Person",
        })?;
        let evidence: Vec<_> =
            wish.evidence.iter().map(|it| self.evidence(it)).collect::<Result<_, _>>()?;
        let place = self.meant(wish, source, target)?;
        let mut relationship = match place {
            Some(it) => self.relationships[it].clone(),
            None => Relationship {
                id: wish.id.clone(),
                relation: wish.relation.clone(),
                source,
                target,
                validity: Validity::ALWAYS,
                confidence: None,
                properties: BTreeMap::new(),
                evidence: Vec::new(),
            },
        };
        relationship.validity = validity(wish, relationship.validity)?;
        relationship.confidence = wish.confidence.or(relationship.confidence);
        lay_over(&mut relationship.properties, &wish.properties);
        refuse_if(wish.relation != "READS" && !relationship.properties.contains_key("weight"))?;
        for it in evidence {
            if !relationship.evidence.contains(&it) {
                relationship.evidence.push(it);
            }
        }
        match place {
            Some(it) => self.relationships[it] = relationship,
            None => self.relationships.push(relationship),
        }
        Ok(())
    }

    /// The relationship that a wish means, if it is there.
    fn meant(
        &self,
        wish: &RelationshipWish,
        source: usize,
        target: usize,
    ) -> Result<Option<usize>, Refused> {
        let joins = |it: &Relationship| {
            it.relation == wish.relation
                && ((it.source, it.target) == (source, target)
                    || wish.relation == "KNOWS" && (it.target, it.source) == (source, target))
        };
        if wish.id.is_some() {
            let place = self.relationships.iter().position(|it| it.id == wish.id);
            refuse_if(place.is_some_and(|it| !joins(&self.relationships[it])))?;
            return Ok(place);
        }
        let validity = validity(wish, Validity::ALWAYS)?;
        let mut properties = BTreeMap::new();
        lay_over(&mut properties, &wish.properties);
        Ok(self
            .relationships
            .iter()
            .position(|it| joins(it) && it.validity == validity && it.properties == properties))
    }

    fn evidence(&self, wish: &EvidenceWish) -> Result<Evidence, Refused> {
        Ok(Evidence {
            document: self.node(&wish.document)?,
            cited_source: wish.cited_source.as_ref().map(|it| self.node(it)).transpose()?,
            quote: wish.quote.clone(),
            modality: wish.modality.clone().unwrap_or_else(|| "ASSERTED".to_owned()),
            stance: wish.stance.clone().unwrap_or_else(|| "SUPPORTS".to_owned()),
        })
    }
}

impl Relationship {
    /// The strongest modality among what supports it.
    pub(crate) fn modality(&self) -> Modality {
        let supports = self.evidence.iter().filter(|it| it.stance == "SUPPORTS");
        supports.map(|it| it.modality.parse().unwrap()).min().unwrap_or(Modality::Asserted)
    }

    /// Whether something contradicts it.
    pub(crate) fn is_disputed(&self) -> bool {
        self.evidence.iter().any(|it| it.stance == "CONTRADICTS")
    }
}

fn refuse_if(is_broken: bool) -> Result<(), Refused> {
    if is_broken { Err(Refused) } else { Ok(()) }
}

fn validity(wish: &RelationshipWish, there: Validity) -> Result<Validity, Refused> {
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
