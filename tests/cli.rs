//! The command as people run it: arguments, exit statuses, what is printed where, and signals.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/served.rs"]
mod served;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    path::Path,
    process::Stdio,
};

use tempfile::TempDir;

use self::served::{Server, relata};

const OPERATORS: &str = include_str!("../docs/operators.md");
const FACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/facts.jsonl");
const AZE: &str = r#"{"kind":"entity","id":"country:AZE","type":"Country","name":"Azerbaijan"}"#;

/// What a command printed, and how it ended.
#[derive(Debug)]
struct Outcome {
    status: i32,
    out: String,
    err: String,
}

fn run_with(folder: &Path, arguments: &[&str], input: &str) -> Outcome {
    let mut child = relata(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever does not read its input closes it, and that is fine.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Outcome {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn run(folder: &TempDir, arguments: &[&str]) -> Outcome {
    run_with(folder.path(), arguments, "")
}

/// Runs a command that must succeed, and gives what it printed.
fn ok(folder: &TempDir, arguments: &[&str]) -> String {
    let outcome = run(folder, arguments);
    assert_eq!(outcome.status, 0, "{arguments:?} {outcome:?}");
    outcome.out
}

/// Runs a command that must fail with `status` and say `what` on standard error.
fn fails(folder: &TempDir, arguments: &[&str], status: i32, what: &str) -> Outcome {
    let outcome = run(folder, arguments);
    assert_eq!(outcome.status, status, "{arguments:?} {outcome:?}");
    assert!(outcome.err.contains(what), "{arguments:?} {outcome:?}");
    outcome
}

fn write(folder: &TempDir, name: &str, text: &str) {
    fs::write(folder.path().join(name), text).unwrap();
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

#[test]
fn a_graph_goes_from_folder_to_file_to_folder() {
    let folder = tempfile::tempdir().unwrap();
    let first = ok(&folder, &["import", FACTS, "--data", "a"]);
    assert!(first.starts_with("57 lines: 25 entities created"), "{first}");
    let again = ok(&folder, &["import", FACTS, "--data", "a"]);
    assert!(again.starts_with("57 lines: nothing changes"), "{again}");
    let told = ok(&folder, &["export", "a.jsonl", "--data", "a"]);
    assert_eq!(told, "25 entities, 32 relationships\n");
    ok(&folder, &["import", "a.jsonl", "--data", "b"]);
    assert_eq!(ok(&folder, &["export", "-", "--data", "b"]), read(&folder, "a.jsonl"));
    assert!(ok(&folder, &["check", "--data", "a"]).contains("the graph is sound: 25 entities"));
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 3, "nothing is left behind: {names:?}");
}

#[test]
fn a_backup_is_restored_with_its_history_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    ok(&folder, &["import", FACTS, "--data", "a"]);
    write(&folder, "more.jsonl", AZE);
    ok(&folder, &["import", "more.jsonl", "--data", "a"]);
    let told = ok(&folder, &["backup", "a.relata", "--data", "a"]);
    assert!(told.starts_with("revision "), "{told}");
    let told = ok(&folder, &["restore", "a.relata", "--data", "b"]);
    assert!(told.contains("is in `b`: 25 entities, 32 relationships"), "{told}");
    let export = |data| ok(&folder, &["export", "-", "--data", data]);
    assert_eq!(export("b"), export("a"));
    // What is restored can be backed up again, to the same bytes, and written to.
    ok(&folder, &["backup", "b.relata", "--data", "b"]);
    let bytes = |name| fs::read(folder.path().join(name)).unwrap();
    assert!(bytes("a.relata") == bytes("b.relata"));
    ok(&folder, &["import", FACTS, "--data", "b"]);
    fails(&folder, &["restore", "a.relata", "--data", "b"], 1, "`b` is not empty");

    let whole = bytes("a.relata");
    for (what, damaged) in [
        ("damaged or ends early", &whole[..whole.len() - 1]),
        ("damaged or ends early", &[&whole[..], b"x"].concat()),
        ("damaged or ends early", &flipped(&whole, whole.len() / 2)),
        ("damaged or ends early", &flipped(&whole, 20)),
        ("this is no backup", &flipped(&whole, 3)),
        ("this is no backup", b""),
    ] {
        fs::write(folder.path().join("bad.relata"), damaged).unwrap();
        fails(&folder, &["restore", "bad.relata", "--data", "c"], 1, what);
    }
}

#[test]
fn a_restoration_that_was_killed_is_not_taken_for_an_empty_graph() {
    let folder = tempfile::tempdir().unwrap();
    ok(&folder, &["import", FACTS, "--data", "a"]);
    ok(&folder, &["backup", "a.relata", "--data", "a"]);
    for (data, is_there) in [("b", false), ("c", true)] {
        let unfinished = format!("{data}.unfinished");
        fs::create_dir_all(folder.path().join(&unfinished).join("sled")).unwrap();
        if is_there {
            fs::create_dir(folder.path().join(data)).unwrap();
        }
        for command in [
            &["serve"][..],
            &["serve", "--demo"],
            &["import", FACTS],
            &["export", "-"],
            &["backup", "x"],
            &["check"],
        ] {
            let arguments = [command, &["--data", data]].concat();
            let told = fails(&folder, &arguments, 1, "the graph was not restored to its end").err;
            assert!(told.contains("relata restore") && told.contains(&unfinished), "{told}");
        }
        assert_eq!(folder.path().join(data).exists(), is_there, "nothing is made of it");
        ok(&folder, &["restore", "a.relata", "--data", data]);
        assert!(!folder.path().join(&unfinished).exists());
        ok(&folder, &["check", "--data", data]);
        // What stands beside a graph that is there says nothing about it.
        fs::create_dir(folder.path().join(&unfinished)).unwrap();
        ok(&folder, &["check", "--data", data]);
    }
    // `check` looks for a graph where none is named, too.
    fs::create_dir(folder.path().join("relata-data.unfinished")).unwrap();
    fails(&folder, &["check"], 1, "relata-data.unfinished");
}

#[test]
fn what_one_process_restores_another_leaves_alone() {
    let folder = tempfile::tempdir().unwrap();
    ok(&folder, &["import", FACTS, "--data", "a"]);
    ok(&folder, &["backup", "a.relata", "--data", "a"]);
    // As a restoration under way has it.
    let _server = Server::start(folder.path(), &["--data", "b.unfinished"]);
    fails(&folder, &["restore", "a.relata", "--data", "b"], 1, "in use by another process");
    assert!(folder.path().join("b.unfinished/sled").exists());
}

#[test]
fn a_folder_that_is_served_is_backed_up_by_its_server() {
    let folder = tempfile::tempdir().unwrap();
    ok(&folder, &["import", FACTS, "--data", "a"]);
    let server = Server::start(folder.path(), &["--data", "a"]);
    fails(&folder, &["backup", "x", "--data", "a"], 1, "in use by another process");
    let url = format!("http://{}/", server.address);
    ok(&folder, &["backup", "x", "--url", &url]);
    ok(&folder, &["restore", "x", "--data", "b"]);
    assert_eq!(ok(&folder, &["export", "-", "--data", "b"]).lines().count(), 57);
    let url = format!("{url}nothing");
    fails(&folder, &["backup", "y", "--url", &url], 1, "");
    assert!(!folder.path().join("y").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_written_is_told_with_its_cause() {
    let folder = tempfile::tempdir().unwrap();
    ok(&folder, &["import", FACTS]);
    for command in ["backup", "export"] {
        fails(&folder, &[command, "/dev/full"], 1, "No space left on device");
    }
}

fn flipped(bytes: &[u8], place: usize) -> Vec<u8> {
    let mut bytes = bytes.to_owned();
    bytes[place] ^= 1;
    bytes
}

#[test]
fn an_import_takes_all_lines_or_none() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "bad.jsonl", &format!("{AZE}\n\nnonsense\n{{\"kind\":\"entity\"}}\n"));
    let refused = fails(&folder, &["import", "bad.jsonl"], 1, "bad.jsonl:3: column 2: ");
    assert!(refused.err.contains("bad.jsonl:4: an entity needs `id`"), "{refused:?}");
    assert!(refused.err.contains("error: 2 of 3 lines are bad, so nothing is recorded"));
    assert_eq!(ok(&folder, &["export", "-"]), "");
    let taken = ok(&folder, &["import", "--skip-bad", "bad.jsonl"]);
    assert!(taken.starts_with("3 lines, 2 of them bad: 1 entity created"), "{taken}");
    assert!(ok(&folder, &["export", "-"]).contains("country:AZE"));
}

#[test]
fn standard_input_is_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let taken = run_with(folder.path(), &["import", "-"], AZE);
    assert!(taken.out.starts_with("1 line: 1 entity created"), "{taken:?}");
    let refused = run_with(folder.path(), &["import", "-"], "{");
    assert!(refused.err.contains("standard input:1: "), "{refused:?}");
    assert_eq!(refused.status, 1);
    let left = fs::read_dir(folder.path().join("relata-data")).unwrap();
    assert!(
        left.map(|it| it.unwrap().file_name()).all(|it| !it.to_str().unwrap().contains("spool"))
    );
}

#[test]
fn an_import_that_is_killed_leaves_nothing_and_is_simply_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let lines = (0..20_000).map(|it| AZE.replace("AZE", &it.to_string()) + "\n");
    write(&folder, "many.jsonl", &lines.collect::<String>());
    ok(&folder, &["import", FACTS]);
    let before = ok(&folder, &["export", "-"]);
    let seed = 20_240_819;
    let mut random = fastrand::Rng::with_seed(seed);
    for round in 0..5 {
        let mut child = relata(folder.path())
            .args(["import", "many.jsonl"])
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // A moment to be killed at, without a clock: after so many looks at whether it has ended.
        let looks = random.u32(0..400_000);
        let ended = (0..looks).any(|_| child.try_wait().unwrap().is_some());
        child.kill().unwrap();
        child.wait().unwrap();
        let after = ok(&folder, &["export", "-"]);
        let is_whole = after.lines().count() == before.lines().count() + 20_000;
        assert!(is_whole || (after == before && !ended), "round {round} of seed {seed}");
    }
    ok(&folder, &["import", "many.jsonl"]);
    let after = ok(&folder, &["export", "-"]);
    assert_eq!(after.lines().count(), before.lines().count() + 20_000);
}

