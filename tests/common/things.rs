//! A table made by hand, whose operators do what no ontology's would: they fail, panic, and are
//! null where they may not be.

use std::sync::Arc;

use relata::{
    api::{
        Api, ArgumentDef, Code, Context, Cost, EnumValueDef, FieldDef, FieldError, Input, Limits,
        Operator, Subject, Table, TypeBody, TypeDef, TypeId, TypeRef, Value, Wrap,
    },
    graph::{Graph, Options},
    ontology::{Ontology, Scalar},
    store::MemoryStore,
};

/// The types of the table, by their places.
const STRING: u32 = 0;
const INT: u32 = 1;
const BOOLEAN: u32 = 2;
const DATE: u32 = 3;
const COLOR: u32 = 4;
const INNER: u32 = 5;
const OUTER: u32 = 6;
const REF: u32 = 7;
const THING: u32 = 8;
const QUERY: u32 = 9;

fn ty(base: u32, wrap: Wrap) -> TypeRef {
    TypeRef { base: TypeId(base), wrap }
}

fn argument(name: &str, ty: TypeRef, default: Option<Input>) -> ArgumentDef {
    ArgumentDef { name: name.into(), description: "".into(), ty, default, gives_way_to: None }
}

fn field(name: &str, ty: TypeRef, operator: Operator) -> FieldDef {
    FieldDef {
        name: name.into(),
        description: "".into(),
        arguments: vec![],
        ty,
        cost: Cost::One,
        subject: Subject::None,
        operator,
    }
}

fn taking(field: FieldDef, arguments: Vec<ArgumentDef>, cost: Cost) -> FieldDef {
    FieldDef { arguments, cost, ..field }
}

/// An operator that says what its arguments are.
const ECHO: Operator = Operator::Ask(|_, _, args| {
    let text: Vec<_> = args.0.iter().map(|(name, it)| format!("{name}={}", said(it))).collect();
    let text = text.join(" ");
    Ok(Box::new(move |_, _| Ok(Value::Text(text.clone().into()))))
});

