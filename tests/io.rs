//! Files in and out: what a line may say, what becomes of bad ones, and that nothing is lost on the
//! way out and in again.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{fs, path::Path, sync::Arc};

use expect_test::{Expect, expect};
use relata::{
    graph::{
        Bulk, Draft, EntityWish, Foreseen, Foresight, Graph, Options, RelationshipWish, Snapshot,
        Wish, WriteError,
    },
    io::{ImportError, News, Source, Summary, export, import, import_bulk},
    model::{Revision, ValueRef},
    ontology::{DEFAULT_SOURCE, Ontology},
    store::{MemoryStore, StagedStore, Store},
};

const FACTS: &str = include_str!("../data/facts.jsonl");
const AZE: &str = r#"{"kind":"entity","id":"country:AZE","type":"Country","name":"Azerbaijan"}"#;
const ARM: &str = r#"{"kind":"entity","id":"country:ARM","type":"Country","name":"Armenia"}"#;
const DOCUMENT: &str = r#"{"kind":"entity","id":"doc:1","type":"Document","name":"D"}"#;
const BORDER: &str =
    r#"{"kind":"relationship","type":"BORDERS","source":"country:ARM","target":"country:AZE"}"#;

/// New and changed entities, each twice, and a relationship that gains evidence.
const TWICE: &str = r#"
{"kind":"entity","id":"country:ARM","type":"Country","name":"Armenia"}
{"kind":"entity","id":"country:ARM","type":"Country","name":"Armenia","aliases":["Hayastan"]}
{"kind":"entity","id":"country:AZE","type":"Country","name":"Azerbaijan","aliases":["AZ"]}
{"kind":"entity","id":"country:AZE","type":"Country","name":"Azerbaijan","aliases":["Azerbaycan"]}
{"kind":"relationship","type":"BORDERS","source":"country:ARM","target":"country:AZE"}
{"kind":"relationship","type":"BORDERS","source":"country:ARM","target":"country:AZE","evidence":[{"document":"country:ARM"}]}
"#;

fn graph_over(store: Arc<dyn Store>) -> Graph {
    let ontology = Ontology::parse("schema.graphql", DEFAULT_SOURCE).unwrap();
    Graph::open(store, Some(ontology), Options::default()).unwrap()
}

fn empty() -> Graph {
    graph_over(Arc::new(MemoryStore::default()))
}

/// Imports a file of these bytes, and gives what came of it and every bad line as it is told.
fn import_bytes(graph: &Graph, bytes: &[u8], skip_bad: bool) -> (Summary, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.jsonl");
    fs::write(&path, bytes).unwrap();
    let source = Source::open(&path, folder.path()).unwrap();
    let mut told = String::new();
    let summary = import(graph, &[source], skip_bad, &mut |news| {
        if let News::Bad(fault) = news {
            told += &format!("{}: {}\n", fault.line, fault.reason);
        }
    });
    (summary.unwrap(), told)
}

fn import_text(graph: &Graph, text: &str) -> Summary {
    let (summary, told) = import_bytes(graph, text.as_bytes(), false);
    assert_eq!(told, "", "{text:.200}");
    summary
}

fn exported(graph: &Graph) -> String {
    exported_from(&graph.snapshot())
}

fn exported_from(snapshot: &Snapshot) -> String {
    let mut out = Vec::new();
    let mut lines = 0;
    export(snapshot, &mut out, &mut || lines += 1).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().count(), lines);
    text
}

/// Imports one line beside two good ones, which must be taken, and compares what is said of it.
fn check_bad(line: &str, expected: &Expect) {
    let graph = empty();
    let (summary, told) = import_bytes(&graph, format!("{AZE}\n{line}\n{ARM}").as_bytes(), true);
    expected.assert_eq(&told);
    assert_eq!((summary.lines, summary.bad, summary.entities_created), (3, 1, 2), "{line}");
}

#[test]
fn the_demo_goes_in_and_again_without_a_change() {
    let graph = empty();
    let first = import_text(&graph, FACTS);
    expect!["57 lines: 25 entities created, 0 updated; 32 relationships created, 0 updated; 34 pieces of evidence"]
        .assert_eq(&first.to_string());
    let revision = graph.snapshot().revision();
    expect!["57 lines: nothing changes"].assert_eq(&import_text(&graph, FACTS).to_string());
    assert_eq!(graph.snapshot().revision(), revision);
}