#[test]
fn what_is_wrong_is_an_error_with_a_status() {
    let folder = tempfile::tempdir().unwrap();
    write(
        &folder,
        "broken.graphql",
        "type Country @node {\n  name: Sting\n}\ntype X @nod { a: Int }\n",
    );
    ok(&folder, &["import", FACTS, "--data", "there"]);
    write(&folder, "broken.toml", "data = 3\n");
    write(&folder, "unknown.toml", "dta = \"x\"\n");
    for (arguments, status, what) in [
        (&[][..], 2, "Usage: relata"),
        (&["nonsense"], 2, "unrecognized subcommand"),
        (&["import"], 2, "<FILE>"),
        (&["import", "x", "--format", "csv"], 2, "invalid value 'csv'"),
        (&["import", "absent.jsonl"], 1, "error: cannot read `absent.jsonl`: "),
        (&["export", "-", "--data", "absent"], 1, "error: there is no graph in `absent`"),
        (&["export", "no/such/folder.jsonl", "--data", "absent"], 1, "there is no graph"),
        (&["export", "no/such/folder.jsonl", "--data", "there"], 1, "cannot write `no/such/folder"),
        (&["check", "--data", "absent"], 1, "error: there is no graph in `absent`"),
        (&["check", "--ontology", "absent.graphql"], 1, "cannot read `absent.graphql`: "),
        (&["check", "--ontology", "broken.graphql"], 1, "error: broken.graphql:2:9: "),
        (&["check", "--ontology", "broken.graphql"], 1, "error: broken.graphql:4:8: "),
        (&["schema", "--ontology", "broken.graphql"], 1, "broken.graphql:2:9: "),
        (
            &["check", "--config", "absent.toml"],
            2,
            "cannot read the configuration in `absent.toml`",
        ),
        (&["check", "--config", "broken.toml"], 2, "because: "),
        (&["check", "--config", "unknown.toml"], 2, "unknown field `dta`"),
        (&["serve", "--demo", "--bind", "nowhere:1:2"], 1, "cannot listen on `nowhere:1:2`: "),
    ] {
        fails(&folder, arguments, status, what);
    }
    assert!(!folder.path().join("absent").exists());
}

