//! Spans for an OpenTelemetry collector, over OTLP and HTTP, where the environment names one.
//!
//! Only with the feature `otel`. What is sent where is said by the variables that OpenTelemetry
//! defines: `OTEL_EXPORTER_OTLP_ENDPOINT`, as `http://localhost:4318`, above all; without it nothing
//! is sent. The collector is spoken to by plain HTTP, so it is one on this machine or network.

use std::{
    env,
    io::{self, Read, Write},
    net::TcpStream,
    sync::OnceLock,
    time::Duration,
};

use opentelemetry::{
    Context, SpanId, TraceFlags, TraceId,
    trace::{SpanContext, TraceContextExt, TraceState, TracerProvider},
};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::{Span, Subscriber, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, registry::LookupSpan};

const ENDPOINT: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
/// A collector that says nothing for so long is given up.
const SILENCE_MAX: Duration = Duration::from_secs(10);
const ANSWER_BYTES_MAX: u64 = 1 << 20;

static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// The layer of the log that sends spans; none where no collector is named, or it cannot be used,
/// which is told on standard error.
pub fn layer<S: Subscriber + for<'s> LookupSpan<'s>>() -> Option<impl Layer<S>> {
    ENDPOINT.iter().find_map(env::var_os)?;
    let exporter = SpanExporter::builder().with_http().with_http_client(Client).build();
    let exporter = exporter.inspect_err(|err| eprintln!("spans are not sent: {err}")).ok()?;
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name("relata").build())
        .build();
    let tracer = provider.tracer("relata");
    PROVIDER.set(provider).ok()?;
    Some(tracing_opentelemetry::layer().with_tracer(tracer))
}

/// Sends what is left. Waits for the collector.
pub fn finish() {
    if let Some(Err(err)) = PROVIDER.get().map(SdkTracerProvider::shutdown) {
        eprintln!("the last spans are not sent: {err}");
    }
}

/// The span of a request, which continues the trace of `parent`, a sound `traceparent`.
pub fn span(request_id: &str, trace_id: Option<&str>, parent: Option<&str>) -> Span {
    let span = tracing::info_span!(
        "request",
        otel.kind = "server",
        request_id,
        trace_id,
        operation_type = Empty,
        operation = Empty,
        code = Empty,
    );
    if let Some(context) = parent.and_then(remote) {
        // A span that nobody looks at has no parent either.
        let _ = span.set_parent(Context::new().with_remote_span_context(context));
    }
    span
}

fn remote(parent: &str) -> Option<SpanContext> {
    let mut parts = parent.split('-').skip(1);
    let trace = TraceId::from_hex(parts.next()?).ok()?;
    let span = SpanId::from_hex(parts.next()?).ok()?;
    let flags = TraceFlags::new(u8::from_str_radix(parts.next()?, 16).ok()?);
    Some(SpanContext::new(trace, span, flags, true, TraceState::default()))
}

/// Enough of HTTP to hand spans over.
#[derive(Debug)]
struct Client;

#[async_trait::async_trait]
impl HttpClient for Client {
    /// Waits on the thread that calls it: that of the exporter, which does nothing else.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        Ok(send(&request)?)
    }
}

fn send(request: &Request<Bytes>) -> io::Result<Response<Bytes>> {
    let uri = request.uri();
    let authority = uri.authority().map(|it| it.as_str()).unwrap_or_default();
    if uri.scheme_str() != Some("http") {
        return Err(io::Error::other(format!("`{uri}` does not begin with `http://`")));
    }
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let mut stream = TcpStream::connect((host, uri.port_u16().unwrap_or(80)))?;
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    stream.set_write_timeout(Some(SILENCE_MAX))?;
    let path = uri.path_and_query().map_or("/", |it| it.as_str());
    let mut head = format!("POST {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n");
    for (name, value) in request.headers() {
        let value = value.to_str().map_err(io::Error::other)?;
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", request.body().len()));
    stream.write_all(head.as_bytes())?;
    stream.write_all(request.body())?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer)?;
    // Of a full success there is nothing to read in the body.
    let status = answer.get(9..12).and_then(|it| str::from_utf8(it).ok()?.parse::<u16>().ok());
    let status = status.ok_or_else(|| io::Error::other("the collector does not speak HTTP"))?;
    Response::builder().status(status).body(Bytes::new()).map_err(io::Error::other)
}
