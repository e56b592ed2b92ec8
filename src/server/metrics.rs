//! `GET /metrics`: all that is counted, in the text format of Prometheus.

use std::{
    fmt::{Display, Write},
    fs,
    time::{Duration, UNIX_EPOCH},
};

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, Data},
};

use super::{
    closing::Closing,
    meters::{Meters, OPERATIONS},
    settings::Settings,
};
use crate::{
    api::{Api, CacheCounters, Code},
    graph::{Graph, State},
    model::{Distribution, Histogram},
};

const MEDIA: &str = "text/plain; version=0.0.4; charset=utf-8";
/// What a request came to that had no error.
const OK: &str = "OK";
const UNKNOWN: &str = "unknown";

/// Tells what was counted so far. Counting the bytes of a large graph takes a moment, so it is done
/// where nobody waits.
pub(super) async fn metrics(api: Data<Api>, settings: Data<Settings>) -> HttpResponse {
    match web::block(move || text(&api, &settings.meters)).await {
        Ok(text) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, MEDIA))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

fn text(api: &Api, meters: &Meters) -> String {
    let mut page = Page(String::with_capacity(16 * 1024));
    page.requests(meters);
    page.cache(api.cache_counters());
    page.writer(api.graph());
    page.graph(api.graph());
    page.process(meters);
    page.0
}

/// A page of metrics, as it is written.
struct Page(String);

impl Page {
    fn requests(&mut self, meters: &Meters) {
        self.head("relata_requests_total", "counter", "Operations by type and code of first error");
        let codes = || std::iter::once(OK).chain(Code::ALL.into_iter().map(Code::name));
        for (operation, counters) in operations().zip(&meters.requests) {
            for (code, counter) in codes().zip(counters) {
                let labels = format!("operation=\"{operation}\",code=\"{code}\"");
                self.sample("relata_requests_total", &labels, counter.total());
            }
        }
        let name = "relata_request_duration_seconds";
        self.head(name, "histogram", "Time from the request to its answer");
        for (operation, durations) in operations().zip(&meters.durations) {
            self.durations(name, &format!("operation=\"{operation}\""), durations);
        }
        let handed = meters.handed_over.total();
        self.counter("relata_handed_over_total", "Walks handed to the blocking pool", handed);
        let events = meters.events.total();
        self.counter("relata_events_total", "Changes told to subscriptions", events);
        let open = meters.subscriptions.level();
        self.gauge("relata_subscriptions_open", "Subscriptions that are followed", open);
        let open = meters.sockets.level();
        self.gauge("relata_websockets_open", "WebSockets that are connected", open);
        let name = "relata_websockets_closed_total";
        self.head(name, "counter", "WebSockets that the server has closed, by close code");
        for (closing, counter) in Closing::ALL.into_iter().zip(&meters.closings) {
            self.sample(name, &format!("code=\"{}\"", closing.code()), counter.total());
        }
    }

    fn cache(&mut self, counters: CacheCounters) {
        let CacheCounters { hits, misses, evictions, entries } = counters;
        self.counter("relata_plan_cache_hits_total", "Documents that had a plan", hits);
        self.counter("relata_plan_cache_misses_total", "Documents that had none", misses);
        self.counter("relata_plan_cache_evictions_total", "Plans that made room", evictions);
        self.gauge("relata_plan_cache_entries", "Documents that have a plan", entries);
    }

    fn writer(&mut self, graph: &Graph) {
        let (meter, (waiting, max)) = (graph.meter(), graph.queued());
        self.gauge("relata_writer_queue_length", "Drafts that wait for the writer", waiting);
        self.gauge("relata_writer_queue_capacity", "Drafts that may wait for it", max);
        self.counter("relata_commits_total", "Commits made durable", meter.commits.total());
        let failures = meter.failures.total();
        self.counter("relata_write_failures_total", "Writes that the store refused", failures);
        let name = "relata_commit_group_size";
        self.head(name, "histogram", "Commits that shared one write");
        self.distribution(name, "", &meter.group_sizes.distribution(), |it| it as f64);
        for (name, what, durations) in [
            ("relata_commit_write_seconds", "Time to write a group of commits", &meter.writes),
            ("relata_checkpoint_seconds", "Time to write a checkpoint", &meter.checkpoints),
            ("relata_rebuild_seconds", "Time to pack the graph anew", &meter.rebuilds),
        ] {
            self.head(name, "histogram", what);
            self.durations(name, "", durations);
        }
        if let Some(syncs) = graph.syncs() {
            let name = "relata_store_sync_seconds";
            self.head(name, "histogram", "Time to make a write durable: flush and fsync");
            self.durations(name, "", syncs);
        }
        let writable = u8::from(graph.state() == State::Writable);
        self.gauge("relata_writable", "Whether the graph takes writes", writable);
    }

    fn graph(&mut self, graph: &Graph) {
        let snapshot = graph.snapshot();
        let counts = snapshot.counts();
        self.gauge("relata_entities", "Entities", counts.entities);
        self.gauge("relata_relationships", "Relationships", counts.relationships);
        self.gauge("relata_evidence", "Pieces of evidence", counts.evidence);
        self.gauge("relata_revision", "Number of commits so far", snapshot.revision());
        let bytes = snapshot.memory_bytes();
        self.gauge("relata_graph_bytes", "Memory of the packed graph, by its own count", bytes);
    }

    fn process(&mut self, meters: &Meters) {
        if let Some(bytes) = resident_bytes() {
            self.gauge("process_resident_memory_bytes", "Resident memory", bytes);
        }
        let (began, since) = meters.since;
        let start = since.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs_f64();
        self.gauge("process_start_time_seconds", "Start, in seconds since 1970", start);
        self.gauge("relata_uptime_seconds", "Time since start", began.elapsed().as_secs_f64());
        self.head("relata_build_info", "gauge", "What is running; always 1");
        let version = env!("CARGO_PKG_VERSION");
        let debug = cfg!(debug_assertions);
        let labels = format!("version=\"{version}\",debug=\"{debug}\"");
        self.sample("relata_build_info", &labels, 1);
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.head(name, "counter", help);
        self.sample(name, "", value);
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, "gauge", help);
        self.sample(name, "", value);
    }

    fn durations(&mut self, name: &str, labels: &str, durations: &Histogram) {
        self.distribution(name, labels, &durations.distribution(), |micros| micros as f64 / 1e6);
    }

    fn distribution(
        &mut self,
        name: &str,
        labels: &str,
        distribution: &Distribution,
        unit: fn(u64) -> f64,
    ) {
        let Distribution { up_to, count, sum } = distribution;
        let comma = if labels.is_empty() { "" } else { "," };
        let bucket = format!("{name}_bucket");
        for (bound, count) in up_to {
            self.sample(&bucket, &format!("{labels}{comma}le=\"{}\"", unit(*bound)), count);
        }
        self.sample(&bucket, &format!("{labels}{comma}le=\"+Inf\""), count);
        self.sample(&format!("{name}_sum"), labels, unit(*sum));
        self.sample(&format!("{name}_count"), labels, count);
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) {
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}"));
    }

    fn sample(&mut self, name: &str, labels: &str, value: impl Display) {
        match labels {
            "" => self.line(format_args!("{name} {value}")),
            _ => self.line(format_args!("{name}{{{labels}}} {value}")),
        }
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.0, "{line}").expect("memory takes what is written");
    }
}

fn operations() -> impl Iterator<Item = &'static str> {
    OPERATIONS.into_iter().map(|it| it.map_or(UNKNOWN, |it| it.name()))
}

/// The resident memory of this process, where the system tells it as Linux does.
fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}
