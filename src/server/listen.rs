//! The socket: listening, and stopping without breaking off.

use std::{io, time::Duration};

use actix_web::{HttpServer, rt::System};
use tokio::{select, signal, sync::watch, time::sleep};

use super::{Settings, app::app, settings::Phase};
use crate::api::Api;

/// Requests that a worker may execute at a time; more wait.
const EXECUTIONS_MAX: usize = 16;

/// How a graph is served.
#[derive(Clone, Debug)]
pub struct Options {
    /// Address and port; port 0 takes any that is free.
    pub bind: String,
    /// Threads that serve connections; absent: one for each core.
    pub workers: Option<usize>,
    /// How long the server still takes connections after a signal, while it tells those who watch
    /// over it to send them elsewhere.
    pub notice: Duration,
    /// How long connections may take to end after a signal, before they are broken off.
    pub drain: Duration,
    /// What all workers share.
    pub settings: Settings,
}

/// Serves `api` until the process is told to stop by SIGTERM or SIGINT; then takes no more
/// connections, and returns when those it has are done, or when the time for that is up.
///
/// Calls `bound` with each address that it listens on.
///
/// # Errors
///
/// Where the address cannot be listened on.
pub fn serve(api: &Api, options: &Options, mut bound: impl FnMut(&str)) -> io::Result<()> {
    System::new().block_on(async {
        let api = api.clone();
        let (phases, phase) = watch::channel(Phase::Serves);
        let notice = options.notice;
        let settings = Settings { phase, ..options.settings.clone() };
        let mut server = HttpServer::new(move || app(api.clone(), settings.clone()))
            // Else a client that has gone away is noticed only when its answer is written.
            .h1_allow_half_closed(false)
            .worker_max_blocking_threads(EXECUTIONS_MAX)
            .shutdown_timeout(options.drain.as_secs())
            .disable_signals()
            .bind(&options.bind)?;
        if let Some(workers) = options.workers {
            server = server.workers(workers);
        }
        for address in server.addrs() {
            bound(&format!("http://{address}"));
        }
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(async move {
            let signal = stop_signal().await;
            tracing::info!(signal, "stopping");
            phases.send_replace(Phase::Leaves);
            sleep(notice).await;
            // Whoever follows changes would do so for ever.
            phases.send_replace(Phase::Stops);
            handle.stop(true).await;
        });
        server.await
    })
}

/// Waits for a signal that asks the process to stop, and gives its name.
#[cfg(unix)]
async fn stop_signal() -> &'static str {
    let mut terminate = match signal::unix::signal(signal::unix::SignalKind::terminate()) {
        Ok(it) => it,
        Err(err) => {
            tracing::warn!(%err, "SIGTERM stops the process at once");
            return interrupt().await;
        }
    };
    select! {
        _ = terminate.recv() => "SIGTERM",
        name = interrupt() => name,
    }
}

/// Waits for a signal that asks the process to stop, and gives its name.
#[cfg(not(unix))]
async fn stop_signal() -> &'static str {
    interrupt().await
}

async fn interrupt() -> &'static str {
    if let Err(err) = signal::ctrl_c().await {
        tracing::warn!(%err, "SIGINT stops the process at once");
        std::future::pending::<()>().await;
    }
    "SIGINT"
}
