//! What a query costs over HTTP: here, beside a handler written by hand and a static response.
//!
//! `cargo bench --bench http` serves a graph of 2^16 entities; `… -- 14` one of 2^14. The server
//! is a child of this process, this process is its client.

mod handwritten;
mod load;
mod reference;
mod rmat;
mod timing;
mod world;

use std::{
    io::{BufRead, BufReader, Result},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use actix_web::{
    App, HttpResponse, HttpServer,
    rt::System,
    web::{Bytes, Data, resource},
};
use relata::{
    graph::Graph,
    server::{self, Settings},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};

use self::{
    load::{Connection, Served, Target},
    timing::median,
    world::World,
};

/// Tells the child what it is.
const SERVE: &str = "--serve";
/// Turns of each target.
const ROUNDS: usize = 5;
/// How long a short request is asked again and again, alone and beside a long one.
const ASKED: Duration = Duration::from_secs(3);
/// Asks for more paths than there are in a moment.
const LONG: &str = "query($from: ID!, $to: ID!) { paths(from: {id: $from}, to: {id: $to}, mode: K_SHORTEST, first: 1000) { explored } }";
/// What is answered to those who ask nothing.
const STATIC_BODY: &str = r#"{"data":{"country":{"name":"static"}}}"#;

/// What the server says when it listens.
#[derive(Serialize, Deserialize)]
struct Hello {
    hand: SocketAddr,
    relata: SocketAddr,
    questions: Vec<Question>,
}

/// Name, document and variables.
type Question = (String, String, Vec<Box<RawValue>>);

fn main() -> Result<()> {
    let scale = timing::arguments().first().map_or(16, |it| *it as u32);
    if std::env::args().any(|it| it == SERVE) {
        return serve(scale);
    }
    let mut child = Command::new(std::env::current_exe()?)
        .args([SERVE, &scale.to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let measured = measure(&mut child);
    child.kill()?;
    child.wait()?;
    measured
}

/// Serves until the process is killed.
fn serve(scale: u32) -> Result<()> {
    let World { graph, api, questions } = World::new(scale);
    System::new().block_on(async {
        let places = 0..questions.len();
        let hand = HttpServer::new(move || {
            let app = App::new()
                .app_data(Data::new(graph.clone()))
                .service(resource("/static").to(unasked));
            // A path for each: a pattern of paths would cost more than some answers.
            places.clone().fold(app, |app, place| {
                let by_hand = move |graph, body| by_hand(place, graph, body);
                app.service(resource(format!("/hand/{place}")).to(by_hand))
            })
        });
        let hand = hand.h1_allow_half_closed(false).bind("127.0.0.1:0")?;
        let relata = HttpServer::new(move || {
            server::app(api.clone(), Settings::new(1 << 20, std::env::temp_dir()))
        });
        let relata = relata.h1_allow_half_closed(false).bind("127.0.0.1:0")?;
        let questions = questions.into_iter();
        let hello = Hello {
            hand: hand.addrs()[0],
            relata: relata.addrs()[0],
            questions: questions
                .map(|it| (it.name.to_owned(), it.document.to_owned(), it.variables))
                .collect(),
        };
        println!("{}", serde_json::to_string(&hello)?);
        tokio::try_join!(hand.run(), relata.run()).map(|_| ())
    })
}

async fn unasked(_: Bytes) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(STATIC_BODY)
}

async fn by_hand(place: usize, graph: Data<Graph>, body: Bytes) -> HttpResponse {
    let variables: &RawValue = serde_json::from_slice(&body).expect("the client sends JSON");
    let answer = handwritten::answer(&graph.snapshot(), place, variables);
    HttpResponse::Ok().content_type("application/json").body(answer)
}

fn measure(child: &mut Child) -> Result<()> {
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line)?;
    let Hello { hand, relata, questions } = serde_json::from_str(&line)?;
    println!("requests/s and µs of server CPU a request, by 8 clients; medians of {ROUNDS} turns");
    for (place, (name, document, variables)) in questions.iter().enumerate() {
        let bodies = || variables.iter().map(|it| it.get().to_owned());
        let whole = |it: &RawValue| json!({ "query": document, "variables": it }).to_string();
        let targets = [
            Target::post(hand, "/static", bodies()),
            Target::post(hand, &format!("/hand/{place}"), bodies()),
            Target::post(relata, "/graphql", variables.iter().map(|it| whole(it))),
        ];
        for sample in 0..variables.len() {
            let parsed =
                |it: &Target| -> Result<Value> { Ok(serde_json::from_slice(&it.ask(sample)?)?) };
            assert_eq!(parsed(&targets[1])?, parsed(&targets[2])?, "{name}");
        }
        let mut turns = [const { Vec::new() }; 3];
        for _ in 0..ROUNDS {
            for (target, turns) in targets.iter().zip(&mut turns) {
                turns.push(target.turn(child.id())?);
            }
        }
        let of = |it: fn(&Served) -> f64| {
            [0, 1, 2].map(|target: usize| median(turns[target].iter().map(it).collect()))
        };
        let (rate, cpu) = (of(|it| it.per_second), of(|it| it.cpu_micros));
        println!(
            "{name:20} static {:7.0}/s {:7.2} µs   by hand {:7.0}/s {:7.2} µs   relata {:7.0}/s {:7.2} µs   CPU ÷ by hand {:5.2}",
            rate[0],
            cpu[0],
            rate[1],
            cpu[1],
            rate[2],
            cpu[2],
            cpu[2] / cpu[1]
        );
    }
    beside_a_long_walk(relata, &questions)
}

/// How long Q1 takes one client, and how long while another one asks for long walks.
fn beside_a_long_walk(relata: SocketAddr, questions: &[Question]) -> Result<()> {
    let target = |document: &str, variables: &[Box<RawValue>]| {
        let body = |it| json!({ "query": document, "variables": it }).to_string();
        Target::post(relata, "/graphql", variables.iter().map(body))
    };
    let short = target(&questions[0].1, &questions[0].2);
    let long = target(LONG, &questions[3].2);
    let micros = |times: Vec<Duration>| -> Vec<f64> {
        times.iter().map(|it| it.as_secs_f64() * 1e6).collect()
    };
    let alone = micros(times(&short, &|it| it >= ASKED)?);
    let is_done = AtomicBool::new(false);
    let (beside, walks) = thread::scope(|scope| -> Result<_> {
        let walks = scope.spawn(|| times(&long, &|_| is_done.load(Relaxed)));
        let beside = times(&short, &|it| it >= ASKED);
        is_done.store(true, Relaxed);
        Ok((micros(beside?), walks.join().expect("clients do not panic")?))
    })?;
    let most = |it: &[f64]| it.iter().copied().fold(0.0, f64::max);
    println!(
        "Q1 alone {:.0} µs, at most {:.0}; beside walks of up to {:.1} s: {:.0} µs, at most {:.0}",
        median(alone.clone()),
        most(&alone),
        most(&micros(walks)) / 1e6,
        median(beside.clone()),
        most(&beside),
    );
    Ok(())
}

/// How long each request takes on one connection, until the time since the first is enough.
fn times(target: &Target, is_enough: &dyn Fn(Duration) -> bool) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(target.address)?;
    let (start, mut times) = (Instant::now(), Vec::new());
    while !is_enough(start.elapsed()) {
        let asked = Instant::now();
        connection.ask(&target.requests[times.len() % target.requests.len()])?;
        times.push(asked.elapsed());
    }
    Ok(times)
}
