//! `POST /import`: lines of any number into the graph, while it is served.

use std::io::{self, Read};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{self, Bytes, Data, Payload, Query},
};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::{body::next, refusal::Refusal, settings::Settings};
use crate::{
    api::Api,
    graph::{Graph, WriteError},
    io::{Fault, ImportError, News, Source, Summary, import as import_into, rehearse},
    model::with_causes,
};

/// Parts of a body that are read ahead of the disk.
const READ_AHEAD_MAX: usize = 16;
/// Bad lines that a report names; the rest are counted.
const FAULTS_MAX: usize = 1_000;
const MEDIA: [&str; 2] = ["application/x-ndjson", "application/jsonl"];

/// How an import is wanted.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Wanted {
    /// Leave bad lines out instead of refusing everything.
    #[serde(default)]
    skip_bad: bool,
}

/// What is told of an import.
struct Report {
    summary: Summary,
    faults: Vec<Fault>,
    fault_count: usize,
}

/// Takes the lines of the body, and tells what became of them.
///
/// The body is kept on disk until it is read twice, because lines may come in any order. Without
/// `skipBad` it is rehearsed first, so that nothing is recorded where a line is bad.
pub(super) async fn import(
    api: Data<Api>,
    settings: Data<Settings>,
    request: HttpRequest,
    wanted: Result<Query<Wanted>, actix_web::Error>,
    body: Payload,
) -> HttpResponse {
    let outcome = async {
        let wanted = wanted.map_err(|err| Refusal::bad(format!("the query string: {err}")))?.0;
        if !is_lines(&request) {
            let message = format!("send `Content-Type: {}`, one JSON object a line", MEDIA[0]);
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        let (parts, received) = mpsc::channel(READ_AHEAD_MAX);
        let work = web::block(move || record(&api, &settings, wanted, Parts::new(received)));
        copy(body, parts).await;
        work.await.unwrap_or_else(|_| Err(Refusal::internal()))
    };
    match outcome.await {
        Ok((status, report)) => HttpResponse::build(status).json(report),
        Err(refusal) => refusal.respond_json(),
    }
}

fn is_lines(request: &HttpRequest) -> bool {
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let media = media.and_then(|it| it.split(';').next()).unwrap_or_default().trim();
    MEDIA.iter().any(|it| it.eq_ignore_ascii_case(media))
}

/// Hands the parts of a body on as they come.
async fn copy(mut body: Payload, parts: Sender<io::Result<Bytes>>) {
    while let Some(part) = next(&mut body).await {
        let part = part.map_err(|err| io::Error::other(err.to_string()));
        if parts.send(part).await.is_err() {
            return;
        }
    }
}

fn record(
    api: &Api,
    settings: &Settings,
    wanted: Wanted,
    mut parts: Parts,
) -> Result<(StatusCode, Json), Refusal> {
    let body = Source::spooled("body", &mut parts, &settings.spool)
        .map_err(|err| Refusal::bad(format!("the body cannot be read: {err}")))?;
    let (graph, sources) = (api.graph(), [body]);
    if !wanted.skip_bad {
        let report = Report::of(|watch| rehearse(&graph.snapshot(), &sources, watch))?;
        if report.summary.bad > 0 {
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, report.json("NONE", graph)));
        }
    }
    let report = Report::of(|watch| import_into(graph, &sources, wanted.skip_bad, watch))?;
    Ok(match report.summary.bad {
        0 => (StatusCode::OK, report.json("ALL", graph)),
        _ if wanted.skip_bad => (StatusCode::OK, report.json("SOME", graph)),
        // Others have written since the rehearsal.
        _ => (StatusCode::UNPROCESSABLE_ENTITY, report.json("SOME", graph)),
    })
}

impl Report {
    fn of(
        work: impl FnOnce(&mut dyn FnMut(News<'_>)) -> Result<Summary, ImportError>,
    ) -> Result<Self, Refusal> {
        let (mut faults, mut fault_count) = (Vec::new(), 0);
        let summary = work(&mut |news| {
            if let News::Bad(fault) = news {
                fault_count += 1;
                if faults.len() < FAULTS_MAX {
                    faults.push(fault.clone());
                }
            }
        });
        let summary = summary.map_err(|it| refused(&it))?;
        Ok(Self { summary, faults, fault_count })
    }

    fn json(&self, recorded: &str, graph: &Graph) -> Json {
        let Summary { lines, bad, entities_created, entities_updated, .. } = self.summary;
        let Summary { relationships_created, relationships_updated, evidence_created, .. } =
            self.summary;
        let fault = |it: &Fault| json!({ "line": it.line, "reason": it.reason });
        json!({
            "recorded": recorded,
            "revision": graph.snapshot().revision().to_string(),
            "lines": lines,
            "bad": bad,
            "entitiesCreated": entities_created,
            "entitiesUpdated": entities_updated,
            "relationshipsCreated": relationships_created,
            "relationshipsUpdated": relationships_updated,
            "evidenceCreated": evidence_created,
            "faults": self.faults.iter().map(fault).collect::<Vec<_>>(),
            "faultsLeftOut": self.fault_count - self.faults.len(),
        })
    }
}

fn refused(error: &ImportError) -> Refusal {
    match error {
        ImportError::Write(WriteError::ReadOnly(reason)) => Refusal::read_only(reason),
        ImportError::Write(WriteError::Store(_)) => Refusal::read_only("the store failed"),
        error => {
            tracing::error!(error = with_causes(error), "an import has failed");
            Refusal::internal()
        }
    }
}

/// The parts of a body, as what a thread that may wait reads.
struct Parts {
    received: Receiver<io::Result<Bytes>>,
    part: Bytes,
}

impl Parts {
    fn new(received: Receiver<io::Result<Bytes>>) -> Self {
        Self { received, part: Bytes::new() }
    }
}

impl Read for Parts {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            match self.received.blocking_recv() {
                Some(part) => self.part = part?,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.part.len());
        buffer[..count].copy_from_slice(&self.part.split_to(count));
        Ok(count)
    }
}