#[test]
fn the_default_ontology_is_sound_and_has_a_schema() {
    let folder = tempfile::tempdir().unwrap();
    assert!(ok(&folder, &["check"]).starts_with("the ontology is sound: 12 entity types"));
    let schema = ok(&folder, &["schema"]);
    assert!(schema.contains("type Country implements"), "{schema:.500}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "relata.toml", "data = \"from-file\"\n[serve]\nbind = \"127.0.0.1:0\"\n");
    write(&folder, "a.jsonl", AZE);
    ok(&folder, &["import", "a.jsonl"]);
    assert!(folder.path().join("from-file").is_dir());
    let mut command = relata(folder.path());
    command.env("RELATA_DATA", "from-environment").args(["import", "a.jsonl"]);
    assert!(command.output().unwrap().status.success());
    assert!(folder.path().join("from-environment").is_dir());
    assert!(command.args(["--data", "from-flag"]).output().unwrap().status.success());
    assert!(folder.path().join("from-flag").is_dir());
}

/// What stands after `start` and before `end`; nothing where there is no `start`.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    text.split_once(start).map_or("", |(_, rest)| rest.split(end).next().unwrap())
}

/// The options that operators read of, each with its default.
fn printed_options() -> BTreeMap<String, String> {
    let rows = OPERATORS.lines().filter_map(|it| it.strip_prefix("| `--"));
    rows.map(|row| {
        let (name, rest) = row.split_once("` |").unwrap();
        (name.to_owned(), rest.split('|').next().unwrap().trim().replace(',', ""))
    })
    .collect()
}

