//! The table as a GraphQL schema: what documents are validated against, introspection is answered
//! from, and clients read as SDL.

use std::fmt;

use apollo_compiler::{
    Name, Node, Schema as ApolloSchema,
    ast::{
        Argument, Directive, DirectiveList, EnumValueDefinition, FieldDefinition, FloatValue,
        InputValueDefinition, IntValue, OperationType, Type, Value as Literal,
    },
    collections::{HashMap, HashSet, IndexMap, IndexSet},
    name,
    schema::{
        EnumType, ExtendedType, Implementers, InputObjectType, InterfaceType, ObjectType,
        ScalarType, UnionType,
    },
    validation::Valid,
};
use serde_json::Value as Json;

use super::{
    ArgumentDef, EnumValueDef, FieldDef, Input, Table, TypeBody, TypeDef, TypeId, TypeRef, Wrap,
};
use crate::ontology::Scalar;

/// Directives that the schema uses, for readers older than they are.
const DIRECTIVES: &str = "\
\"\"\"Exactly one field of the input object must be given, and must not be null.\"\"\"
directive @oneOf on INPUT_OBJECT

\"\"\"Where the form of the scalar is specified.\"\"\"
directive @specifiedBy(url: String!) on SCALAR

";

/// A schema that is valid, with what is derived from it.
pub(super) struct Schema {
    /// The schema itself.
    pub(super) valid: Valid<ApolloSchema>,
    /// The types that implement each interface.
    pub(super) implementers: HashMap<Name, Implementers>,
}

impl Schema {
    /// The schema that `table` describes.
    pub(super) fn new(table: &Table) -> Self {
        let names = Names(table.types().map(|(_, it)| self::name(&it.name)).collect());
        let mut schema = ApolloSchema::new();
        let root = |operation| table.root(operation).map(|it| names.of(it).into());
        let definition = schema.schema_definition.make_mut();
        definition.query = root(OperationType::Query);
        definition.mutation = root(OperationType::Mutation);
        definition.subscription = root(OperationType::Subscription);
        let reachable = reachable(table);
        for (id, ty) in table.types().filter(|(id, _)| reachable.contains(id)) {
            // GraphQL's own scalars are there.
            if !matches!(&ty.body, TypeBody::Scalar(it) if is_built_in(*it)) {
                let name = names.of(id);
                schema.types.insert(name.clone(), names.ty(name, ty));
            }
        }
        let valid = schema
            .validate()
            .unwrap_or_else(|it| unreachable!("a table makes a valid schema: {}", it.errors));
        let implementers = valid.implementers_map();
        Self { valid, implementers }
    }

    /// The schema as SDL: valid by itself, and in the order of the table.
    pub(super) fn sdl(&self) -> String {
        format!("{DIRECTIVES}{}", *self.valid)
    }
}

/// The types that a document can be about: those that fields and arguments lead to from the roots.
fn reachable(table: &Table) -> HashSet<TypeId> {
    let roots = [OperationType::Query, OperationType::Mutation, OperationType::Subscription];
    let mut ahead: Vec<_> = roots.into_iter().filter_map(|it| table.root(it)).collect();
    let mut reachable = HashSet::default();
    while let Some(id) = ahead.pop() {
        if !reachable.insert(id) {
            continue;
        }
        let body = &table.ty(id).body;
        for field in body.fields() {
            ahead.push(field.ty.base);
            ahead.extend(field.arguments.iter().map(|it| it.ty.base));
        }
        match body {
            TypeBody::Object { interfaces, .. } => ahead.extend(interfaces),
            TypeBody::Interface { possible, interfaces, .. } => {
                ahead.extend(interfaces.iter().chain(possible));
            }
            TypeBody::Union { possible } => ahead.extend(possible),
            TypeBody::Input { fields, .. } => ahead.extend(fields.iter().map(|it| it.ty.base)),
            TypeBody::Scalar(_) | TypeBody::Enum(_) => {}
        }
    }
    reachable
}

/// The names of the table's types, by their places.
struct Names(Vec<Name>);

impl Names {
    fn of(&self, ty: TypeId) -> Name {
        self.0[ty.0 as usize].clone()
    }

    fn set(&self, types: &[TypeId]) -> IndexSet<Node<Name>> {
        types.iter().map(|it| self.of(*it).into()).collect()
    }

    fn ty(&self, name: Name, ty: &TypeDef) -> ExtendedType {
        let description = description(&ty.description);
        let directives = DirectiveList::new();
        match &ty.body {
            TypeBody::Scalar(it) => {
                let directives = specification(*it).into_iter().collect();
                ExtendedType::Scalar(ScalarType { description, name, directives }.into())
            }
            TypeBody::Enum(values) => {
                let values = values.iter().map(enum_value).collect();
                ExtendedType::Enum(EnumType { description, name, directives, values }.into())
            }
            TypeBody::Object { fields, interfaces } => {
                let implements_interfaces = self.set(interfaces);
                let fields = self.fields(fields);
                let object =
                    ObjectType { description, name, implements_interfaces, directives, fields };
                ExtendedType::Object(object.into())
            }
            TypeBody::Interface { fields, interfaces, .. } => {
                let implements_interfaces = self.set(interfaces);
                let fields = self.fields(fields);
                let interface =
                    InterfaceType { description, name, implements_interfaces, directives, fields };
                ExtendedType::Interface(interface.into())
            }
            TypeBody::Union { possible } => {
                let members = self.set(possible);
                ExtendedType::Union(UnionType { description, name, directives, members }.into())
            }
            TypeBody::Input { fields, one_of } => {
                let one_of = one_of.then(|| Directive { name: name!("oneOf"), arguments: vec![] });
                let directives = one_of.into_iter().collect();
                let fields = fields.iter().map(|it| self.input_field(it)).collect();
                let input = InputObjectType { description, name, directives, fields };
                ExtendedType::InputObject(input.into())
            }
        }
    }

