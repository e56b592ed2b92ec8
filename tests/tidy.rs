//! What the compiler does not check: which room may know which, that files stay small, and that
//! README.md says what there is.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{fs, path::Path};

use relata::api::Code;

/// Each room with the rooms it may use. A room may use only rooms above it, so there is no cycle.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("telemetry", &[]),
    ("store", &["model"]),
    ("ontology", &["model"]),
    ("graph", &["model", "store", "ontology"]),
    ("query", &["model", "ontology", "graph"]),
    ("api", &["model", "ontology", "graph", "query"]),
    ("io", &["model", "ontology", "graph"]),
    ("server", &["model", "telemetry", "ontology", "graph", "query", "api", "io"]),
    ("config", &["api", "server"]),
    (
        "lib",
        &[
            "model",
            "store",
            "ontology",
            "graph",
            "query",
            "api",
            "io",
            "server",
            "telemetry",
            "config",
        ],
    ),
    (
        "main",
        &["model", "store", "ontology", "graph", "api", "io", "server", "telemetry", "config"],
    ),
];

/// Crates that only some rooms may know.
const OWNERS: &[(&str, &[&str])] = &[
    ("actix_web", &["server"]),
    ("actix_ws", &["server"]),
    ("any_ascii", &["model"]),
    ("apollo_compiler", &["api"]),
    ("arc_swap", &["graph"]),
    ("async_graphql", &["ontology"]),
    ("brotli", &["server"]),
    ("brotli_decompressor", &["server"]),
    ("clap", &["config", "main"]),
    ("flate2", &["server"]),
    ("fst", &["graph"]),
    ("imbl", &["graph"]),
    ("indicatif", &["io"]),
    ("jiff", &["model"]),
    ("levenshtein_automata", &["graph"]),
    ("petgraph", &["graph", "query"]),
    ("pluralizer", &["ontology"]),
    ("quick_cache", &["api"]),
    ("ruzstd", &["server"]),
    ("sled", &["store"]),
    ("toml", &["config"]),
    ("opentelemetry", &["telemetry"]),
    ("tracing_opentelemetry", &["telemetry"]),
    ("tracing_subscriber", &["main", "telemetry"]),
];

/// Where `async` may be: from the writer's door outwards.
const ASYNC: &[&str] = &[
    "src/api/subscription.rs",
    "src/graph/feed.rs",
    "src/graph/handle.rs",
    "src/server/",
    "src/telemetry.rs",
];

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;

/// A source file: its path from the crate's root, and its text.
struct Source {
    path: String,
    text: String,
}

#[test]
fn rooms_know_only_the_rooms_below() {
    check(&["src"], |source, faults| {
        let room = source.room();
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            faults.push(format!("give `{room}` a place in ROOMS"));
            return;
        };
        for other in source.rooms_used() {
            if other != room && !allowed.contains(&other) {
                faults.push(format!("`{room}` may not use `{other}`"));
            }
        }
    });
}

#[test]
fn crates_stay_in_their_rooms() {
    check(&["src"], |source, faults| {
        for (name, rooms) in OWNERS {
            if !rooms.contains(&source.room()) && names_crate(&source.code(), name) {
                faults.push(format!("only {} may use `{name}`", rooms.join(" and ")));
            }
        }
    });
}

#[test]
fn only_the_doors_wait() {
    check(&["src"], |source, faults| {
        let code = source.code();
        let waits =
            code.contains("async fn") || code.contains("async move") || code.contains(".await");
        if waits && !ASYNC.iter().any(|it| source.path.starts_with(it)) {
            faults.push("`async` begins at the writer's door".to_owned());
        }
    });
}

#[test]
fn files_and_functions_are_small_and_say_what_they_are() {
    check(&["src", "tests", "benches"], |source, faults| {
        if !source.text.starts_with("//! ") {
            faults.push("begin with a `//!` line that says what this file is".to_owned());
        }
        if !source.path.starts_with("src/") || source.path.ends_with("/tests.rs") {
            return;
        }
        let lines: Vec<&str> = source.text.lines().take_while(|it| *it != "#[cfg(test)]").collect();
        if lines.len() > FILE_LINES_MAX {
            faults.push(format!("{} lines, more than {FILE_LINES_MAX}", lines.len()));
        }
        for (first, length) in functions(&lines) {
            if length > FUNCTION_LINES_MAX {
                faults.push(format!("line {}: a function of {length} lines", first + 1));
            }
        }
    });
}

#[test]
fn nothing_is_left_for_later() {
    // In two halves, so that this file does not find itself.
    let words = [["TO", "DO"], ["FIX", "ME"], ["todo", "!("], ["#[al", "low("], ["#[ign", "ore"]];
    check(&["src", "tests", "benches"], |source, faults| {
        for word in words.map(|it| it.concat()) {
            for (index, _) in source.text.lines().enumerate().filter(|(_, it)| it.contains(&word)) {
                faults.push(format!("line {}: `{word}`", index + 1));
            }
        }
    });
}

