//! How the table is written down: types by name, in any order.

use std::{borrow::Cow, sync::Arc};

use rustc_hash::FxHashMap;

use super::{
    ArgumentDef, Ask, Cost, EnumValueDef, FieldDef, Operator, Read, Subject, Table, TypeBody,
    TypeDef, TypeId, TypeRef, Wrap, Write,
};
use crate::{
    api::Input,
    ontology::{Diagnostic, Ontology, Scalar, Target},
};

/// Words of the schema: fixed ones borrowed, generated ones owned.
pub(super) type Words = Cow<'static, str>;

/// A table that is being written. A type may be named before it is defined.
#[derive(Debug)]
pub(super) struct Builder<'o> {
    pub(super) ontology: &'o Ontology,
    names: Vec<Arc<str>>,
    bodies: Vec<Option<(Words, TypeBody)>>,
    by_name: FxHashMap<Arc<str>, TypeId>,
    clashes: Vec<String>,
}

/// A field as it is written down: its types are GraphQL, as `[Country!]!`.
#[derive(Debug)]
pub(super) struct Field {
    name: Words,
    ty: Words,
    description: Words,
    arguments: Vec<Argument>,
    cost: Cost,
    subject: Subject,
    operator: Operator,
}

/// An argument or input field as it is written down.
#[derive(Debug)]
pub(super) struct Argument {
    name: Words,
    ty: Words,
    description: Words,
    default: Option<Input>,
    gives_way_to: Option<&'static str>,
}

/// A field that is read from its parent.
pub(super) fn read(
    name: impl Into<Words>,
    ty: impl Into<Words>,
    description: impl Into<Words>,
    operator: Read,
) -> Field {
    field(name.into(), ty.into(), description.into(), Operator::Read(operator))
}

/// A field with arguments.
pub(super) fn ask(
    name: impl Into<Words>,
    ty: impl Into<Words>,
    description: impl Into<Words>,
    operator: Ask,
) -> Field {
    field(name.into(), ty.into(), description.into(), Operator::Ask(operator))
}

/// A field that writes.
pub(super) fn write(
    name: impl Into<Words>,
    ty: impl Into<Words>,
    description: impl Into<Words>,
    operator: Write,
) -> Field {
    field(name.into(), ty.into(), description.into(), Operator::Write(operator))
}

fn field(name: Words, ty: Words, description: Words, operator: Operator) -> Field {
    let (arguments, cost, subject) = (Vec::new(), Cost::One, Subject::None);
    Field { name, ty, description, arguments, cost, subject, operator }
}

/// An argument or input field.
pub(super) fn argument(
    name: impl Into<Words>,
    ty: impl Into<Words>,
    description: impl Into<Words>,
) -> Argument {
    let (name, ty, description) = (name.into(), ty.into(), description.into());
    Argument { name, ty, description, default: None, gives_way_to: None }
}

/// An integer argument or input field with a default.
pub(super) fn number(name: &'static str, default: i64, description: &'static str) -> Argument {
    argument(name, "Int", description).or(Input::Int(default))
}

impl Argument {
    pub(super) fn or(mut self, default: Input) -> Self {
        self.default = Some(default);
        self
    }

    /// Without its default where `other` is given.
    fn unless(mut self, other: &'static str) -> Self {
        self.gives_way_to = Some(other);
        self
    }
}

impl Field {
    pub(super) fn with(mut self, argument: Argument) -> Self {
        self.arguments.push(argument);
        self
    }

