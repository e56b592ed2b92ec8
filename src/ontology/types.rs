//! The parts of an ontology.

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::index::Index;
use crate::model::{Direction, KindId, PropertyId, RelationId};

/// What may exist in a graph. Made by parsing SDL; see [`Ontology::parse`].
#[derive(Clone, Debug)]
pub struct Ontology {
    pub(super) source: String,
    pub(super) kinds: Vec<Kind>,
    pub(super) relations: Vec<Relation>,
    pub(super) properties_types: Vec<PropertiesType>,
    pub(super) interfaces: Vec<Interface>,
    pub(super) unions: Vec<Union>,
    pub(super) enums: Vec<EnumType>,
    pub(super) names: Names,
    pub(super) index: Index,
}

/// The numbers under which a store knows the ontology's names: the index of a name is its
/// [`KindId`], [`RelationId`] or [`PropertyId`]. Names are only ever appended.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Names {
    /// Names of entity types.
    pub kinds: Vec<String>,
    /// Names of relationship types, as `TRADES_WITH`.
    pub relations: Vec<String>,
    /// Names of properties, of entities and of relationships alike.
    pub properties: Vec<String>,
}

/// An entity type: `type Country @node`.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its number.
    pub id: KindId,
    /// Its name, as `Country`.
    pub name: String,
    /// Its name in the plural and in camel case, as the ontology says with `@plural` or as English
    /// has it: `countries`.
    pub plural: String,
    /// What it is, in the ontology's words.
    pub description: String,
    /// An end of paths, never their middle: documents, topics, events.
    pub hub: bool,
    /// Its properties, in the order of the file.
    pub properties: Vec<Property>,
    /// Its relationship fields, in the order of the file.
    pub fields: Vec<RelationshipField>,
    /// The ontology's own interfaces that it implements.
    pub interfaces: Vec<InterfaceId>,
}

/// A property of an entity or relationship type.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its number.
    pub id: PropertyId,
    /// Its name, as `population`.
    pub name: String,
    /// What it is, in the ontology's words.
    pub description: String,
    /// The type of the value, or of a list's items.
    pub ty: PropertyType,
    /// Whether the value is a list.
    pub list: bool,
    /// Whether there must be a value: written with `!`.
    pub required: bool,
    /// Whether no two entities of the type may have the same value: `@unique`.
    pub unique: bool,
}

/// The type of a property's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PropertyType {
    /// A scalar.
    Scalar(Scalar),
    /// An enum of the ontology.
    Enum(EnumId),
}

/// The scalars that a property may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// Text.
    String,
    /// A 32-bit integer.
    Int,
    /// A finite double.
    Float,
    /// `true` or `false`.
    Boolean,
    /// Text that identifies something.
    Id,
    /// A 64-bit integer.
    BigInt,
    /// A date with its precision.
    Date,
    /// A moment.
    DateTime,
    /// Any JSON.
    Json,
}

/// A field of an entity type that leads along relationships:
/// `tradesWith: [Country!]! @relationship(type: "TRADES_WITH", direction: OUT)`.
#[derive(Clone, Debug)]
pub struct RelationshipField {
    /// Its name, as `tradesWith`.
    pub name: String,
    /// What it is, in the ontology's words.
    pub description: String,
    /// The relationship type it follows.
    pub relation: RelationId,
    /// The direction it follows it in; [`Direction::Any`] where the relationship is symmetric.
    pub direction: Direction,
    /// What it leads to.
    pub target: Target,
}

/// What a relationship field may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// One entity type.
    Kind(KindId),
    /// Any type that implements an interface of the ontology.
    Interface(InterfaceId),
    /// Any member of a union.
    Union(UnionId),
    /// Any entity: the built-in interface `Entity`.
    Entity,
}

/// A relationship type: all that is declared with one `@relationship(type:)`.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Its number.
    pub id: RelationId,
    /// Its name, as `TRADES_WITH`.
    pub name: String,
    /// Its name as a GraphQL type, as `TradesWith`.
    pub type_name: String,
    /// What it is: the description of the first field that leads from its source, else of any.
    pub description: String,
    /// Read the same from both ends: a field has `queryDirection: UNDIRECTED`.
    pub symmetric: bool,
    /// Its properties type, where it has one.
    pub properties: Option<PropertiesTypeId>,
    /// Which entity types it may join, source first. For a symmetric one, either may be first.
    pub pairs: KindPairs,
}

/// The pairs of entity types that a relationship type may join: a row of bits for each source.
#[derive(Clone, Debug, Default)]
pub struct KindPairs {
    targets: FxHashMap<KindId, FixedBitSet>,
}

/// `type Trade @relationshipProperties`.
#[derive(Clone, Debug)]
pub struct PropertiesType {
    /// Its name, as `Trade`.
    pub name: String,
    /// What it is, in the ontology's words.
    pub description: String,
    /// Its properties, in the order of the file.
    pub properties: Vec<Property>,
}

/// An interface of the ontology, beside the built-in `Entity`.
#[derive(Clone, Debug)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// What it is, in the ontology's words.
    pub description: String,
    /// Its properties; every implementing type has them.
    pub properties: Vec<Property>,
    /// Its relationship fields; every implementing type has them, with the same relationship type
    /// and direction.
    pub fields: Vec<RelationshipField>,
    /// The entity types that implement it.
    pub kinds: Vec<KindId>,
}