#[test]
fn operators_read_of_every_option_and_its_default() {
    let folder = tempfile::tempdir().unwrap();
    let (mut told, mut variables) = (BTreeMap::new(), BTreeSet::new());
    for line in between(&ok(&folder, &["help"]), "Commands:\n", "\n\n").lines() {
        let command = line.split_whitespace().next().unwrap();
        let help = ok(&folder, &["help", command]);
        for option in help.split("\n      --").skip(1) {
            let words: Vec<_> = option.split_whitespace().collect();
            let (name, text) = (words[0], words.join(" "));
            let variable = between(&text, "[env: ", "=]");
            if !variable.is_empty() {
                assert_eq!(variable, format!("RELATA_{}", name.replace('-', "_").to_uppercase()));
                variables.insert(name.to_owned());
            }
            let default = between(&text, "[default: ", "]").replace(',', "");
            let before = told.insert(name.to_owned(), default.clone());
            assert!(before.is_none_or(|it| it == default), "--{name} of {command}");
        }
    }
    assert_eq!(printed_options(), told);
    let pages = [OPERATORS, include_str!("../README.md")].concat();
    for start in ["`--", "RELATA_"] {
        for mentioned in pages.split(start).skip(1) {
            let name = mentioned.split(['`', ' ']).next().unwrap().replace('_', "-");
            assert!(told.contains_key(&name.to_lowercase()), "{start}{name}");
        }
    }
    // What the file may say: the same, but for flags and what names the file or a server.
    let flags: Vec<_> = told.keys().filter(|it| !variables.contains(*it)).collect();
    assert_eq!(flags, ["demo", "format", "skip-bad"]);
    variables.retain(|it| !["config", "url", "data", "ontology"].contains(&&**it));
    write(&folder, "relata.toml", "[serve]\nx = 1\n");
    let refused = fails(&folder, &["check"], 2, "unknown field `x`").err;
    let keys = between(&refused, "expected one of ", "\n").split(", ");
    let keys: BTreeSet<_> = keys.map(|it| it.trim_matches('`').replace('_', "-")).collect();
    assert_eq!(keys, variables);
}

