//! What an ontology file says, and what is said about one that is wrong.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use expect_test::{expect, expect_file};
use relata::{
    api::Table,
    model::KindId,
    ontology::{
        CODES, DEFAULT_SOURCE, Diagnostic, EnumValue, Ontology, Property, PropertyType,
        RelationshipField, Scalar,
    },
};
use serde_json::Value;

const PROBLEMS: &str = include_str!("ontology/problems.graphql");
const FACTS: &str = include_str!("../data/facts.jsonl");

#[test]
fn every_problem_is_reported_with_its_place_and_what_to_write() {
    let (preamble, cases) = PROBLEMS.split_once("\n### ").unwrap();
    let mut seen = BTreeSet::new();
    let mut actual = preamble.to_owned();
    for case in cases.split("\n### ") {
        let (title, rest) = case.split_once('\n').unwrap();
        let sdl: Vec<_> = rest.lines().filter(|it| !it.starts_with("#>")).collect();
        let sdl = sdl.join("\n").trim_end().to_owned() + "\n";
        write!(actual, "\n### {title}\n{sdl}").unwrap();
        for Diagnostic { line, column, code, message, .. } in problems(&sdl) {
            seen.insert(code);
            writeln!(actual, "#> {line}:{column} {code} {message}").unwrap();
        }
    }
    seen.extend(limits().into_iter().flat_map(|(code, sdl)| {
        let codes: Vec<_> = problems(&sdl).iter().map(|it| it.code).collect();
        assert_eq!(codes, [code]);
        codes
    }));
    expect_file!["ontology/problems.graphql"].assert_eq(&actual);
    let untested: Vec<_> = CODES.iter().filter(|it| !seen.contains(**it)).collect();
    assert!(untested.is_empty(), "give each of these a case: {untested:?}");
}

/// Files that are too much, with what is said about them.
fn limits() -> Vec<(&'static str, String)> {
    let numbered =
        |count: usize, each: &dyn Fn(usize) -> String| -> String { (0..count).map(each).collect() };
    let fields = |count| numbered(count, &|it| format!("f{it}: Int\n"));
    let relation = |it| format!("a{it}: [A!]! @relationship(type: \"R{it}\", direction: OUT)\n");
    vec![
        ("FILE_TOO_LARGE", format!("type A @node {}", " ".repeat(8 << 20))),
        (
            "NESTED_TOO_DEEP",
            format!("type A @node {{ a: {}String{} }}", "[".repeat(50_000), "]".repeat(50_000)),
        ),
        ("TOO_MANY_TYPES", numbered(2_001, &|it| format!("type A{it} @node\n"))),
        ("TOO_MANY_FIELDS", format!("type A @node {{ {} }}", fields(1_001))),
        (
            "TOO_MANY_RELATIONS",
            numbered(3, &|it| {
                let fields = numbered(700, &|field| relation(it * 700 + field));
                format!(
                    "type {}{it} @node {{ {fields} }}",
                    if it == 0 { "A @node type B" } else { "C" }
                )
            }),
        ),
        (
            "TOO_MANY_PROPERTIES",
            numbered(66, &|it| {
                let fields = numbered(1_000, &|field| format!("f{it}_{field}: Int\n"));
                format!("type A{it} @node {{ {fields} }}")
            }),
        ),
    ]
}

fn problems(sdl: &str) -> Vec<Diagnostic> {
    Ontology::parse("schema.graphql", sdl).err().unwrap_or_default()
}

#[test]
fn a_diagnostic_names_the_file_the_line_and_the_column() {
    let marked = "\u{feff}# „Länder“\r\ntype Country @node {\r\n\t\"größer\" iso2: Strng\r\n}";
    for (sdl, place) in [("type Country @node {\n  iso2: Strng\n}", "2:9"), (marked, "3:17")] {
        let problems = Ontology::parse("news.graphql", sdl).unwrap_err();
        let expected =
            format!("news.graphql:{place}: there is no type `Strng`; did you mean `String`?");
        assert_eq!(problems[0].to_string(), expected);
    }
}

/// A file as the Neo4j GraphQL Library takes it, with what is allowed and has no effect here.
const MOVIES: &str = r#"
directive @node(labels: [String!]) on OBJECT
scalar BigInt

