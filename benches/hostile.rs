//! How long it takes to refuse requests made to cost, over each transport, and what memory it takes.
//!
//! `cargo bench --bench hostile`. The server is in this process; each request is sent once to warm
//! up, and then some times, of which the slowest is told.

#![expect(clippy::unwrap_used, reason = "as in tests")]

#[path = "../tests/common/demo.rs"]
mod demo;
#[path = "../tests/common/hostile.rs"]
mod hostile;
#[path = "../tests/common/listening.rs"]
mod listening;
#[path = "../tests/common/socket.rs"]
mod socket;
#[path = "../tests/common/transports.rs"]
mod transports;

use std::{fs, time::Instant};

use relata::server::Settings;

use self::transports::Transport;

/// Times that each request is sent over each transport.
const TIMES: usize = 20;

fn main() {
    let settings = Settings::new(2 << 20, std::env::temp_dir());
    let address = listening::serve(demo::api(), settings);
    println!(
        "| request | bytes | code | answer | POST | events | WebSocket |\n|---|--:|---|--:|--:|--:|--:|"
    );
    let requests = hostile::requests();
    let (mut slowest, mut largest) = (0.0f64, 0);
    let mut resident = Vec::new();
    for _ in 0..2 {
        for request in &requests {
            let mut times = Vec::new();
            let mut answer = 0;
            for transport in Transport::ALL {
                let (errors, bytes) = transport.errors(address, &request.body);
                assert_eq!(errors[0]["extensions"]["code"], request.code, "{}", request.name);
                answer = answer.max(bytes);
                let time = |_| {
                    let began = Instant::now();
                    transport.errors(address, &request.body);
                    began.elapsed().as_secs_f64() * 1e3
                };
                let most = (0..TIMES).map(time).fold(0.0, f64::max);
                slowest = slowest.max(most);
                times.push(format!("{most:.1} ms"));
            }
            largest = largest.max(answer);
            if resident.is_empty() {
                println!(
                    "| {} | {} | {} | {answer} | {} |",
                    request.name,
                    request.body.len(),
                    request.code,
                    times.join(" | ")
                );
            }
        }
        resident.push(resident_mib());
    }
    println!("\nthe slowest {slowest:.1} ms, the largest answer {largest} bytes");
    println!("resident {} MiB after all, {} MiB after all again", resident[0], resident[1]);
}

/// The resident memory of this process, client and server.
fn resident_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|it| it.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) / 1024
}
