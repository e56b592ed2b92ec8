//! The field table: every type and field of the API, described once.

mod builder;
mod change;
mod connection;
mod entity;
mod filter;
mod leaves;
mod mutation;
mod query;
mod relationship;
mod sort;
mod traversal;
mod writing;

use std::{fmt, sync::Arc};

use apollo_compiler::ast::OperationType;
use rustc_hash::FxHashMap;

use self::builder::Builder;
use super::{Args, Context, Effect, FieldError, Input, Value, Writing};
use crate::{
    model::{Direction, KindId, PropertyId, RelationId},
    ontology::{Diagnostic, Ontology, Scalar, Target},
};

/// Rows on a page where the request does not say.
pub(super) const PAGE_SIZE: u32 = 25;
/// Pieces of evidence on a page where the request does not say.
pub(super) const EVIDENCE_SIZE: u32 = 10;
/// Paths where the request does not say.
pub(super) const PATHS: u32 = 10;
/// Matches of a search where the request does not say.
pub(super) const MATCHES: u32 = 10;
/// Entities of a subgraph where the request does not say.
pub(super) const SUBGRAPH_NODES: u32 = 500;

/// All types of an API. Immutable once built.
#[derive(Clone, Debug)]
pub struct Table {
    pub(super) types: Vec<TypeDef>,
    pub(super) by_name: FxHashMap<Arc<str>, TypeId>,
    pub(super) query: TypeId,
    pub(super) mutation: Option<TypeId>,
    pub(super) subscription: Option<TypeId>,
    kinds: Vec<Option<TypeId>>,
    relations: Vec<Option<TypeId>>,
    evidence: TypeId,
    /// Whether errors may tell its names to those who have them wrong.
    pub(super) is_open: bool,
}

/// A type, by its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

/// One type.
#[derive(Clone, Debug)]
pub struct TypeDef {
    /// Its name.
    pub name: Arc<str>,
    /// What it is, for those who read the schema.
    pub description: Arc<str>,
    /// What it is, for the executor.
    pub body: TypeBody,
}

/// What a type is made of.
#[derive(Clone, Debug)]
pub enum TypeBody {
    /// A leaf that GraphQL or relata defines.
    Scalar(Scalar),
    /// A leaf of names.
    Enum(Vec<EnumValueDef>),
    /// An object.
    Object {
        /// Its fields, in the order of the schema.
        fields: Vec<FieldDef>,
        /// The interfaces that it implements, `Node` included.
        interfaces: Vec<TypeId>,
    },
    /// An interface.
    Interface {
        /// Its fields, with operators that work for every implementing type.
        fields: Vec<FieldDef>,
        /// The interfaces that it implements.
        interfaces: Vec<TypeId>,
        /// The object types that implement it, ascending.
        possible: Vec<TypeId>,
    },
    /// A union.
    Union {
        /// Its members, ascending.
        possible: Vec<TypeId>,
    },
    /// An input object.
    Input {
        /// Its fields, in the order of the schema.
        fields: Vec<ArgumentDef>,
        /// Exactly one field must be given: `@oneOf`.
        one_of: bool,
    },
}

/// One value of an enum.
#[derive(Clone, Debug)]
pub struct EnumValueDef {
    /// Its name.
    pub name: Arc<str>,
    /// What it means.
    pub description: Arc<str>,
}

/// One field of an object or interface.
#[derive(Clone, Debug)]
pub struct FieldDef {
    /// Its name.
    pub name: Arc<str>,
    /// What it gives.
    pub description: Arc<str>,
    /// Its arguments. Those called `asOf` and `knownAt` narrow the view of this field and all
    /// below it; the executor sees to that.
    pub arguments: Vec<ArgumentDef>,
    /// The type of its value.
    pub ty: TypeRef,
    /// What it costs.
    pub cost: Cost,
    /// What of the ontology it is about, for its operator.
    pub subject: Subject,
    /// How its value is had.
    pub operator: Operator,
}

/// One argument of a field, or one field of an input object.
#[derive(Clone, Debug)]
pub struct ArgumentDef {
    /// Its name.
    pub name: Arc<str>,
    /// What it does.
    pub description: Arc<str>,
    /// The type of its value.
    pub ty: TypeRef,
    /// Its value where none is given.
    pub default: Option<Input>,
    /// The argument beside which it has no default.
    pub gives_way_to: Option<&'static str>,
}

/// A named type, alone or in a list, with or without `!`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeRef {
    /// The named type.
    pub base: TypeId,
    /// What stands around it.
    pub wrap: Wrap,
}

/// What stands around a named type. No type of the API nests lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wrap {
    /// `T`
    Nullable,
    /// `T!`
    Required,
    /// `[T!]`
    List,
    /// `[T!]!`
    RequiredList,
    /// `[T]!`
    ListOfNullable,
}

/// What a field costs, before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// One.
    One,
    /// One, and its children for each row of a page: `first`, `last`, `limit` or `maxNodes`,
    /// whichever is given, else this many.
    Page(u32),
    /// One, and its children for each of `first` rows of up to `maxHops` or `hops` steps.
    Walk(u32),
    /// One for each input object that it is given, and its children for each item of `input`,
    /// or this often where there is none.
    Write(u32),
}

/// What of the ontology a field is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// Nothing.
    None,
    /// An entity type.
    Kind(KindId),
    /// A property.
    Property(PropertyId),
    /// Relationships along a field of the ontology.
    Link {
        /// The relationship type.
        relation: RelationId,
        /// The direction, seen from the entity.
        direction: Direction,
        /// What it leads to.
        target: Target,
    },
}

