//! Random valid documents over any table, with values for their variables.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use fastrand::Rng;
use relata::{
    api::{ArgumentDef, FieldDef, Table, TypeBody, TypeId, TypeRef, Wrap},
    ontology::Scalar,
};
use serde_json::{Map, Value as Json};

/// A document and the values of its variables.
#[derive(Debug)]
pub(crate) struct RandomDocument {
    pub(crate) text: String,
    pub(crate) variables: Map<String, Json>,
}

/// Texts that mean something in the graph: ids, names, dates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'a> {
    pub(crate) ids: &'a [&'a str],
    pub(crate) texts: &'a [&'a str],
    pub(crate) dates: &'a [&'a str],
}

/// Levels of fields.
const DEPTH_MAX: u32 = 5;
/// Levels of input objects.
const INPUT_DEPTH_MAX: u32 = 3;
/// Selections in a document, fragments counted once.
const SELECTIONS_MAX: u32 = 120;

/// A random document that is valid over `table`.
pub(crate) fn random_document(table: &Table, words: Words<'_>, rng: &mut Rng) -> RandomDocument {
    let mut writer = Writer {
        table,
        words,
        rng,
        keys: BTreeMap::new(),
        used: BTreeMap::new(),
        definitions: Vec::new(),
        variables: Map::new(),
        fragments: Vec::new(),
        selections: 0,
    };
    let root = writer.selection_set(table.query(), DEPTH_MAX);
    let definitions = match writer.definitions.as_slice() {
        [] => String::new(),
        definitions => format!("({})", definitions.join(", ")),
    };
    let mut text = format!("query{definitions} {root}");
    for Fragment { name, condition, body } in &writer.fragments {
        write!(text, "\nfragment {name} on {} {body}", table.ty(*condition).name).unwrap();
    }
    RandomDocument { text, variables: writer.variables }
}

struct Fragment {
    name: String,
    condition: TypeId,
    body: String,
}

struct Writer<'a> {
    table: &'a Table,
    words: Words<'a>,
    rng: &'a mut Rng,
    /// Response keys by what they stand for: equal keys must be equal fields of equal types.
    keys: BTreeMap<(String, String), String>,
    /// The arguments that a field of a type had last.
    used: BTreeMap<(TypeId, Arc<str>), String>,
    definitions: Vec<String>,
    variables: Map<String, Json>,
    fragments: Vec<Fragment>,
    selections: u32,
}