#[test]
fn an_export_imported_gives_an_equal_graph() {
    let graph = empty();
    import_text(&graph, FACTS);
    import_text(&graph, EVERYTHING);
    let first = exported(&graph);
    let copy = empty();
    import_text(&copy, &first);
    assert_eq!(exported(&copy), first);
    assert_eq!(graph.snapshot().counts(), copy.snapshot().counts());
    // Names of relationships by content are the same, too: what went in first finds its own.
    import_text(&copy, EVERYTHING);
    assert_eq!(exported(&copy), first);
}

/// Values of many kinds, texts that need care, and relationships named by their content.
const EVERYTHING: &str = r#"
{"kind":"entity","id":"a \"quoted\" id","type":"Person","name":"Ә é 𝄞 \\ \u0007","aliases":["…","a\tb"]}
{"kind":"entity","id":"country:X","type":"Country","name":"X","properties":{"population":9007199254740993,"areaKm2":0.1}}
{"kind":"entity","id":"country:Y","type":"Country","name":"Y","properties":{"population":"-1","areaKm2":1e300}}
{"kind":"entity","id":"doc:X","type":"Document","name":"Doc"}
{"kind":"relationship","type":"TRADES_WITH","source":"country:X","target":"country:Y","validFrom":"2018","validTo":"2018-09","confidence":0.30000000000000004,"properties":{"turnoverUsd":4000000000.5},"evidence":[{"document":"doc:X","statedAt":"2018-09-27","quote":"q","summary":"s","modality":"POSSIBLE","stance":"CONTRADICTS","confidence":1,"method":"manual"},{"document":"doc:X"}]}
{"kind":"relationship","type":"TRADES_WITH","source":"country:X","target":"country:Y","validFrom":"2018-09-27"}
{"kind":"relationship","type":"TRADES_WITH","source":"country:X","target":"country:X"}
"#;