    pub(super) fn about(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    pub(super) fn cost(mut self, cost: Cost) -> Self {
        self.cost = cost;
        self
    }

    /// The arguments `asOf` and `knownAt`; the executor narrows the view.
    pub(super) fn dated(self) -> Self {
        self.with(argument(
            "asOf",
            "Date",
            "Only what held on that date, here and in everything below; absent: as above.",
        ))
        .with(argument(
            "knownAt",
            "DateTime",
            "The graph as it was recorded then, here and in everything below; absent: as above.",
        ))
    }

    /// The arguments `first` and `after`.
    pub(super) fn forward(self, size: u32) -> Self {
        let first = number("first", i64::from(size), "At most so many.").unless("last");
        self.with(first)
            .with(argument("after", "String", "Only what follows this cursor."))
            .cost(Cost::Page(size))
    }

    /// The arguments `first`, `after`, `last` and `before`.
    pub(super) fn paged(self, size: u32) -> Self {
        self.forward(size)
            .with(argument("last", "Int", "At most so many from the end; not beside `first`."))
            .with(argument("before", "String", "Only what precedes this cursor."))
    }

    /// The arguments `limit` and `offset`.
    pub(super) fn listed(self, size: u32) -> Self {
        self.with(number("limit", i64::from(size), "At most so many."))
            .with(argument("offset", "Int", "So many are skipped first."))
            .cost(Cost::Page(size))
    }
}

impl<'o> Builder<'o> {
    pub(super) fn new(ontology: &'o Ontology) -> Self {
        let (names, bodies, clashes) = (Vec::new(), Vec::new(), Vec::new());
        Self { ontology, names, bodies, by_name: FxHashMap::default(), clashes }
    }

    /// Whether a type called `name` is defined.
    pub(super) fn has(&self, name: &str) -> bool {
        self.by_name.get(name).is_some_and(|it| self.bodies[it.0 as usize].is_some())
    }

    pub(super) fn object(
        &mut self,
        name: &str,
        description: impl Into<Words>,
        interfaces: &[&str],
        fields: Vec<Field>,
    ) {
        let fields = self.fields(fields);
        let interfaces = interfaces.iter().map(|it| self.id(it)).collect();
        self.define(name, description, TypeBody::Object { fields, interfaces });
    }

    pub(super) fn interface(
        &mut self,
        name: &str,
        description: impl Into<Words>,
        interfaces: &[&str],
        fields: Vec<Field>,
    ) {
        let fields = self.fields(fields);
        let interfaces = interfaces.iter().map(|it| self.id(it)).collect();
        let possible = Vec::new();
        self.define(name, description, TypeBody::Interface { fields, interfaces, possible });
    }

    pub(super) fn union(&mut self, name: &str, description: impl Into<Words>, members: &[&str]) {
        let mut possible: Vec<_> = members.iter().map(|it| self.id(it)).collect();
        possible.sort_unstable();
        self.define(name, description, TypeBody::Union { possible });
    }

    pub(super) fn input(
        &mut self,
        name: &str,
        description: impl Into<Words>,
        fields: Vec<Argument>,
    ) {
        let fields = self.arguments(fields);
        self.define(name, description, TypeBody::Input { fields, one_of: false });
    }

    pub(super) fn one_of(
        &mut self,
        name: &str,
        description: impl Into<Words>,
        fields: Vec<Argument>,
    ) {
        let fields = self.arguments(fields);
        self.define(name, description, TypeBody::Input { fields, one_of: true });
    }

    pub(super) fn scalar(&mut self, scalar: Scalar, description: &'static str) {
        self.define(scalar.name(), description, TypeBody::Scalar(scalar));
    }

    pub(super) fn enumeration<N: Into<Arc<str>>, D: Into<Arc<str>>>(
        &mut self,
        name: &str,
        description: impl Into<Words>,
        values: impl IntoIterator<Item = (N, D)>,
    ) {
        let value = |(name, description): (N, D)| EnumValueDef {
            name: name.into(),
            description: description.into(),
        };
        self.define(name, description, TypeBody::Enum(values.into_iter().map(value).collect()));
    }

    /// The table.
    ///
    /// # Errors
    ///
    /// Every name that was defined twice.
    pub(super) fn finish(self) -> Result<Table, Vec<Diagnostic>> {
        if !self.clashes.is_empty() {
            return Err(self.clashes.iter().map(|it| clash(it)).collect());
        }
        let ty = |(name, body): (Arc<str>, Option<(Words, TypeBody)>)| {
            let (description, body) = body.expect("every type that is named is defined");
            TypeDef { name, description: description.into(), body }
        };
        let mut types: Vec<_> = self.names.into_iter().zip(self.bodies).map(ty).collect();
        fill_possible(&mut types);
        let named = |name: &str| self.by_name[name];
        let mut kinds = vec![None; self.ontology.names().kinds.len()];
        for it in self.ontology.kinds() {
            kinds[it.id.index()] = Some(named(&it.name));
        }
        let mut relations = vec![None; self.ontology.names().relations.len()];
        for it in self.ontology.relations() {
            relations[it.id.index()] = Some(named(&it.type_name));
        }
        let (query, evidence) = (named("Query"), named("Evidence"));
        let mutation = Some(named("Mutation"));
        let subscription = Some(named("Subscription"));
        let by_name = self.by_name;
        let is_open = true;
        Ok(Table {
            types,
            by_name,
            query,
            mutation,
            subscription,
            kinds,
            relations,
            evidence,
            is_open,
        })
    }