    fn fields(&self, fields: &[FieldDef]) -> IndexMap<Name, Node<FieldDefinition>> {
        let field = |it: &FieldDef| {
            let name = name(&it.name);
            let field = FieldDefinition {
                description: description(&it.description),
                name: name.clone(),
                arguments: it.arguments.iter().map(|it| self.input_field(it).1).collect(),
                ty: self.type_ref(it.ty),
                directives: DirectiveList::new(),
            };
            (name, field.into())
        };
        fields.iter().map(field).collect()
    }

    fn input_field(&self, definition: &ArgumentDef) -> (Name, Node<InputValueDefinition>) {
        let name = name(&definition.name);
        let field = InputValueDefinition {
            description: description(&definition.description),
            name: name.clone(),
            ty: self.type_ref(definition.ty).into(),
            default_value: definition.default.as_ref().map(|it| literal(it).into()),
            directives: DirectiveList::new(),
        };
        (name, field.into())
    }

    fn type_ref(&self, ty: TypeRef) -> Type {
        let named = Type::Named(self.of(ty.base));
        match ty.wrap {
            Wrap::Nullable => named,
            Wrap::Required => named.non_null(),
            Wrap::List => named.non_null().list(),
            Wrap::RequiredList => named.non_null().list().non_null(),
            Wrap::ListOfNullable => named.list().non_null(),
        }
    }
}

fn name(text: &str) -> Name {
    Name::new(text).expect("the names of a table are GraphQL names")
}

fn description(text: &str) -> Option<Node<str>> {
    (!text.is_empty()).then(|| text.into())
}

fn enum_value(value: &EnumValueDef) -> (Name, Node<EnumValueDefinition>) {
    let name = name(&value.name);
    let definition = EnumValueDefinition {
        description: description(&value.description),
        value: name.clone(),
        directives: DirectiveList::new(),
    };
    (name, definition.into())
}

fn is_built_in(scalar: Scalar) -> bool {
    matches!(scalar, Scalar::String | Scalar::Int | Scalar::Float | Scalar::Boolean | Scalar::Id)
}

/// Where the form of a scalar is specified, as a directive.
fn specification(scalar: Scalar) -> Option<Directive> {
    let url = match scalar {
        Scalar::Date => "https://www.loc.gov/standards/datetime/",
        Scalar::DateTime => "https://www.rfc-editor.org/rfc/rfc3339",
        Scalar::Json => "https://www.rfc-editor.org/rfc/rfc8259",
        // A JSON number of so many digits need not arrive as it was sent.
        Scalar::BigInt => "https://www.rfc-editor.org/rfc/rfc7493#section-2.2",
        Scalar::String | Scalar::Int | Scalar::Float | Scalar::Boolean | Scalar::Id => return None,
    };
    let argument = Argument { name: name!("url"), value: url.into() };
    Some(Directive { name: name!("specifiedBy"), arguments: vec![argument.into()] })
}

fn literal(value: &Input) -> Literal {
    match value {
        Input::Null => Literal::Null,
        Input::Bool(it) => Literal::Boolean(*it),
        Input::Int(it) => Literal::Int(IntValue::new_parsed(&it.to_string())),
        Input::Float(it) => Literal::Float(FloatValue::from(*it)),
        Input::Text(it) => Literal::String(it.to_string()),
        Input::Enum(it) => Literal::Enum(name(it)),
        Input::Date(it) => Literal::String(it.to_string()),
        Input::DateTime(it) => Literal::String(it.to_string()),
        Input::Json(it) => json_literal(it),
        Input::List(items) => Literal::List(items.iter().map(|it| literal(it).into()).collect()),
        Input::Object(fields) => Literal::Object(
            fields.iter().map(|(name, it)| (self::name(name), literal(it).into())).collect(),
        ),
    }
}

fn json_literal(value: &Json) -> Literal {
    match value {
        Json::Null => Literal::Null,
        Json::Bool(it) => Literal::Boolean(*it),
        Json::Number(it) => match it.as_i64() {
            Some(it) => Literal::Int(IntValue::new_parsed(&it.to_string())),
            None => Literal::Float(FloatValue::new_parsed(&it.to_string())),
        },
        Json::String(it) => Literal::String(it.clone()),
        Json::Array(items) => {
            Literal::List(items.iter().map(|it| json_literal(it).into()).collect())
        }
        // Not every key is a GraphQL name.
        Json::Object(_) => Literal::String(value.to_string()),
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").finish_non_exhaustive()
    }
}
