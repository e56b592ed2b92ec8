//! The same queries asked of relata and of Raphtory, over the same graph, in turns.
//!
//! `PYTHON=venv/bin/python cargo bench --bench peers` needs a Python with `raphtory` installed, and
//! serves a graph of 2^16 entities by both; `… -- 14` one of 2^14.

mod interchange;
mod load;
mod reference;
mod rmat;
mod timing;
mod world;

use std::{
    env,
    error::Error,
    io::{BufRead, BufReader},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use relata::server::{self, Options, Settings};
use serde::Deserialize;
use serde_json::{Value, json};

use self::{
    load::{Served, Target},
    reference::Question,
    rmat::Rmat,
    timing::median,
    world::World,
};

/// Tells the child that it serves relata.
const SERVE: &str = "--serve";
/// Turns of each server.
const ROUNDS: usize = 5;
/// What Raphtory is asked for each of the first four queries, with the ids in place of `$`.
const DOCUMENTS: [&str; 4] = [
    r#"{graph(path:"rmat"){node(name:"$id"){name properties{values(keys:["code","founded","size"]){key value}}}}}"#,
    r#"{graph(path:"rmat"){node(name:"$id"){edges{page(limit:20){layerNames latestTime{timestamp} nbr{id properties{values(keys:["name"]){value}}}}}}}}"#,
    r#"{graph(path:"rmat"){node(name:"$id"){name neighbours{page(limit:10){name neighbours{page(limit:10){name}}}}}}}"#,
    r#"{graph(path:"rmat"){algorithms{shortest_path(source:"$from",targets:["$to"],direction:"both"){nodes}}}}"#,
];

/// What the child that serves relata says when it listens.
#[derive(Deserialize)]
struct Hello {
    address: String,
    relationships: usize,
    questions: Vec<Asked>,
}

/// A query: its name, its document, and the variables it is asked with.
type Asked = (String, String, Vec<Value>);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let scale = timing::arguments().first().map_or(16, |it| *it as u32);
    if env::args().any(|it| it == SERVE) {
        return serve(scale);
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("graph.jsonl");
    interchange::write(Rmat { scale, factor: 8, seed: 42 }, &file)?;
    let mut relata = start(Command::new(env::current_exe()?).args([SERVE, &scale.to_string()]))?;
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let mut raphtory = start(raphtory(&file).arg(port.to_string()))?;
    let measured = measure(&mut relata, &mut raphtory, port);
    for mut it in [relata, raphtory] {
        it.kill()?;
        it.wait()?;
    }
    measured
}

fn start(command: &mut Command) -> Outcome<Child> {
    Ok(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?)
}

fn raphtory(file: &Path) -> Command {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/serve_raphtory.py");
    let mut command = Command::new(env::var_os("PYTHON").unwrap_or("python3".into()));
    command.arg(script).arg(file);
    command
}

/// Serves relata until the process is killed; tells its address, and what to ask.
fn serve(scale: u32) -> Outcome<()> {
    let World { graph, api, questions } = World::new(scale);
    let relationships = graph.snapshot().edge_bound();
    let questions: Vec<_> = questions.iter().map(asked).collect();
    let options = Options {
        bind: "127.0.0.1:0".to_owned(),
        workers: None,
        notice: Duration::ZERO,
        drain: Duration::ZERO,
        settings: Settings::new(1 << 20, env::temp_dir()),
    };
    Ok(server::serve(&api, &options, |address| {
        println!(
            "{}",
            json!({ "address": address, "relationships": relationships, "questions": questions })
        );
    })?)
}

fn asked(question: &Question) -> Value {
    json!([question.name, question.document, question.variables])
}

fn measure(relata: &mut Child, raphtory: &mut Child, port: u16) -> Outcome<()> {
    let hello = line(relata, |it| it.starts_with('{'))?;
    let Hello { address, relationships, questions } = serde_json::from_str(&hello)?;
    let address: SocketAddr = address.trim_start_matches("http://").parse()?;
    let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    line(raphtory, |it| it == "ready")?;
    println!(
        "{relationships} relationships; requests/s and µs of server CPU a request, by 8 clients; medians of {ROUNDS} turns"
    );
    for ((name, document, variables), theirs) in questions.iter().zip(DOCUMENTS) {
        let ours = |it: &Value| json!({ "query": document, "variables": it }).to_string();
        let theirs = |it: &Value| json!({ "query": filled(theirs, it) }).to_string();
        let targets = [
            (relata.id(), Target::post(address, "/graphql", variables.iter().map(ours))),
            (raphtory.id(), Target::post(peer, "/", variables.iter().map(theirs))),
        ];
        for (_, target) in &targets {
            let answer: Value = serde_json::from_slice(&target.ask(0)?)?;
            assert!(answer.get("errors").is_none_or(|it| *it == json!([])), "{answer}");
        }
        let mut turns = [const { Vec::new() }; 2];
        for _ in 0..ROUNDS {
            for ((pid, target), turns) in targets.iter().zip(&mut turns) {
                turns.push(target.turn(*pid)?);
            }
        }
        let [ours, theirs] = turns.map(|it| {
            let of = |what: fn(&Served) -> f64| median(it.iter().map(what).collect());
            (of(|it| it.per_second), of(|it| it.cpu_micros))
        });
        println!(
            "{name:20} relata {:8.0}/s {:9.1} µs   Raphtory {:8.1}/s {:9.1} µs   requests/s ÷ Raphtory's {:.1}",
            ours.0,
            ours.1,
            theirs.0,
            theirs.1,
            ours.0 / theirs.0
        );
    }
    Ok(())
}

/// The document for a sample.
fn filled(document: &str, variables: &Value) -> String {
    ["id", "from", "to"].iter().fold(document.to_owned(), |text, name| {
        text.replace(&format!("${name}"), variables[*name].as_str().unwrap_or_default())
    })
}

/// The first line of the child's output that is the one.
fn line(child: &mut Child, is_it: impl Fn(&str) -> bool) -> Outcome<String> {
    let output = child.stdout.take().ok_or("the output is read once")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        if is_it(&line) {
            return Ok(line);
        }
    }
    Err("the child has ended".into())
}
