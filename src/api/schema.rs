//! The table as a GraphQL schema: its SDL, and what documents are validated against.

use std::fmt;

use apollo_compiler::{
    Name, Schema as ApolloSchema, collections::HashMap, schema::Implementers, validation::Valid,
};
use async_graphql::{
    Name as GraphqlName, SDLExportOptions, Value as Literal,
    dynamic::{
        Enum, EnumItem, Field, FieldFuture, InputObject, InputValue, Interface, InterfaceField,
        Object, Scalar as GraphqlScalar, Schema as DynamicSchema, SchemaBuilder,
        TypeRef as GraphqlType, Union,
    },
};

use super::{ArgumentDef, EnumValueDef, FieldDef, Input, Table, TypeBody, TypeDef, TypeRef, Wrap};
use crate::ontology::Scalar;

/// A schema, in the forms in which it is needed.
pub(super) struct Schema {
    /// What documents are validated against and introspection is answered from.
    pub(super) valid: Valid<ApolloSchema>,
    /// The types that implement each interface.
    pub(super) implementers: HashMap<Name, Implementers>,
}

impl Schema {
    /// The schema that `table` describes.
    pub(super) fn new(table: &Table) -> Self {
        let sdl = dynamic(table).sdl_with_options(SDLExportOptions::new().include_specified_by());
        let valid = ApolloSchema::parse_and_validate(sdl, "schema")
            .unwrap_or_else(|it| unreachable!("the table makes a valid schema: {}", it.errors));
        let implementers = valid.implementers_map();
        Self { valid, implementers }
    }

    /// The schema as SDL: valid by itself, always in the same order.
    pub(super) fn sdl(&self) -> String {
        self.valid.to_string()
    }
}

/// The schema in async-graphql's words. Its resolvers are never reached: plans answer.
fn dynamic(table: &Table) -> DynamicSchema {
    let query = table.ty(table.query());
    let mut builder = DynamicSchema::build(&query.name, None, None);
    for (_, ty) in table.types() {
        builder = register(table, ty, builder);
    }
    builder.finish().unwrap_or_else(|it| unreachable!("the table makes a valid schema: {it}"))
}

fn register(table: &Table, ty: &TypeDef, builder: SchemaBuilder) -> SchemaBuilder {
    let (name, description) = (&*ty.name, &*ty.description);
    match &ty.body {
        TypeBody::Scalar(it) => match specification(*it) {
            Some(url) => {
                let scalar = GraphqlScalar::new(name).description(description);
                builder.register(scalar.specified_by_url(url))
            }
            // async-graphql has GraphQL's own scalars already.
            None if is_built_in(*it) => builder,
            None => builder.register(GraphqlScalar::new(name).description(description)),
        },
        TypeBody::Enum(values) => builder
            .register(Enum::new(name).description(description).items(values.iter().map(enum_item))),
        TypeBody::Object { fields, interfaces } => {
            let mut object = Object::new(name).description(description);
            for interface in interfaces {
                object = object.implement(&*table.ty(*interface).name);
            }
            builder.register(fields.iter().fold(object, |it, def| it.field(field(table, def))))
        }
        TypeBody::Interface { fields, interfaces, .. } => {
            let mut interface = Interface::new(name).description(description);
            for above in interfaces {
                interface = interface.implement(&*table.ty(*above).name);
            }
            let fields = fields.iter().map(|it| interface_field(table, it));
            builder.register(fields.fold(interface, Interface::field))
        }
        TypeBody::Union { possible } => {
            let union = Union::new(name).description(description);
            let names = possible.iter().map(|it| &*table.ty(*it).name);
            builder.register(names.fold(union, Union::possible_type))
        }
        TypeBody::Input { fields, one_of } => {
            let input = InputObject::new(name).description(description);
            let input = fields.iter().fold(input, |it, def| it.field(argument(table, def)));
            builder.register(if *one_of { input.oneof() } else { input })
        }
    }
}

fn is_built_in(scalar: Scalar) -> bool {
    matches!(scalar, Scalar::String | Scalar::Int | Scalar::Float | Scalar::Boolean | Scalar::Id)
}

/// Where the form of a scalar is specified.
fn specification(scalar: Scalar) -> Option<&'static str> {
    match scalar {
        Scalar::DateTime => Some("https://scalars.graphql.org/andimarek/date-time"),
        Scalar::Date => Some("https://www.loc.gov/standards/datetime/"),
        Scalar::Json => Some("https://www.rfc-editor.org/rfc/rfc8259"),
        Scalar::BigInt
        | Scalar::String
        | Scalar::Int
        | Scalar::Float
        | Scalar::Boolean
        | Scalar::Id => None,
    }
}

fn enum_item(value: &EnumValueDef) -> EnumItem {
    EnumItem::new(&*value.name).description(&*value.description)
}

fn field(table: &Table, definition: &FieldDef) -> Field {
    let ty = type_ref(table, definition.ty);
    let field =
        Field::new(&*definition.name, ty, |_| FieldFuture::new(async { Ok(None::<Literal>) }));
    let field = field.description(&*definition.description);
    definition.arguments.iter().fold(field, |it, def| it.argument(argument(table, def)))
}

fn interface_field(table: &Table, definition: &FieldDef) -> InterfaceField {
    let field = InterfaceField::new(&*definition.name, type_ref(table, definition.ty));
    let field = field.description(&*definition.description);
    definition.arguments.iter().fold(field, |it, def| it.argument(argument(table, def)))
}

fn argument(table: &Table, definition: &ArgumentDef) -> InputValue {
    let value = InputValue::new(&*definition.name, type_ref(table, definition.ty))
        .description(&*definition.description);
    match &definition.default {
        Some(default) => value.default_value(literal(default)),
        None => value,
    }
}

fn type_ref(table: &Table, ty: TypeRef) -> GraphqlType {
    let name = table.ty(ty.base).name.to_string();
    match ty.wrap {
        Wrap::Nullable => GraphqlType::named(name),
        Wrap::Required => GraphqlType::named_nn(name),
        Wrap::List => GraphqlType::named_nn_list(name),
        Wrap::RequiredList => GraphqlType::named_nn_list_nn(name),
        Wrap::ListOfNullable => GraphqlType::named_list_nn(name),
    }
}

fn literal(value: &Input) -> Literal {
    match value {
        Input::Null => Literal::Null,
        Input::Bool(it) => Literal::Boolean(*it),
        Input::Int(it) => Literal::from(*it),
        Input::Float(it) => Literal::from(*it),
        Input::Text(it) => Literal::String(it.to_string()),
        Input::Enum(it) => Literal::Enum(GraphqlName::new(it)),
        Input::Date(it) => Literal::String(it.to_string()),
        Input::DateTime(it) => Literal::String(it.to_string()),
        Input::Json(it) => Literal::from_json(it.clone()).unwrap_or_default(),
        Input::List(items) => Literal::List(items.iter().map(literal).collect()),
        Input::Object(fields) => Literal::Object(
            fields.iter().map(|(name, it)| (GraphqlName::new(name), literal(it))).collect(),
        ),
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").finish_non_exhaustive()
    }
}