/// How a field's value is had.
#[derive(Clone, Copy)]
pub enum Operator {
    /// Read from the parent; for fields without arguments.
    Read(Read),
    /// A question whose arguments are decoded once a request, and which is then asked of each
    /// parent.
    Ask(Ask),
    /// Written to a transaction; for the root fields of mutations.
    Write(Write),
}

/// Reads a field's value from its parent.
pub type Read = for<'s> fn(&Context<'s>, &Value<'s>, &FieldDef) -> Result<Value<'s>, FieldError>;

/// Decodes a field's arguments.
pub type Ask = for<'s> fn(&Context<'s>, &FieldDef, &Args) -> Result<Answer<'s>, FieldError>;

/// Writes what a field's arguments say. `None` where something is wrong, which is told.
pub type Write = fn(&mut Writing<'_>, &FieldDef, &Args) -> Option<Effect>;

/// A decoded question, to be asked of each parent.
pub type Answer<'s> = Box<dyn Fn(&Context<'s>, &Value<'s>) -> Result<Value<'s>, FieldError> + 's>;

impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read(_) => "Read",
            Self::Ask(_) => "Ask",
            Self::Write(_) => "Write",
        })
    }
}

impl Subject {
    /// The property that a field is about.
    pub(super) fn property(&self) -> PropertyId {
        let Self::Property(it) = self else { unreachable!("the field is about a property") };
        *it
    }
}

impl Wrap {
    /// Whether the value may be null.
    pub fn is_nullable(self) -> bool {
        matches!(self, Self::Nullable | Self::List)
    }

    /// Whether the value is a list.
    pub fn is_list(self) -> bool {
        matches!(self, Self::List | Self::RequiredList | Self::ListOfNullable)
    }

    /// Whether an item of the list may be null.
    pub fn has_nullable_items(self) -> bool {
        self == Self::ListOfNullable
    }
}

impl TypeBody {
    /// The fields of an object or interface.
    pub fn fields(&self) -> &[FieldDef] {
        match self {
            Self::Object { fields, .. } | Self::Interface { fields, .. } => fields,
            Self::Scalar(_) | Self::Enum(_) | Self::Union { .. } | Self::Input { .. } => &[],
        }
    }
}

impl Table {
    /// The API of `ontology`. Takes time in proportion to its types and fields.
    ///
    /// # Errors
    ///
    /// Every name that two types of the API would have.
    pub fn build(ontology: &Ontology) -> Result<Self, Vec<Diagnostic>> {
        let mut builder = Builder::new(ontology);
        leaves::define(&mut builder);
        entity::define(&mut builder);
        relationship::define(&mut builder);
        connection::define(&mut builder);
        filter::define(&mut builder);
        sort::define(&mut builder);
        traversal::define(&mut builder);
        query::define(&mut builder);
        writing::define(&mut builder);
        mutation::define(&mut builder);
        change::define(&mut builder);
        builder.finish()
    }

    /// A table of types of one's own; the object type `query` answers the root fields of
    /// queries, those called `Mutation` and `Subscription` the others.
    pub fn new(types: Vec<TypeDef>, query: TypeId) -> Self {
        let by_name = (0..).map(TypeId).zip(&types).map(|(id, it)| (Arc::clone(&it.name), id));
        let by_name: FxHashMap<Arc<str>, TypeId> = by_name.collect();
        let root = |name: &str| by_name.get(name).copied();
        Self {
            mutation: root("Mutation"),
            subscription: root("Subscription"),
            by_name,
            types,
            query,
            kinds: Vec::new(),
            relations: Vec::new(),
            evidence: query,
            is_open: true,
        }
    }

    /// The object type of entities of a kind.
    pub(super) fn kind(&self, kind: KindId) -> TypeId {
        self.kinds[kind.index()].expect("stored entities are of kinds that the ontology has")
    }

    /// The object type of relationships of a relation.
    pub(super) fn relation(&self, relation: RelationId) -> TypeId {
        self.relations[relation.index()].expect("stored relationships are of known relations")
    }

    /// The object type of evidence.
    pub(super) fn evidence(&self) -> TypeId {
        self.evidence
    }

    /// The type with id `id`.
    pub fn ty(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0 as usize]
    }

    /// The type called `name`.
    pub fn named(&self, name: &str) -> Option<TypeId> {
        self.by_name.get(name).copied()
    }

    /// The root of queries.
    pub fn query(&self) -> TypeId {
        self.query
    }

    /// The root of operations of a type, where there are such operations.
    pub(super) fn root(&self, operation: OperationType) -> Option<TypeId> {
        match operation {
            OperationType::Query => Some(self.query),
            OperationType::Mutation => self.mutation,
            OperationType::Subscription => self.subscription,
        }
    }

    /// Every type, in the order of the schema.
    pub fn types(&self) -> impl Iterator<Item = (TypeId, &TypeDef)> {
        (0..).map(TypeId).zip(&self.types)
    }

    /// The field `name` of an object or interface. Linear in the fields of the type: for planning.
    pub fn field(&self, ty: TypeId, name: &str) -> Option<&FieldDef> {
        self.ty(ty).body.fields().iter().find(|it| &*it.name == name)
    }

    /// The object types that a value of `ty` may be: itself, or those of an interface or union.
    pub fn possible(&self, ty: TypeId) -> &[TypeId] {
        match &self.ty(ty).body {
            TypeBody::Interface { possible, .. } | TypeBody::Union { possible } => possible,
            _ => &[],
        }
    }
}