/// A union of entity types.
#[derive(Clone, Debug)]
pub struct Union {
    /// Its name.
    pub name: String,
    /// What it is, in the ontology's words.
    pub description: String,
    /// Its members.
    pub kinds: Vec<KindId>,
}

/// An enum of the ontology.
#[derive(Clone, Debug)]
pub struct EnumType {
    /// Its name.
    pub name: String,
    /// What it is, in the ontology's words.
    pub description: String,
    /// Its values, in the order of the file.
    pub values: Vec<EnumValue>,
}

/// A value of an enum.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// Its name, as `COMPANY`.
    pub name: String,
    /// What it means, in the ontology's words.
    pub description: String,
}

/// An interface of the ontology, by its place in [`Ontology::interfaces`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InterfaceId(pub u16);

/// A union of the ontology, by its place in [`Ontology::unions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnionId(pub u16);

/// An enum of the ontology, by its place in [`Ontology::enums`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EnumId(pub u16);

/// A properties type of the ontology, by its place in [`Ontology::properties_types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PropertiesTypeId(pub u16);

impl KindPairs {
    /// Whether a relationship may lead from `source` to `target`. One hash.
    pub fn contains(&self, source: KindId, target: KindId) -> bool {
        self.targets.get(&source).is_some_and(|it| it.contains(target.index()))
    }

    /// The pairs in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = (KindId, KindId)> {
        let mut rows: Vec<_> = self.targets.iter().collect();
        rows.sort_unstable_by_key(|(source, _)| **source);
        rows.into_iter().flat_map(|(source, targets)| {
            let number = |it| u16::try_from(it).expect("only kinds' numbers are inserted");
            targets.ones().map(move |it| (*source, KindId(number(it))))
        })
    }
}

impl Extend<(KindId, KindId)> for KindPairs {
    fn extend<I: IntoIterator<Item = (KindId, KindId)>>(&mut self, pairs: I) {
        for (source, target) in pairs {
            self.targets.entry(source).or_default().grow_and_insert(target.index());
        }
    }
}

impl FromIterator<(KindId, KindId)> for KindPairs {
    fn from_iter<I: IntoIterator<Item = (KindId, KindId)>>(pairs: I) -> Self {
        let mut these = Self::default();
        these.extend(pairs);
        these
    }
}

impl Kind {
    /// The property called `name`.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|it| it.name == name)
    }

    /// The relationship field called `name`.
    pub fn field(&self, name: &str) -> Option<&RelationshipField> {
        self.fields.iter().find(|it| it.name == name)
    }
}

impl Scalar {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::String,
        Self::Int,
        Self::Float,
        Self::Boolean,
        Self::Id,
        Self::BigInt,
        Self::Date,
        Self::DateTime,
        Self::Json,
    ];

    /// Its name in GraphQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Int => "Int",
            Self::Float => "Float",
            Self::Boolean => "Boolean",
            Self::Id => "ID",
            Self::BigInt => "BigInt",
            Self::Date => "Date",
            Self::DateTime => "DateTime",
            Self::Json => "JSON",
        }
    }
}

impl Ontology {
    /// The SDL that it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The numbers of its names, including names that only a store still knows.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The entity types, in the order of the file.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The relationship types, in the order in which the file first names them.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// The properties types, in the order of the file.
    pub fn properties_types(&self) -> &[PropertiesType] {
        &self.properties_types
    }

    /// The interfaces, in the order of the file.
    pub fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// The unions, in the order of the file.
    pub fn unions(&self) -> &[Union] {
        &self.unions
    }

    /// The enums, in the order of the file.
    pub fn enums(&self) -> &[EnumType] {
        &self.enums
    }

    /// The entity type with number `id`; `None` where only a store still knows it. Constant time.
    pub fn kind(&self, id: KindId) -> Option<&Kind> {
        self.index.kind(id.index()).map(|it| &self.kinds[it])
    }

    /// The entity type called `name`. One hash.
    pub fn kind_named(&self, name: &str) -> Option<&Kind> {
        self.index.kind_named(name).map(|it| &self.kinds[it])
    }

    /// The relationship type with number `id`; `None` where only a store still knows it. Constant
    /// time.
    pub fn relation(&self, id: RelationId) -> Option<&Relation> {
        self.index.relation(id.index()).map(|it| &self.relations[it])
    }

    /// The relationship type called `name`, as `TRADES_WITH`. One hash.
    pub fn relation_named(&self, name: &str) -> Option<&Relation> {
        self.index.relation_named(name).map(|it| &self.relations[it])
    }

    /// The name of a property, which may be one that only a store still knows.
    pub fn property_name(&self, id: PropertyId) -> Option<&str> {
        self.names.properties.get(id.index()).map(String::as_str)
    }

    /// The properties of `relation`; none where it has no properties type.
    pub fn properties_of(&self, relation: &Relation) -> &[Property] {
        relation.properties.map_or(&[], |it| &self.properties_types[usize::from(it.0)].properties)
    }

    /// The entity types that `target` stands for.
    pub fn kinds_of(&self, target: Target) -> Vec<KindId> {
        match target {
            Target::Kind(it) => vec![it],
            Target::Interface(it) => self.interfaces[usize::from(it.0)].kinds.clone(),
            Target::Union(it) => self.unions[usize::from(it.0)].kinds.clone(),
            Target::Entity => self.kinds.iter().map(|it| it.id).collect(),
        }
    }
}