fn said(value: &Input) -> String {
    match value {
        Input::Null => "null".to_owned(),
        Input::Bool(it) => it.to_string(),
        Input::Int(it) => it.to_string(),
        Input::Float(it) => it.to_string(),
        Input::Text(it) => format!("{it:?}"),
        Input::Enum(it) => it.to_string(),
        Input::Date(it) => it.to_string(),
        Input::DateTime(it) => it.to_string(),
        Input::Json(it) => it.to_string(),
        Input::List(items) => {
            format!("[{}]", items.iter().map(said).collect::<Vec<_>>().join(","))
        }
        Input::Object(fields) => {
            let fields = fields.iter().map(|(name, it)| format!("{name}:{}", said(it)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
    }
}

fn things() -> Vec<FieldDef> {
    let thing = Operator::Read(|_, _, _| Ok(Value::Root));
    let page = argument("first", ty(INT, Wrap::Nullable), Some(Input::Int(2)));
    let as_of = argument("asOf", ty(DATE, Wrap::Nullable), None);
    let dated = Operator::Ask(|_, _, _| Ok(Box::new(|_, _| Ok(Value::Root))));
    vec![
        field(
            "name",
            ty(STRING, Wrap::Required),
            Operator::Read(|_, _, _| Ok(Value::Text("x".into()))),
        ),
        field("nothing", ty(STRING, Wrap::Nullable), Operator::Read(|_, _, _| Ok(Value::Null))),
        field("missing", ty(STRING, Wrap::Required), Operator::Read(|_, _, _| Ok(Value::Null))),
        field("fails", ty(STRING, Wrap::Nullable), Operator::Read(fails)),
        field("mustFail", ty(STRING, Wrap::Required), Operator::Read(fails)),
        field("large", ty(INT, Wrap::Nullable), Operator::Read(|_, _, _| Ok(Value::Int(1 << 40)))),
        field("thing", ty(THING, Wrap::Nullable), thing),
        field("sureThing", ty(THING, Wrap::Required), thing),
        field("holes", ty(STRING, Wrap::ListOfNullable), Operator::Read(holes)),
        field("list", ty(STRING, Wrap::List), Operator::Read(holes)),
        taking(
            field(
                "page",
                ty(THING, Wrap::RequiredList),
                Operator::Ask(|_, _, args| {
                    let rows = args.int("first").unwrap_or(0);
                    Ok(Box::new(move |_, _| {
                        Ok(Value::List((0..rows).map(|_| Value::Root).collect()))
                    }))
                }),
            ),
            vec![page],
            Cost::Page(2),
        ),
        taking(field("dated", ty(THING, Wrap::Nullable), dated), vec![as_of], Cost::One),
        field(
            "asOf",
            ty(DATE, Wrap::Nullable),
            Operator::Read(|context, _, _| {
                Ok(context.view.lens.as_of.map_or(Value::Null, Value::Date))
            }),
        ),
        taking(
            field("echo", ty(STRING, Wrap::Nullable), ECHO),
            vec![
                argument("text", ty(STRING, Wrap::Nullable), None),
                argument("number", ty(INT, Wrap::Required), Some(Input::Int(7))),
                argument("numbers", ty(INT, Wrap::List), None),
                argument("date", ty(DATE, Wrap::Nullable), None),
                argument("color", ty(COLOR, Wrap::Nullable), None),
                argument("outer", ty(OUTER, Wrap::Nullable), None),
                argument("ref", ty(REF, Wrap::Nullable), None),
            ],
            Cost::One,
        ),
    ]
}

fn fails<'s>(_: &Context<'s>, _: &Value<'s>, _: &FieldDef) -> Result<Value<'s>, FieldError> {
    Err(FieldError::new(Code::UnknownEntity, "no"))
}

fn holes<'s>(_: &Context<'s>, _: &Value<'s>, _: &FieldDef) -> Result<Value<'s>, FieldError> {
    Ok(Value::List(vec![Value::Text("a".into()), Value::Null]))
}

pub(crate) fn table() -> Table {
    let scalar = |it: Scalar| (it.name(), TypeBody::Scalar(it));
    let value = |name: &str| EnumValueDef { name: name.into(), description: "".into() };
    let inner = vec![
        argument("a", ty(INT, Wrap::Required), Some(Input::Int(1))),
        argument("b", ty(INT, Wrap::Nullable), None),
        argument("c", ty(STRING, Wrap::Required), None),
    ];
    let outer = vec![
        argument("inners", ty(INNER, Wrap::List), None),
        argument("flag", ty(BOOLEAN, Wrap::Nullable), Some(Input::Bool(true))),
    ];
    let one_of = vec![
        argument("id", ty(STRING, Wrap::Nullable), None),
        argument("date", ty(DATE, Wrap::Nullable), None),
    ];
    // At the root what must not fail does not, or most answers would be null.
    let mut roots = things();
    roots.retain(|it| !matches!(&*it.name, "mustFail" | "missing"));
    let types = [
        scalar(Scalar::String),
        scalar(Scalar::Int),
        scalar(Scalar::Boolean),
        scalar(Scalar::Date),
        ("Color", TypeBody::Enum(vec![value("RED"), value("BLUE")])),
        ("Inner", TypeBody::Input { fields: inner, one_of: false }),
        ("Outer", TypeBody::Input { fields: outer, one_of: false }),
        ("Ref", TypeBody::Input { fields: one_of, one_of: true }),
        ("Thing", TypeBody::Object { fields: things(), interfaces: vec![] }),
        ("Query", TypeBody::Object { fields: roots, interfaces: vec![] }),
    ];
    let types = types
        .into_iter()
        .map(|(name, body)| TypeDef { name: name.into(), description: "".into(), body })
        .collect();
    Table::new(types, TypeId(QUERY))
}

/// The API of the table over an empty graph.
pub(crate) fn api(limits: Limits) -> Api {
    api_of(table(), limits)
}

/// The API of some table over an empty graph.
pub(crate) fn api_of(table: Table, limits: Limits) -> Api {
    let store = Arc::new(MemoryStore::default());
    let graph = Graph::open(store, Some(ontology()), Options::default()).unwrap();
    Api::over(graph, table, limits)
}

/// An ontology that the table has nothing to do with.
pub(crate) fn ontology() -> Ontology {
    Ontology::parse("test", "type A @node { a: String }").unwrap()
}