"Whatever is played in." interface Production { title: String! actors: [Actor!]! @declareRelationship }
type Movie implements Production & Entity & Node @node(labels: ["Movie", "Film"]) {
  id: ID! @id @unique
  name: String!
  title: String!
  "When it was shown first." released: Date
  genres: [Genre!]!
  runs: [Int!] @deprecated(reason: "by country")
  actors: [Actor!]! @relationship(type: "ACTED_IN", direction: IN, properties: "ActedIn_")
  sequels: [Movie!]! @relationship(type: "SEQUEL_OF", direction: IN)
  sequelOf: [Movie!]! @relationship(type: "SEQUEL_OF", direction: OUT)
}
extend type Movie @plural(value: "Films")
type Series implements Production @node(plural: "allSeries", hub: true) {
  title: String!
  actors: [Actor!]! @relationship(type: "ACTED_IN", direction: IN, properties: "ActedIn_")
}
type Actor @node {
  key: String @unique
  "Plays in it." played: [Production!]! @relationship(type: "ACTED_IN", direction: OUT, properties: "ActedIn_")
  knows: [Entity!]! @relationship(type: "KNOWS", direction: OUT, queryDirection: UNDIRECTED)
  likes: [Liked!]! @relationship(type: "LIKES", direction: OUT)
}
union Liked = Actor | Movie
type ActedIn_ @relationshipProperties { roles: [String!] pay: BigInt id: String }
enum Genre { DRAMA "To laugh." COMEDY }
extend enum Genre { NOIR }
"#;