impl Writer<'_> {
    fn one_in(&mut self, n: u32) -> bool {
        self.rng.u32(0..n) == 0
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.rng.usize(0..from.len())]
    }

    fn selection_set(&mut self, ty: TypeId, depth: u32) -> String {
        let mut set = "{".to_owned();
        let mut wanted = self.rng.u32(1..5);
        if ty == self.table.query() {
            wanted += 2;
        }
        for _ in 0..wanted {
            if self.selections < SELECTIONS_MAX {
                self.selections += 1;
                let selection = self.selection(ty, depth);
                write!(set, " {selection}").unwrap();
            }
        }
        if set.len() == 1 {
            set.push_str(" __typename");
        }
        set + " }"
    }

    fn selection(&mut self, ty: TypeId, depth: u32) -> String {
        match self.rng.u32(0..10) {
            0 => self.inline_fragment(ty, depth),
            1 => self.spread(ty, depth),
            2 => {
                let directives = self.directives();
                format!("__typename{directives}")
            }
            _ => self.field(ty, depth),
        }
    }

    /// A type whose fragments may apply where `ty` is.
    fn condition(&mut self, ty: TypeId) -> TypeId {
        let concrete = self.concrete(ty);
        let candidates: Vec<TypeId> = self
            .table
            .types()
            .map(|(id, _)| id)
            .filter(|id| self.concrete(*id).iter().any(|it| concrete.contains(it)))
            .collect();
        *self.pick(&candidates)
    }

    fn concrete(&self, ty: TypeId) -> Vec<TypeId> {
        match self.table.ty(ty).body {
            TypeBody::Object { .. } => vec![ty],
            _ => self.table.possible(ty).to_vec(),
        }
    }

    fn inline_fragment(&mut self, ty: TypeId, depth: u32) -> String {
        let directives = self.directives();
        if self.one_in(4) {
            return format!("...{directives} {}", self.selection_set(ty, depth));
        }
        let condition = self.condition(ty);
        let name = &self.table.ty(condition).name;
        format!("... on {name}{directives} {}", self.selection_set(condition, depth))
    }

    fn spread(&mut self, ty: TypeId, depth: u32) -> String {
        let concrete = self.concrete(ty);
        let known: Vec<String> = self
            .fragments
            .iter()
            .filter(|it| self.concrete(it.condition).iter().any(|it| concrete.contains(it)))
            .map(|it| it.name.clone())
            .collect();
        let directives = self.directives();
        if depth == DEPTH_MAX && !known.is_empty() && self.one_in(2) {
            return format!("...{}{directives}", self.pick(&known));
        }
        let condition = self.condition(ty);
        let body = self.selection_set(condition, depth);
        let name = format!("F{}", self.fragments.len());
        self.fragments.push(Fragment { name: name.clone(), condition, body });
        format!("...{name}{directives}")
    }

    fn field(&mut self, ty: TypeId, depth: u32) -> String {
        let fields = self.table.ty(ty).body.fields();
        let leaves: Vec<_> = fields.iter().filter(|it| !self.is_composite(it.ty)).collect();
        let all: Vec<_> = fields.iter().collect();
        let candidates = if depth == 0 { &leaves } else { &all };
        if candidates.is_empty() {
            return "__typename".to_owned();
        }
        let definition = *self.pick(candidates);
        let earlier = self.used.get(&(ty, Arc::clone(&definition.name))).cloned();
        let arguments = match earlier {
            Some(arguments) if self.one_in(2) => arguments,
            _ => self.arguments(&definition.arguments),
        };
        self.used.insert((ty, Arc::clone(&definition.name)), arguments.clone());
        let what = format!("{}{arguments}", definition.name);
        let alias = match self.is_always_the_same(definition) && !self.one_in(4) {
            true => String::new(),
            false => format!("{}: ", self.key(&what, definition.ty)),
        };
        let directives = self.directives();
        let set = match self.is_composite(definition.ty) {
            true => format!(" {}", self.selection_set(definition.ty.base, depth - 1)),
            false => String::new(),
        };
        format!("{alias}{what}{directives}{set}")
    }

    /// The alias of a field: the same for equal fields of equal types, so that they are merged.
    fn key(&mut self, what: &str, ty: TypeRef) -> String {
        let next = self.keys.len();
        let of = (what.to_owned(), format!("{ty:?}"));
        self.keys.entry(of).or_insert_with(|| format!("k{next}")).clone()
    }

    /// Whether a field has one type and no arguments wherever it is found, so that its name may be
    /// its key.
    fn is_always_the_same(&self, definition: &FieldDef) -> bool {
        let mut everywhere = self.table.types().flat_map(|(_, it)| it.body.fields());
        everywhere.all(|it| {
            it.name != definition.name || (it.ty == definition.ty && it.arguments.is_empty())
        })
    }

    fn is_composite(&self, ty: TypeRef) -> bool {
        matches!(
            self.table.ty(ty.base).body,
            TypeBody::Object { .. } | TypeBody::Interface { .. } | TypeBody::Union { .. }
        )
    }

    fn directives(&mut self) -> String {
        if !self.one_in(6) {
            return String::new();
        }
        let name = if self.one_in(2) { "skip" } else { "include" };
        let condition = match self.rng.u32(0..3) {
            0 => self.rng.bool().to_string(),
            _ => self.condition_variable(),
        };
        format!(" @{name}(if: {condition})")
    }

    /// One of a few shared Boolean variables, so that fields under equal conditions are merged.
    fn condition_variable(&mut self) -> String {
        let name = format!("c{}", self.rng.u32(0..4));
        let definition = if name == "c0" {
            format!("${name}: Boolean = true")
        } else {
            format!("${name}: Boolean!")
        };
        if !self.definitions.contains(&definition) {
            if name != "c0" || self.rng.bool() {
                self.variables.insert(name.clone(), self.rng.bool().into());
            }
            self.definitions.push(definition);
        }
        format!("${name}")
    }

    fn arguments(&mut self, definitions: &[ArgumentDef]) -> String {
        let mut given = Vec::new();
        for definition in definitions {
            let needed = is_needed(definition);
            // Made-up cursors are refused, so there are few of them.
            let rare = if matches!(&*definition.name, "after" | "before") { 40 } else { 3 };
            if needed || self.one_in(rare) {
                let value = self.position(definition, INPUT_DEPTH_MAX);
                given.push(format!("{}: {value}", definition.name));
            }
        }
        if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) }
    }

    /// What is written for an argument or an input field: a literal or a variable.
    fn position(&mut self, definition: &ArgumentDef, depth: u32) -> String {
        if self.one_in(3) {
            return self.variable(definition.ty, definition.default.is_some(), depth);
        }
        if definition.ty.wrap.is_nullable() && self.one_in(8) {
            return "null".to_owned();
        }
        self.literal(definition, depth)
    }

    fn literal(&mut self, definition: &ArgumentDef, depth: u32) -> String {
        let ty = definition.ty;
        if !ty.wrap.is_list() || self.one_in(4) {
            return self.literal_of(&definition.name, ty.base, depth);
        }
        let item = TypeRef {
            base: ty.base,
            wrap: if ty.wrap.has_nullable_items() { Wrap::Nullable } else { Wrap::Required },
        };
        let mut items = Vec::new();
        for _ in 0..self.rng.u32(0..4) {
            items.push(if self.one_in(4) {
                self.variable(item, false, depth)
            } else {
                self.literal_of(&definition.name, ty.base, depth)
            });
        }
        format!("[{}]", items.join(", "))
    }

    fn literal_of(&mut self, name: &str, ty: TypeId, depth: u32) -> String {
        let TypeBody::Input { fields, one_of } = &self.table.ty(ty).body else {
            let value = self.json_leaf(name, ty);
            return match (&self.table.ty(ty).body, &value) {
                (TypeBody::Enum(_), Json::String(it)) => it.clone(),
                _ => value.to_string(),
            };
        };
        let chosen = self.input_fields(fields, *one_of, depth);
        let mut given = Vec::new();
        for index in chosen {
            let field = &fields[index];
            let value = if *one_of {
                let sure = TypeRef { base: field.ty.base, wrap: Wrap::Required };
                self.literal(&ArgumentDef { ty: sure, ..field.clone() }, depth - 1)
            } else {
                self.position(field, depth.saturating_sub(1))
            };
            given.push(format!("{}: {value}", field.name));
        }
        format!("{{{}}}", given.join(", "))
    }

    fn input_fields(&mut self, fields: &[ArgumentDef], one_of: bool, depth: u32) -> Vec<usize> {
        let is_leaf =
            |it: &ArgumentDef| !matches!(self.table.ty(it.ty.base).body, TypeBody::Input { .. });
        let open: Vec<usize> =
            (0..fields.len()).filter(|it| depth > 0 || is_leaf(&fields[*it])).collect();
        if one_of {
            return vec![*self.pick(&open)];
        }
        let count = fields.len();
        (0..count)
            .filter(|it| {
                is_needed(&fields[*it]) || (open.contains(it) && self.rng.usize(0..count) < 2)
            })
            .collect()
    }

    /// A new variable for a position of type `ty`.
    fn variable(&mut self, ty: TypeRef, has_default: bool, depth: u32) -> String {
        let name = format!("v{}", self.definitions.len());
        let sure = !ty.wrap.is_nullable();
        let loose = sure && self.one_in(3) && !ty.wrap.is_list();
        let definition = ArgumentDef {
            name: name.as_str().into(),
            description: "".into(),
            ty,
            default: None,
            gives_way_to: None,
        };
        let base = &self.table.ty(ty.base).name;
        let inner = match ty.wrap {
            Wrap::Nullable | Wrap::Required => base.to_string(),
            Wrap::List | Wrap::RequiredList => format!("[{base}!]"),
            Wrap::ListOfNullable => format!("[{base}]"),
        };
        let needs_bang = sure && !loose && !has_default;
        let bang = if needs_bang || self.one_in(4) { "!" } else { "" };
        // Without variables, so that it is a constant.
        let default = if bang.is_empty() && (loose && !has_default || self.one_in(4)) {
            format!(" = {}", self.constant(ty.base))
        } else {
            String::new()
        };
        self.definitions.push(format!("${name}: {inner}{bang}{default}"));
        let may_be_absent = bang.is_empty();
        match self.rng.u32(0..6) {
            0 if may_be_absent => {}
            1 if may_be_absent => {
                self.variables.insert(name.clone(), Json::Null);
            }
            _ => {
                let value = self.json(&definition, depth);
                // What fits no type but JSON, now and then.
                let value =
                    if self.one_in(80) { Json::from(vec![vec![Json::Null]]) } else { value };
                self.variables.insert(name.clone(), value);
            }
        }
        format!("${name}")
    }

    fn constant(&mut self, ty: TypeId) -> String {
        match &self.table.ty(ty).body {
            TypeBody::Input { .. } => {
                let definition = ArgumentDef {
                    name: "".into(),
                    description: "".into(),
                    ty: TypeRef { base: ty, wrap: Wrap::Required },
                    default: None,
                    gives_way_to: None,
                };
                let value = self.json(&definition, 1);
                self.json_as_literal(ty, &value)
            }
            _ => self.literal_of("", ty, 0),
        }
    }

    fn json_as_literal(&self, ty: TypeId, value: &Json) -> String {
        match (&self.table.ty(ty).body, value) {
            (_, Json::Array(items)) => {
                let items: Vec<_> = items.iter().map(|it| self.json_as_literal(ty, it)).collect();
                format!("[{}]", items.join(", "))
            }
            (TypeBody::Input { fields, .. }, Json::Object(given)) => {
                let given = given.iter().map(|(name, value)| {
                    let field = fields.iter().find(|it| &*it.name == name.as_str()).unwrap();
                    format!("{name}: {}", self.json_as_literal(field.ty.base, value))
                });
                format!("{{{}}}", given.collect::<Vec<_>>().join(", "))
            }
            (TypeBody::Enum(_), Json::String(it)) => it.clone(),
            _ => value.to_string(),
        }
    }

    fn json(&mut self, definition: &ArgumentDef, depth: u32) -> Json {
        let ty = definition.ty;
        if !ty.wrap.is_list() || self.one_in(5) {
            return self.json_of(&definition.name, ty.base, depth);
        }
        (0..self.rng.u32(0..4)).map(|_| self.json_of(&definition.name, ty.base, depth)).collect()
    }

    fn json_of(&mut self, name: &str, ty: TypeId, depth: u32) -> Json {
        let TypeBody::Input { fields, one_of } = &self.table.ty(ty).body else {
            return self.json_leaf(name, ty);
        };
        let mut object = Map::new();
        for index in self.input_fields(fields, *one_of, depth) {
            let field = &fields[index];
            let value = self.json(field, depth.saturating_sub(1));
            object.insert(field.name.to_string(), value);
        }
        Json::Object(object)
    }

    fn json_leaf(&mut self, name: &str, ty: TypeId) -> Json {
        match &self.table.ty(ty).body {
            TypeBody::Enum(values) => Json::from(&*self.pick(values).name),
            TypeBody::Scalar(scalar) => self.scalar(name, *scalar),
            other => panic!("no leaf: {other:?}"),
        }
    }

    fn scalar(&mut self, name: &str, scalar: Scalar) -> Json {
        let Words { ids, texts, dates } = self.words;
        match scalar {
            Scalar::Id => (*self.pick(ids)).into(),
            Scalar::String if name == "field" => "code".into(),
            Scalar::String if name == "property" => "weight".into(),
            Scalar::String => (*self.pick(texts)).into(),
            Scalar::Int => self.rng.i32(0..4).into(),
            Scalar::Float => (f64::from(self.rng.i32(-4..40)) / 4.0).into(),
            Scalar::Boolean => self.rng.bool().into(),
            Scalar::BigInt if self.rng.bool() => self.rng.i32(-5..5_000).into(),
            Scalar::BigInt => self.rng.i64(..).to_string().into(),
            Scalar::Date => (*self.pick(dates)).into(),
            Scalar::DateTime => "2024-08-19T10:30:00Z".into(),
            Scalar::Json => serde_json::json!({"a": [1, null, "x"]}),
        }
    }
}

fn is_needed(definition: &ArgumentDef) -> bool {
    !definition.ty.wrap.is_nullable() && definition.default.is_none()
}