#[test]
#[cfg(unix)]
fn defaults_are_what_operators_read() {
    let folder = tempfile::tempdir().unwrap();
    let (_, log) = Server::start(folder.path(), &["--demo"]).stop("-TERM");
    let line = log.lines().next().unwrap().to_owned() + " ";
    let is_literal = |it: &str| it == "true" || it.parse::<u64>().is_ok();
    for (name, default) in printed_options().iter().filter(|(_, it)| is_literal(it)) {
        let words = format!(" {}={default} ", name.replace('-', "_"));
        assert!(line.contains(&words), "{words} {line}");
    }
}

#[test]
#[cfg(unix)]
fn a_server_says_by_what_it_was_configured() {
    let folder = tempfile::tempdir().unwrap();
    let file = "[serve]\nslow_query_ms = 7\ndrain_seconds = 8\nnotice_seconds = 9\nworkers = 3\n\
                cors_origin = [\"https://a.org\", \"http://b.org:81\"]\ncompress_bytes_min = 10\n";
    write(&folder, "relata.toml", file);
    let mut command = relata(folder.path());
    command.env("RELATA_DRAIN_SECONDS", "4").env("RELATA_WORKERS", "1");
    let server = Server::start_as(command, &["--demo", "--workers", "2", "--notice-seconds", "0"]);
    let (_, log) = server.stop("-TERM");
    for words in [
        "slow_query_ms=7 ",
        "drain_seconds=4 ",
        "notice_seconds=0 ",
        "workers=2 ",
        "cors_origin=[https://a.org http://b.org:81] ",
        "compress_bytes_min=10 ",
    ] {
        assert!(log.contains(words), "{words} {log}");
    }
    write(&folder, "relata.toml", "[serve]\ncors_origin = [\"example.org\"]\n");
    fails(&folder, &["serve", "--demo"], 2, "`example.org` is not an origin");
    fails(&folder, &["serve", "--demo", "--cors-origin", "x/y"], 2, "is not an origin");
}

#[test]
#[cfg(unix)]
fn a_server_answers_until_it_is_told_to_stop_and_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let document = "{ country(id: \"country:AZE\") { name } stats { relationships } }";
    let expected =
        "{\"data\":{\"country\":{\"name\":\"Azerbaijan\"},\"stats\":{\"relationships\":32}}}";
    let server = Server::start(folder.path(), &["--demo", "--data", "a", "--log-format", "json"]);
    assert_eq!(server.ask(document), expected);
    fails(&folder, &["export", "-", "--data", "a"], 1, "`a` is in use by another process");
    let (status, log) = server.stop("-TERM");
    assert_eq!(status, Some(0), "{log}");
    for words in
        ["with data=a ", "\"path\":\"/graphql\"", "\"status\":200", "SIGTERM", "\"stopped\""]
    {
        assert!(log.contains(words), "{words} {log}");
    }
    let server = Server::start(folder.path(), &["--data", "a"]);
    assert_eq!(server.ask(document), expected);
    assert_eq!(server.stop("-INT").0, Some(0));
}

#[test]
#[cfg(unix)]
fn the_demo_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--demo"]);
    assert!(server.ask("{ __typename }").contains("Query"));
    assert_eq!(server.stop("-TERM").0, Some(0));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