#[test]
fn definitions_of_the_neo4j_library_are_understood() {
    let ontology = parse(MOVIES);
    expect![[r#"
        Movie (films): title String!, released Date, genres [Genre]!, runs [Int]
          actors IN ACTED_IN > Actor
          sequels IN SEQUEL_OF > Movie
          sequelOf OUT SEQUEL_OF > Movie
        Series (allSeries) hub: title String!
          actors IN ACTED_IN > Actor
        Actor (actors): key String unique
          played OUT ACTED_IN > Movie Series
          knows ANY KNOWS > Movie Series Actor
          likes OUT LIKES > Actor Movie
        ACTED_IN is ActedIn "Plays in it.": roles [String], pay BigInt, id String
          Actor > Movie, Actor > Series
        SEQUEL_OF is SequelOf "": 
          Movie > Movie
        KNOWS is Knows "" symmetric: 
          Movie > Actor, Series > Actor, Actor > Movie, Actor > Series, Actor > Actor
        LIKES is Likes "": 
          Actor > Movie, Actor > Actor
        Production "Whatever is played in.": title String!; actors IN ACTED_IN > Actor
        Genre: DRAMA, COMEDY "To laugh.", NOIR
    "#]]
    .assert_eq(&outline(&ontology));
}

#[test]
fn a_store_keeps_its_numbers() {
    let old = parse(
        "type Actor @node { key: Int a: [Actor!]! @relationship(type: \"KNOWS\", direction: OUT) }
         type Studio @node { budget: Int  }",
    );
    let fresh = parse(MOVIES);
    let renumbered = fresh.clone().renumbered(old.names());
    assert_eq!(outline(&renumbered), outline(&fresh));
    let names = renumbered.names();
    assert_eq!(names.kinds, ["Actor", "Studio", "Movie", "Series"]);
    assert_eq!(names.relations, ["KNOWS", "ACTED_IN", "SEQUEL_OF", "LIKES"]);
    assert_eq!(names.properties[..3], ["key", "budget", "title"]);
    for (kind, number) in [("Actor", 0), ("Movie", 2), ("Series", 3)] {
        let kind = renumbered.kind_named(kind).unwrap();
        assert_eq!(kind.id, KindId(number));
        assert_eq!(renumbered.kind(kind.id).unwrap().name, kind.name);
        for it in &kind.properties {
            assert_eq!(renumbered.property_name(it.id), Some(it.name.as_str()));
        }
    }
    for it in renumbered.relations() {
        assert_eq!(renumbered.relation(it.id).unwrap().name, it.name);
    }
    assert!(renumbered.kind(KindId(1)).is_none(), "only the store knows `Studio`");
    assert!(renumbered.kind_named("Studio").is_none());
    let again = renumbered.clone().renumbered(renumbered.names());
    assert_eq!(again.names(), renumbered.names());
    assert_eq!(outline(&again), outline(&fresh));
}

fn parse(sdl: &str) -> Ontology {
    Ontology::parse("schema.graphql", sdl).unwrap_or_else(|problems| {
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", problems.join("\n"))
    })
}

/// An ontology in words, without its numbers.
fn outline(ontology: &Ontology) -> String {
    let mut text = String::new();
    let kind = |id: &KindId| ontology.kind(*id).unwrap().name.clone();
    let field = |it: &RelationshipField| {
        let relation = &ontology.relation(it.relation).unwrap().name;
        let targets: Vec<_> = ontology.kinds_of(it.target).iter().map(kind).collect();
        format!("{} {} {relation} > {}", it.name, it.direction.name(), targets.join(" "))
    };
    for it in ontology.kinds() {
        let hub = if it.hub { " hub" } else { "" };
        let properties = properties(ontology, &it.properties);
        writeln!(text, "{} ({}){hub}: {properties}", it.name, it.plural).unwrap();
        it.fields.iter().for_each(|it| writeln!(text, "  {}", field(it)).unwrap());
    }
    for it in ontology.relations() {
        let symmetric = if it.symmetric { " symmetric" } else { "" };
        let properties = properties(ontology, ontology.properties_of(it));
        let (name, ty, words) = (&it.name, &it.type_name, &it.description);
        writeln!(text, "{name} is {ty} {words:?}{symmetric}: {properties}").unwrap();
        let mut pairs: Vec<_> = it.pairs.iter().collect();
        let place = |id| ontology.kinds().iter().position(|it| it.id == id);
        pairs.sort_by_key(|(a, b)| (place(*a), place(*b)));
        let pairs: Vec<_> =
            pairs.iter().map(|(a, b)| format!("{} > {}", kind(a), kind(b))).collect();
        writeln!(text, "  {}", pairs.join(", ")).unwrap();
    }
    for it in ontology.interfaces() {
        let fields: Vec<_> = it.fields.iter().map(field).collect();
        let properties = properties(ontology, &it.properties);
        let (name, words) = (&it.name, &it.description);
        writeln!(text, "{name} {words:?}: {properties}; {}", fields.join(", ")).unwrap();
    }
    for it in ontology.enums() {
        let value = |it: &EnumValue| match it.description.as_str() {
            "" => it.name.clone(),
            words => format!("{} {words:?}", it.name),
        };
        let values: Vec<_> = it.values.iter().map(value).collect();
        writeln!(text, "{}: {}", it.name, values.join(", ")).unwrap();
    }
    text
}

fn properties(ontology: &Ontology, properties: &[Property]) -> String {
    let property = |it: &Property| {
        let name = match it.ty {
            PropertyType::Scalar(it) => it.name(),
            PropertyType::Enum(it) => &ontology.enums()[usize::from(it.0)].name,
        };
        let ty = if it.list { format!("[{name}]") } else { name.to_owned() };
        let required = if it.required { "!" } else { "" };
        let unique = if it.unique { " unique" } else { "" };
        format!("{} {ty}{required}{unique}", it.name)
    };
    properties.iter().map(property).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_default_ontology_describes_everything() {
    let ontology = parse(DEFAULT_SOURCE);
    assert_eq!(ontology.kinds().len(), 12);
    assert_eq!(ontology.relations().len(), 21);
    let hubs: Vec<_> = ontology.kinds().iter().filter(|it| it.hub).map(|it| &it.name).collect();
    assert_eq!(hubs, ["Event", "Topic", "Document"]);
    let symmetric = ontology.relations().iter().filter(|it| it.symmetric);
    let symmetric: BTreeSet<_> = symmetric.map(|it| it.name.as_str()).collect();
    assert_eq!(
        symmetric,
        ["BORDERS", "COOPERATES_WITH", "RELATED_TO", "TRADES_WITH"].into_iter().collect()
    );
    let mut undescribed = Vec::new();
    let mut described = |name: &str, description: &str| {
        if description.is_empty() {
            undescribed.push(name.to_owned());
        }
    };
    for kind in ontology.kinds() {
        described(&kind.name, &kind.description);
        for it in &kind.properties {
            described(&format!("{}.{}", kind.name, it.name), &it.description);
        }
        for it in &kind.fields {
            described(&format!("{}.{}", kind.name, it.name), &it.description);
        }
    }
    for ty in ontology.properties_types() {
        described(&ty.name, &ty.description);
        for it in &ty.properties {
            described(&format!("{}.{}", ty.name, it.name), &it.description);
        }
    }
    for it in ontology.enums() {
        described(&it.name, &it.description);
        it.values.iter().for_each(|it| described(&it.name, &it.description));
    }
    ontology.relations().iter().for_each(|it| described(&it.name, &it.description));
    ontology.interfaces().iter().for_each(|it| described(&it.name, &it.description));
    ontology.unions().iter().for_each(|it| described(&it.name, &it.description));
    assert!(undescribed.is_empty(), "{undescribed:?}");
}

#[test]
fn the_facts_fit_the_default_ontology() {
    let ontology = parse(DEFAULT_SOURCE);
    let mut kinds = BTreeMap::new();
    for (line, fact) in (1..).zip(FACTS.lines()) {
        let fact: Value = serde_json::from_str(fact).unwrap();
        let text = |name: &str| fact[name].as_str().unwrap_or_default().to_owned();
        let known = if text("kind") == "entity" {
            let kind = ontology.kind_named(&text("type")).unwrap();
            kinds.insert(text("id"), kind.id);
            kind.properties.as_slice()
        } else {
            let relation = ontology.relation_named(&text("type")).unwrap();
            let (source, target) = (kinds[&text("source")], kinds[&text("target")]);
            assert!(relation.pairs.contains(source, target), "line {line}: {}", relation.name);
            ontology.properties_of(relation)
        };
        for (name, value) in fact["properties"].as_object().into_iter().flatten() {
            let property = known.iter().find(|it| it.name == *name);
            let fits = property.is_some_and(|it| fits(&ontology, it, value));
            assert!(fits, "line {line}: `{name}` is {value}");
        }
    }
}

fn fits(ontology: &Ontology, property: &Property, value: &Value) -> bool {
    match property.ty {
        PropertyType::Enum(it) => {
            let values = &ontology.enums()[usize::from(it.0)].values;
            values.iter().any(|it| value == &*it.name)
        }
        PropertyType::Scalar(Scalar::Float) => value.is_number(),
        PropertyType::Scalar(Scalar::Int | Scalar::BigInt) => value.is_i64(),
        PropertyType::Scalar(_) => value.is_string(),
    }
}

#[test]
fn no_damage_to_a_file_stops_the_reader() {
    let tokens: Vec<&str> = DEFAULT_SOURCE.split_inclusive([' ', '\n', '(', ')', '"']).collect();
    let signs = [
        "@node",
        "{",
        "}",
        "[[",
        "!",
        "\"",
        "\"\"\"",
        "extend ",
        "é",
        "\r",
        "#",
        "\\u12",
        "type ",
        "Entity",
        "__",
        "|",
        "&",
        "@relationship(type: \"A\", direction: IN)",
    ];
    let mut refused = 0;
    for seed in 0..400 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut damaged = tokens.clone();
        for _ in 0..random.usize(1..6) {
            let (at, other) = (random.usize(..damaged.len()), random.usize(..damaged.len()));
            match random.u8(..4) {
                0 => drop(damaged.remove(at)),
                1 => damaged.swap(at, other),
                2 => damaged.insert(at, random.choice(signs).unwrap()),
                _ => damaged[at] = random.choice(&tokens).unwrap(),
            }
        }
        let sdl = damaged.concat();
        let outcome = std::panic::catch_unwind(|| Ontology::parse("schema.graphql", &sdl));
        let outcome = outcome.unwrap_or_else(|_| panic!("seed {seed} stops the reader"));
        if let Err(problems) = outcome {
            refused += 1;
            assert!(!problems.is_empty(), "seed {seed}");
            assert!(problems.is_sorted_by_key(|it| (it.line, it.column)), "seed {seed}");
            assert!(problems.iter().all(|it| CODES.contains(&it.code)), "seed {seed}");
        }
    }
    assert!(refused > 100, "only {refused} were damaged enough");
}

/// Words whose combinations are names that an API generates, or nearly so.
const WORDS: [&str; 14] = [
    "Trade",
    "Trades",
    "With",
    "Country",
    "Countries",
    "Where",
    "Edge",
    "Connection",
    "Sort",
    "Aggregate",
    "Filters",
    "Entity",
    "Enum",
    "List",
];

/// An ontology of a few types with names that may clash.
fn entangled(random: &mut fastrand::Rng) -> String {
    let mut name =
        || -> String { (0..random.usize(1..3)).map(|_| *random.choice(&WORDS).unwrap()).collect() };
    let [properties, colour, interface, one, two] = [(); 5].map(|()| name());
    let mut field = |target: &str, with: &str| {
        let (field, relation) = (name(), name());
        format!("a{field}: [{target}!]! @relationship(type: \"{relation}\", direction: OUT{with})")
    };
    let with = format!(", properties: \"{properties}\"");
    format!(
        "type {properties} @relationshipProperties {{ sum: Float colours: [{colour}!] }}
         enum {colour} {{ RED }}
         interface {interface} {{ hue: {colour} }}
         type {one} implements {interface} @node {{ hue: {colour} {} {} {} }}
         type {two} @node {{ code: String @unique {} {} }}",
        field(&one, &with),
        field(&two, ""),
        field(&interface, ""),
        field(&one, ""),
        field("Entity", &with),
    )
}

#[test]
fn an_ontology_without_problems_has_an_api_without_clashes() {
    let mut sound = 0;
    for seed in 0..1_000 {
        let sdl = entangled(&mut fastrand::Rng::with_seed(seed));
        let Ok(ontology) = Ontology::parse("schema.graphql", &sdl) else { continue };
        sound += 1;
        if let Err(problems) = Table::build(&ontology) {
            panic!("seed {seed}: {problems:?}\n{sdl}");
        }
    }
    assert!(sound > 100, "only {sound} have no problems");
}