#[test]
fn numbers_come_back_to_the_last_bit() {
    let seed = 20_240_819;
    let mut random = fastrand::Rng::with_seed(seed);
    let floats = std::iter::repeat_with(|| f64::from_bits(random.u64(..)));
    let lines = floats.filter(|it| it.is_finite()).take(5_000).enumerate().map(|(number, it)| {
        AZE.replace("AZE", &number.to_string())
            .replace("\"name\"", &format!("\"properties\":{{\"areaKm2\":{it:e}}},\"name\""))
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let (graph, copy) = (empty(), empty());
    import_text(&graph, &text);
    import_text(&copy, &exported(&graph));
    let area = graph.snapshot().ontology().kind_named("Country").unwrap().properties.clone();
    let area = area.iter().find(|it| it.name == "areaKm2").unwrap().id;
    for (line, node) in text.lines().zip(copy.snapshot().nodes(None)) {
        let written = line.split("areaKm2\":").nth(1).unwrap().split('}').next().unwrap();
        let expected = ValueRef::Float(written.parse().unwrap());
        let found = copy.snapshot().entity(node).property(area) == Some(expected);
        assert!(found, "{line} of seed {seed}");
    }
}

#[test]
fn the_order_of_lines_does_not_matter() {
    let graph = empty();
    let summary = import_text(&graph, &format!("{BORDER}\n{ARM}\n{AZE}\n"));
    assert_eq!((summary.entities_created, summary.relationships_created), (2, 1));
}

#[test]
fn a_relationship_by_content_gains_evidence() {
    let graph = empty();
    import_text(&graph, &format!("{AZE}\n{ARM}\n{DOCUMENT}"));
    let line = BORDER.replace('}', r#","evidence":[{"document":"doc:1"}]}"#);
    let first = import_text(&graph, &format!("{BORDER}\n{line}"));
    assert_eq!((first.relationships_created, first.evidence_created), (1, 1));
    assert_eq!(import_text(&graph, &line).evidence_created, 0);
}

#[test]
fn byte_order_marks_windows_lines_and_blank_lines_are_nothing() {
    let graph = empty();
    let text = format!("\u{feff}{AZE}\r\n\r\n  {ARM}  \r\n\n{BORDER}");
    let summary = import_text(&graph, &text);
    assert_eq!((summary.lines, summary.entities_created, summary.relationships_created), (3, 2, 1));
    for text in ["", "\u{feff}", "\n\n"] {
        assert_eq!(import_text(&graph, text), Summary::default());
    }
}

#[test]
fn a_bad_line_is_told_with_its_number_and_reason() {
    check_bad(
        "{",
        &expect![[r#"
        2: the line ends before the JSON does: EOF while parsing an object
    "#]],
    );
    check_bad(
        "17",
        &expect![[r#"
        2: a line is a JSON object, as `{"kind":"entity", …}`
    "#]],
    );
    check_bad(
        r#"["entity"]"#,
        &expect![[r#"
        2: a line is a JSON object, as `{"kind":"entity", …}`
    "#]],
    );
    check_bad(
        "{}",
        &expect![[r#"
        2: `kind` must be `"entity"` or `"relationship"`
    "#]],
    );
    check_bad(
        r#"{"kind":"thing"}"#,
        &expect![[r#"
        2: `kind` must be `"entity"` or `"relationship"`
    "#]],
    );
    check_bad(
        r#"{"kind":"entity","id":"a","type":"Country"}"#,
        &expect![[r#"
        2: entity `a`: a new entity needs a name
    "#]],
    );
    check_bad(
        r#"{"kind":"entity","id":"a","name":"A"}"#,
        &expect![[r#"
        2: an entity needs `type`
    "#]],
    );
    check_bad(
        r#"{"kind":"entity","type":"Country","name":"A"}"#,
        &expect![[r#"
        2: an entity needs `id`
    "#]],
    );
    check_bad(
        r#"{"kind":"entity","id":"a","type":"Country","nam":"A"}"#,
        &expect![[r#"
            2: an entity has no `nam`; did you mean `name`?
        "#]],
    );
    check_bad(
        r#"{"kind":"entity","id":"a","type":"Country","name":"A","source":"b"}"#,
        &expect![[r#"
            2: an entity has no `source`; it may have `kind`, `id`, `type`, `name`, `aliases`, `properties`
        "#]],
    );
    check_bad(
        r#"{"kind":"entity","id":1,"type":"Country","name":"A"}"#,
        &expect![[r#"
        2: column 23: invalid type: integer `1`, expected a string
    "#]],
    );
    check_bad(
        r#"{"kind":"entity","id":"a","id":"b","type":"Country","name":"A"}"#,
        &expect![[r#"
        2: column 30: duplicate field `id`
    "#]],
    );
    check_bad(
        r#"{"kind":"entity","id":"a","type":"Contry","name":"A"}"#,
        &expect![[r#"
        2: entity `a`: there is no entity type `Contry`; did you mean `Country`?
    "#]],
    );
    check_bad(
        r#"{"kind":"entity","id":"a","type":"Country","name":"A","properties":{"iso":"A"}}"#,
        &expect![[r#"
            2: entity `a`: `Country` has no property `iso`; did you mean `iso2` or `iso3`?
        "#]],
    );
    check_bad(
        r#"{"kind":"relationship","type":"BORDERS","source":"country:AZE"}"#,
        &expect![[r#"
        2: a relationship needs `target`
    "#]],
    );
    check_bad(
        r#"{"kind":"relationship","type":"BORDERS","source":"country:AZE","target":"nobody"}"#,
        &expect![[r#"
            2: `BORDERS` from `country:AZE` to `nobody`: its target `nobody` is not there; record it first
        "#]],
    );
    check_bad(
        r#"{"kind":"relationship","type":"BORDERS","source":"country:AZE","target":"country:ARM","validfrom":"2018"}"#,
        &expect![[r#"
            2: a relationship has no `validfrom`; did you mean `validFrom`?
        "#]],
    );
    check_bad(
        r#"{"kind":"relationship","type":"BORDERS","source":"country:AZE","target":"country:ARM","validFrom":"2018-13"}"#,
        &expect![[r#"
            2: `BORDERS` from `country:AZE` to `country:ARM`: its validFrom: `2018-13` is not a date; write `2024`, `2024-08` or `2024-08-19`
        "#]],
    );
    check_bad(
        r#"{"kind":"relationship","type":"BORDERS","source":"country:AZE","target":"country:ARM","evidence":[{"citedSource":"x"}]}"#,
        &expect![[r#"
            2: evidence needs `document`
        "#]],
    );
    check_bad(
        r#"{"kind":"relationship","type":"BORDERS","source":"country:AZE","target":"country:ARM","evidence":[{"document":"x","sumary":"y"}]}"#,
        &expect![[r#"
            2: evidence has no `sumary`; did you mean `summary`?
        "#]],
    );
}

#[test]
fn bytes_that_are_not_utf_8_are_told() {
    let (summary, told) = import_bytes(&empty(), b"{\"kind\":\"entity\",\"id\":\"\xff\"}", false);
    expect![[r#"
        1: byte 24 is not UTF-8; save the file as UTF-8
    "#]]
    .assert_eq(&told);
    assert_eq!((summary.lines, summary.bad), (1, 1));
}

#[test]
fn a_line_that_is_too_long_is_told_and_passed_over() {
    let long = format!("{{\"kind\":\"entity\",\"id\":\"{}\"}}", "x".repeat(1 << 20));
    let graph = empty();
    let (summary, told) = import_bytes(&graph, format!("{AZE}\n{long}\n{ARM}").as_bytes(), true);
    expect![[r#"
        2: the line is longer than 1048576 bytes
    "#]]
    .assert_eq(&told);
    assert_eq!((summary.bad, summary.entities_created), (1, 2));
    // The longest that is allowed, to the byte.
    let name = "x".repeat((1 << 20) - AZE.len() - r#"{"kind":"entity""#.len());
    let (_, told) = import_bytes(&graph, AZE.replace("Azerb", &name).as_bytes(), true);
    assert!(!told.contains("longer than 1048576"), "{told:.200}");
}

#[test]
fn all_or_nothing_is_a_staged_store() {
    let beneath: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let revision = graph_over(Arc::clone(&beneath)).snapshot().revision();
    for (text, is_good) in [(format!("{AZE}\n{{\n{ARM}"), false), (format!("{AZE}\n{ARM}"), true)] {
        let staged = Arc::new(StagedStore::new(Arc::clone(&beneath)));
        let options = Options { checkpoint_bytes: usize::MAX, ..Options::default() };
        let graph = Graph::open(Arc::clone(&staged) as Arc<dyn Store>, None, options).unwrap();
        staged.hold().unwrap();
        let (summary, _) = import_bytes(&graph, text.as_bytes(), false);
        assert_eq!(summary.bad == 0, is_good);
        if is_good {
            staged.seal().unwrap();
        }
        drop(graph);
        let snapshot = graph_over(Arc::clone(&beneath)).snapshot();
        assert_eq!(snapshot.counts().entities, if is_good { 2 } else { 0 });
        assert_eq!(snapshot.revision() > revision, is_good);
    }
}

#[test]
fn many_chunks_and_files_keep_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        Source::open(&path, folder.path()).unwrap()
    };
    let entity = |it: usize, name: &str| {
        format!(
            "{{\"kind\":\"entity\",\"id\":\"p{it}\",\"type\":\"Person\",\"name\":\"{name}\"}}\n"
        )
    };
    let relationship = |it: usize| {
        let target = (it * 7 + 1) % 5000;
        format!(
            "{{\"kind\":\"relationship\",\"type\":\"INTERACTS_WITH\",\"source\":\"p{it}\",\"target\":\"p{target}\",\"validFrom\":\"2018\",\"properties\":{{\"action\":\"meet\"}}}}\n"
        )
    };
    let first: String = (0..5000).map(|it| relationship(it) + &entity(it, "first")).collect();
    let second: String = (0..5000).step_by(2).map(|it| entity(it, "second")).collect();
    let sources = [write("1.jsonl", first), write("2.jsonl", second)];
    let graph = empty();
    let summary = import(&graph, &sources, false, &mut |news| {
        assert!(!matches!(news, News::Bad(_)), "{news:?}");
    })
    .unwrap();
    assert_eq!((summary.bad, summary.lines), (0, 12_500), "{summary}");
    assert_eq!((summary.entities_created, summary.relationships_created), (5000, 5000));
    let snapshot = graph.snapshot();
    for it in 0..5000 {
        let node = snapshot.node(&format!("p{it}")).unwrap();
        let expected = if it % 2 == 0 { "second" } else { "first" };
        assert_eq!(snapshot.entity(node).name(), expected);
    }
}

#[test]
fn what_others_write_meanwhile_is_not_counted() {
    let graph = empty();
    import_text(&graph, AZE);
    let other = |id: &str, name: &str| {
        let (id, kind, name) = (id.to_owned(), "Country".to_owned(), Some(name.to_owned()));
        let wish = EntityWish { id, kind, name, ..EntityWish::default() };
        graph.commit_blocking(Draft { wishes: vec![Wish::PutEntity(wish)] }).unwrap();
    };
    let source = Source::embedded("file.jsonl", TWICE.as_bytes());
    let mut rounds = 0;
    let summary = import(&graph, &[source], false, &mut |_| {
        rounds += 1;
        other(&format!("other:{rounds}"), "Other");
        other("country:GEO", &format!("Georgia, as another has it {rounds}"));
    });
    assert!(rounds > 2, "it was told of {rounds} times");
    expect!["6 lines: 1 entity created, 1 updated; 1 relationship created, 0 updated; 1 piece of evidence"].assert_eq(&summary.unwrap().to_string());
}

/// Files that make things, change them, shorten and lengthen them, name them twice and refuse some,
/// over several blocks.
fn rounds() -> [String; 4] {
    let person = |it: usize, name: &str, aliases: &str| {
        format!(
            "{{\"kind\":\"entity\",\"id\":\"p{it}\",\"type\":\"Person\",\"name\":\"{name} {it}\",\"aliases\":[{aliases}]}}\n"
        )
    };
    let act = |it: usize, id: &str, action: &str, evidence: &str| {
        let target = (it * 7 + 1) % 2500;
        format!(
            "{{\"kind\":\"relationship\",{id}\"type\":\"INTERACTS_WITH\",\"source\":\"p{it}\",\"target\":\"p{target}\",\"validFrom\":\"2018\",\"properties\":{{\"action\":\"{action}\"}},\"evidence\":[{evidence}]}}\n"
        )
    };
    let told = r#"{"document":"doc:1","modality":"INTENDED","summary":"at length"}"#;
    let denied = r#"{"document":"doc:1","stance":"CONTRADICTS"}"#;
    let first = (0..2500).map(|it| person(it, "First", "")).collect::<String>()
        + &(0..2500).map(|it| act(it, "", "meet", "")).collect::<String>();
    let second = (0..2500).step_by(3).map(|it| person(it, "2", "\"An alias\"")).collect::<String>()
        + &format!("{DOCUMENT}\n{AZE}\n")
        + &(0..2500).step_by(2).map(|it| act(it, "", "meet", told)).collect::<String>()
        + &(0..2500)
            .step_by(5)
            .map(|it| act(it, &format!("\"id\":\"act-{it}\","), "visit", ""))
            .collect::<String>();
    let third = AZE.replace("Azerbaijan\"", "Azerbaijan\",\"properties\":{\"iso2\":\"AZ\"}")
        + "\n"
        + &ARM.replace("Armenia\"", "Armenia\",\"properties\":{\"iso2\":\"AZ\"}")
        + "\n"
        + &(0..2500)
            .step_by(5)
            .map(|it| act(it, &format!("\"id\":\"act-{it}\","), "leave", denied))
            .collect::<String>()
        + &(0..2500).step_by(10).map(|it| act(it, "", "leave", told)).collect::<String>();
    [FACTS.to_owned(), first, second, third]
}

#[test]
fn what_is_imported_in_bulk_is_the_same_graph() {
    let folder = tempfile::tempdir().unwrap();
    let ontology = || Ontology::parse("schema.graphql", DEFAULT_SOURCE).unwrap();
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let graph = empty();
    let rounds = rounds();
    for (round, text) in rounds.iter().chain(&rounds).enumerate() {
        let path = folder.path().join("round.jsonl");
        fs::write(&path, text).unwrap();
        let source = Source::open(&path, folder.path()).unwrap();
        let mut bulk = Bulk::open(Arc::clone(&store), Some(ontology())).unwrap();
        let mut told = String::new();
        let summary = import_bulk(&mut bulk, &[source], true, &mut |news| {
            if let News::Bad(fault) = news {
                told += &format!("{}: {}\n", fault.line, fault.reason);
            }
        });
        let expected = import_bytes(&graph, text.as_bytes(), true);
        assert_eq!((summary.unwrap(), told), expected, "round {round}");
        let snapshot = bulk.snapshot();
        assert_eq!(exported_from(snapshot), exported(&graph), "round {round}");
        assert_eq!(snapshot.counts(), graph.snapshot().counts(), "round {round}");
        assert_eq!(snapshot.revision(), graph.snapshot().revision(), "round {round}");
        // Every other time what follows reads the log.
        if round % 2 == 0 {
            bulk.checkpoint().unwrap();
        }
        let reopened = graph_over(Arc::clone(&store));
        assert_eq!(exported(&reopened), exported(&graph), "round {round}");
    }
}

#[test]
fn what_is_foreseen_does_not_outlive_its_ends() {
    let ontology = Ontology::parse("schema.graphql", DEFAULT_SOURCE).unwrap();
    let mut bulk = Bulk::open(Arc::new(MemoryStore::default()), Some(ontology)).unwrap();
    let country = |id: &str| {
        Wish::PutEntity(EntityWish {
            id: id.to_owned(),
            kind: "Country".to_owned(),
            name: Some(id.to_owned()),
            ..EntityWish::default()
        })
    };
    let border = Wish::AssertRelationship(RelationshipWish {
        relation: "BORDERS".to_owned(),
        source: "a".to_owned(),
        target: "b".to_owned(),
        ..RelationshipWish::default()
    });
    let look_at = |wish: &Wish, foresight: &Foresight| {
        let (mut wishes, mut foreseen) = (vec![wish.clone()], Foreseen::default());
        foresight.look_at(&mut wishes, &mut foreseen);
        (wishes, foreseen)
    };
    let mut commit = |wishes: Vec<Wish>, foreseen: &Foreseen| {
        let outcome = bulk.commit(Draft { wishes }, foreseen);
        bulk.settle().unwrap();
        (outcome.is_ok(), bulk.foresight())
    };
    let nothing = Foreseen::default();
    let (_, early) = commit(vec![country("a")], &nothing);
    let (wishes, foreseen) = look_at(&border, &early);
    assert_eq!(wishes.len(), 1, "an end is not there");
    let (_, foresight) = commit(vec![country("b")], &nothing);
    assert!(commit(wishes, &foreseen).0, "what was not there yet is looked up");
    let (wishes, foreseen) = look_at(&border, &foresight);
    assert!(wishes.is_empty(), "nothing is wrong with it");
    assert!(commit(vec![country("c")], &nothing).0);
    assert!(commit(Vec::new(), &foreseen).0, "what is still there is as it was");
    let delete = Wish::DeleteEntity { id: "a".to_owned(), detach: true };
    let (_, foresight) = commit(vec![delete], &nothing);
    assert_eq!(look_at(&border, &foresight).0.len(), 1, "an end is gone");
    assert!(!commit(Vec::new(), &foreseen).0, "what is gone is not there");
    assert!(commit(vec![country("a"), border], &nothing).0);
    let edges = bulk.snapshot().edge_bound();
    assert_eq!(edges, 2, "the new entity has a relationship of its own");
}

#[test]
fn a_bulk_counts_what_it_deletes_before_it_is_settled() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let ontology = Ontology::parse("schema.graphql", DEFAULT_SOURCE).unwrap();
    let mut bulk = Bulk::open(Arc::clone(&store), Some(ontology)).unwrap();
    let put = |id: &str| {
        let [id, kind] = [id, "Country"].map(str::to_owned);
        let name = Some(id.clone());
        Wish::PutEntity(EntityWish { id, kind, name, ..EntityWish::default() })
    };
    let delete = Wish::DeleteEntity { id: "a".to_owned(), detach: true };
    for wishes in [vec![put("a"), put("b")], vec![delete], vec![put("c")]] {
        bulk.commit(Draft { wishes }, &Foreseen::default()).unwrap();
    }
    // A checkpoint is of all that was committed.
    bulk.checkpoint().unwrap();
    let reopened = graph_over(store).snapshot();
    assert_eq!((reopened.counts().entities, reopened.revision()), (2, Revision(3)));
}

#[test]
fn a_store_that_fails_ends_a_bulk() {
    let staged = Arc::new(StagedStore::new(Arc::new(MemoryStore::default())));
    let ontology = Ontology::parse("schema.graphql", DEFAULT_SOURCE).unwrap();
    let mut bulk = Bulk::open(Arc::clone(&staged) as Arc<dyn Store>, Some(ontology)).unwrap();
    // Somebody else writes meanwhile.
    let other = graph_over(Arc::clone(&staged) as Arc<dyn Store>);
    import_text(&other, ARM);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.jsonl");
    fs::write(&path, AZE).unwrap();
    let source = Source::open(&path, folder.path()).unwrap();
    let outcome = import_bulk(&mut bulk, &[source], false, &mut |_| {});
    assert!(matches!(outcome, Err(ImportError::Write(WriteError::Store(_)))), "{outcome:?}");
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for path in ["no-such-file.jsonl", "src"] {
        Source::open(&folder.join(path), folder).unwrap_err();
    }
}