    fn define(&mut self, name: &str, description: impl Into<Words>, body: TypeBody) {
        let id = self.id(name);
        let place = &mut self.bodies[id.0 as usize];
        if place.is_some() {
            self.clashes.push(name.to_owned());
        }
        *place = Some((description.into(), body));
    }

    fn id(&mut self, name: &str) -> TypeId {
        if let Some(id) = self.by_name.get(name) {
            return *id;
        }
        let id = TypeId(u32::try_from(self.names.len()).expect("an API has fewer types"));
        let name: Arc<str> = name.into();
        self.names.push(name.clone());
        self.bodies.push(None);
        self.by_name.insert(name, id);
        id
    }

    fn ty(&mut self, text: &str) -> TypeRef {
        let (inner, required) = match text.strip_suffix('!') {
            Some(inner) => (inner, true),
            None => (text, false),
        };
        let Some(item) = inner.strip_prefix('[').and_then(|it| it.strip_suffix(']')) else {
            let wrap = if required { Wrap::Required } else { Wrap::Nullable };
            return TypeRef { base: self.id(inner), wrap };
        };
        let (base, wrap) = match (item.strip_suffix('!'), required) {
            (Some(base), true) => (base, Wrap::RequiredList),
            (Some(base), false) => (base, Wrap::List),
            (None, _) => (item, Wrap::ListOfNullable),
        };
        TypeRef { base: self.id(base), wrap }
    }

    fn fields(&mut self, fields: Vec<Field>) -> Vec<FieldDef> {
        let field = |it: Field| FieldDef {
            ty: self.ty(&it.ty),
            name: it.name.into(),
            description: it.description.into(),
            arguments: self.arguments(it.arguments),
            cost: it.cost,
            subject: it.subject,
            operator: it.operator,
        };
        fields.into_iter().map(field).collect()
    }

    fn arguments(&mut self, arguments: Vec<Argument>) -> Vec<ArgumentDef> {
        let argument = |it: Argument| ArgumentDef {
            ty: self.ty(&it.ty),
            name: it.name.into(),
            description: it.description.into(),
            default: it.default,
            gives_way_to: it.gives_way_to,
        };
        arguments.into_iter().map(argument).collect()
    }

    /// The output type of a target.
    pub(super) fn target_type(&self, target: Target) -> &'o str {
        let ontology = self.ontology;
        match target {
            Target::Kind(it) => &ontology.kind(it).expect("targets are of the ontology").name,
            Target::Interface(it) => &ontology.interfaces()[usize::from(it.0)].name,
            Target::Union(it) => &ontology.unions()[usize::from(it.0)].name,
            Target::Entity => "Entity",
        }
    }
}

/// Gives each interface the objects that implement it.
fn fill_possible(types: &mut [TypeDef]) {
    let mut implementors: FxHashMap<TypeId, Vec<TypeId>> = FxHashMap::default();
    for (id, ty) in (0..).map(TypeId).zip(types.iter()) {
        if let TypeBody::Object { interfaces, .. } = &ty.body {
            for interface in interfaces {
                implementors.entry(*interface).or_default().push(id);
            }
        }
    }
    for (id, ty) in (0..).map(TypeId).zip(types.iter_mut()) {
        if let TypeBody::Interface { possible, .. } = &mut ty.body {
            *possible = implementors.remove(&id).unwrap_or_default();
        }
    }
}

fn clash(name: &str) -> Diagnostic {
    Diagnostic {
        file: "schema.graphql".to_owned(),
        line: 1,
        column: 1,
        code: "TYPE_NAME_CLASH",
        message: format!(
            "two types of the API would be called `{name}`; rename the type, relationship type or \
             field that brings one of them"
        ),
    }
}