#[test]
fn the_readme_names_every_dependency_and_every_error() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let tables = manifest.split("\n[").filter(|it| it.contains("dependencies]\n"));
    let lines = tables.flat_map(str::lines).filter_map(|it| it.split_once(" = "));
    let dependencies: Vec<_> = lines.map(|(name, _)| name).collect();
    assert!(dependencies.len() > 20, "{dependencies:?}");
    let told = readme.split("## Dependencies").nth(1).unwrap();
    for name in dependencies {
        let words = |it: char| !it.is_alphanumeric() && it != '-' && it != '_';
        assert!(told.split(words).any(|it| it == name), "README.md: give the reason for `{name}`");
    }
    for code in Code::ALL {
        assert!(readme.contains(&format!("| `{}` |", code.name())), "README.md: {code:?}");
    }
}

/// Runs `rule` over every file of `folders`, and fails with all the faults it finds.
fn check(folders: &[&str], rule: impl Fn(&Source, &mut Vec<String>)) {
    let mut report = String::new();
    for source in sources(folders) {
        let mut faults = Vec::new();
        rule(&source, &mut faults);
        for fault in faults {
            report += &format!("\n{}: {fault}", source.path);
        }
    }
    assert!(report.is_empty(), "{report}\n");
}

fn sources(folders: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders: Vec<_> =
        folders.iter().map(|it| root.join(it)).filter(|it| it.exists()).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                found.push(Source { path: name, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    assert!(!found.is_empty(), "no sources below {}", root.display());
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

impl Source {
    /// `graph` for `src/graph/view.rs`, `main` for `src/main.rs`.
    fn room(&self) -> &str {
        self.path.trim_start_matches("src/").split(['/', '.']).next().unwrap()
    }

    /// The text without comments of whole lines.
    fn code(&self) -> String {
        let lines = self.text.lines().filter(|it| !it.trim_start().starts_with("//"));
        lines.flat_map(|it| [it, "\n"]).collect()
    }

    /// The rooms named after `crate::` (in `main.rs`, after `relata::`), alone or in braces, and
    /// those reached by as many `super::` as lead out of the room.
    fn rooms_used(&self) -> Vec<&'static str> {
        let code = self.code();
        let depth = self.path.matches('/').count() - usize::from(self.path.ends_with("mod.rs"));
        let root = if self.room() == "main" { "relata::" } else { "crate::" };
        let mut names = names_after(&code, root);
        if self.room() != "main" && self.room() != "lib" {
            names.extend(names_after(&code, &"super::".repeat(depth.max(1))));
        }
        let rooms = ROOMS.iter().map(|(room, _)| *room);
        rooms.filter(|room| names.iter().any(|name| name == room)).collect()
    }
}

fn names_after<'a>(code: &'a str, root: &str) -> Vec<&'a str> {
    let mut names = Vec::new();
    for (index, _) in code.match_indices(root) {
        let rest = &code[index + root.len()..];
        match rest.strip_prefix('{') {
            None => names.push(rest.split(|it: char| !is_word(it)).next().unwrap()),
            Some(group) => names.extend(names_in_braces(group)),
        }
    }
    names
}

/// The first name of each path in a group, up to the brace that closes it.
fn names_in_braces(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (index, it) in group.char_indices() {
        match it {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(group[start..index].trim().split("::").next().unwrap());
                start = index + 1;
                if it == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

/// Whether `code` has a path that begins with the crate `name`.
fn names_crate(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(index, _)| {
        let before = code[..index].chars().next_back().unwrap_or(' ');
        let after = &code[index + name.len()..];
        !is_word(before) && before != ':' && after.starts_with("::")
    })
}

fn is_word(it: char) -> bool {
    it.is_alphanumeric() || it == '_'
}

/// Each function's first line and its length, as `rustfmt` lays them out.
fn functions(lines: &[&str]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (first, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let words = code.split("fn ").next().unwrap();
        let opens = code.contains("fn ")
            && words.chars().all(|it| it.is_lowercase() || it == ' ' || "()\"".contains(it));
        if !opens {
            continue;
        }
        let indent = &line[..line.len() - code.len()];
        let end = lines[first..].iter().position(|it| {
            let rest = it.strip_prefix(indent).unwrap_or_default();
            rest == "}"
                || (rest.starts_with(code) && rest.ends_with(['}', ';']))
                || (rest.starts_with(')') && rest.ends_with(';'))
        });
        found.push((first, end.unwrap_or(0) + 1));
    }
    found
}
