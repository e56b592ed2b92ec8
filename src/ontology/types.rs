//! The parts of an ontology.

use std::fmt;

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
    /// What it is: the description of the first field that names it.
    pub description: String,
    /// Read the same from both ends: a field has `queryDirection: UNDIRECTED`.
    pub symmetric: bool,
    /// Its properties type, where it has one.
    pub properties: Option<PropertiesTypeId>,
    /// Which entity types it may join, source first. For a symmetric one, either may be first.
    pub pairs: KindPairs,
}

/// The pairs of entity types that a relationship type may join.
#[derive(Clone, Debug, Default)]
pub struct KindPairs {
    pairs: rustc_hash::FxHashSet<(KindId, KindId)>,
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

/// Something wrong in an ontology file, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// Which kind of problem: a stable name, as `UNKNOWN_TYPE`.
    pub code: &'static str,
    /// What is wrong and what to write.
    pub message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl KindPairs {
    /// Whether a relationship may lead from `source` to `target`. One hash.
    pub fn contains(&self, source: KindId, target: KindId) -> bool {
        self.pairs.contains(&(source, target))
    }

    /// The pairs in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = (KindId, KindId)> {
        let mut pairs: Vec<_> = self.pairs.iter().copied().collect();
        pairs.sort_unstable();
        pairs.into_iter()
    }
}

impl Extend<(KindId, KindId)> for KindPairs {
    fn extend<I: IntoIterator<Item = (KindId, KindId)>>(&mut self, pairs: I) {
        self.pairs.extend(pairs);
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
    /// Reads an ontology from SDL. `file` names it in diagnostics.
    ///
    /// # Errors
    ///
    /// Every problem found, in the order of the file.
    pub fn parse(file: &str, source: &str) -> Result<Self, Vec<Diagnostic>> {
        todo!("{file} {source}")
    }

    /// The same ontology under the numbers that a store already uses: its names keep theirs, and
    /// new names are appended.
    #[must_use]
    pub fn renumbered(self, stored: &Names) -> Self {
        todo!("{stored:?}")
    }

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

    /// The entity type with number `id`; `None` where only a store still knows it.
    pub fn kind(&self, id: KindId) -> Option<&Kind> {
        // Numbers follow the file's order unless a store says otherwise.
        self.kinds
            .get(id.index())
            .filter(|it| it.id == id)
            .or_else(|| self.kinds.iter().find(|it| it.id == id))
    }

    /// The entity type called `name`.
    pub fn kind_named(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().find(|it| it.name == name)
    }

    /// The relationship type with number `id`; `None` where only a store still knows it.
    pub fn relation(&self, id: RelationId) -> Option<&Relation> {
        self.relations
            .get(id.index())
            .filter(|it| it.id == id)
            .or_else(|| self.relations.iter().find(|it| it.id == id))
    }

    /// The relationship type called `name`, as `TRADES_WITH`.
    pub fn relation_named(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|it| it.name == name)
    }

    /// The properties type of `relation`, where it has one.
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
