//! The `relata` command: arguments → configuration → open → work.

use std::{
    error::Error,
    fs::{self, File},
    io::{self, IsTerminal, Write},
    path::{self, Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    thread,
    time::Instant,
};

use clap::Parser;
use relata::{
    api::Api,
    config::{Command, CommandLine, Config, LogFormat},
    graph::{self, Bulk, Checked, Graph, OpenError, Options},
    io::{Backup, News, Progress, Source, export, fetch, import, import_bulk, write_backup},
    model::with_causes,
    ontology::{self, Diagnostic, Ontology},
    server,
    store::{MemoryStore, SledStore, StagedStore, Store, StoreError},
};
use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// The facts of one news article: what `--demo` shows.
const DEMO: &[u8] = include_bytes!("../data/facts.jsonl");
/// Exit status where the command line or the configuration is wrong; clap's own is the same.
const USAGE: u8 = 2;

/// Why a command did not do what it was asked to.
enum Failure {
    /// Something went wrong.
    Error(Box<dyn Error>),
    /// What was looked at has problems; each is a line of its own.
    Problems(Vec<String>),
}

type Outcome = Result<(), Failure>;

fn main() -> ExitCode {
    let config = match Config::load(CommandLine::parse()) {
        Ok(config) => config,
        Err(err) => {
            Failure::from(err).tell();
            return ExitCode::from(USAGE);
        }
    };
    start_log(&config);
    match run(&config) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads our output has seen enough.
        Err(Failure::Error(err)) if is_broken_pipe(err.as_ref()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell();
            ExitCode::FAILURE
        }
    }
}

fn run(config: &Config) -> Outcome {
    match &config.command {
        Command::Serve { demo } => serve(config, *demo),
        Command::Import { files, skip_bad } => import_files(config, files, *skip_bad),
        Command::Export(file) => export_file(config, file),
        Command::Backup { file, url } => back_up(config, file, url.as_deref()),
        Command::Restore(file) => restore(config, file),
        Command::Check => check(config),
        Command::Schema => schema(config),
    }
}

fn serve(config: &Config, demo: bool) -> Outcome {
    tracing::info!("relata {} with {config}", env!("CARGO_PKG_VERSION"));
    let store: Arc<dyn Store> = match &config.data {
        None if demo => Arc::new(MemoryStore::default()),
        _ => Arc::new(SledStore::open(folder(config)?)?),
    };
    let graph = open(&store, config)?;
    if demo {
        load_demo(&graph)?;
    }
    let snapshot = graph.snapshot();
    let counts = snapshot.counts();
    let (entities, relationships, evidence) =
        (counts.entities, counts.relationships, counts.evidence);
    tracing::info!(entities, relationships, evidence, "the graph is loaded");
    // The first who asks for a name would wait for it otherwise.
    thread::spawn(move || snapshot.warm_names());
    let api = Api::new(graph, config.limits.clone()).map_err(problems)?;
    server::serve(&api, &config.server, |address| println!("listening on {address}/"))
        .map_err(|err| unusable("listen on", Path::new(&config.server.bind), &err))?;
    tracing::info!("stopped");
    #[cfg(feature = "otel")]
    relata::telemetry::finish();
    Ok(())
}

fn load_demo(graph: &Graph) -> Outcome {
    let mut problems = Vec::new();
    let summary = import(graph, &[Source::embedded("facts.jsonl", DEMO)], true, &mut |news| {
        if let News::Bad(fault) = news {
            problems.push(fault.to_string());
        }
    })?;
    tracing::info!("the demo: {summary}");
    if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(problems)) }
}

fn import_files(config: &Config, files: &[PathBuf], skip_bad: bool) -> Outcome {
    let began = Instant::now();
    let folder = folder(config)?;
    let sources = files
        .iter()
        .map(|it| Source::open(it, folder).map_err(|err| unusable("read", it, &err)))
        .collect::<Result<Vec<_>, _>>()?;
    let staged = Arc::new(StagedStore::new(Arc::new(SledStore::open(folder)?)));
    let mut bulk = open_by(config, |it| Bulk::open(Arc::clone(&staged) as Arc<dyn Store>, it))?;
    staged.hold()?;
    let mut progress = Progress::new("reading", 0);
    let imported = import_bulk(&mut bulk, &sources, skip_bad, &mut |news| match news {
        News::Pass { name, bytes } => progress = Progress::new(name, bytes),
        News::Read { bytes, lines } => progress.add(bytes, lines),
        News::Bad(fault) => progress.say(&fault.to_string()),
    });
    progress.finish();
    let summary = imported?;
    if summary.bad > 0 && !skip_bad {
        return Err(Failure::Problems(vec![format!(
            "{} of {} lines are bad, so nothing is recorded; mend them, or leave them out with \
             --skip-bad",
            summary.bad, summary.lines
        )]));
    }
    staged.seal()?;
    // So that the next start need not read what was just written.
    let saved = bulk.checkpoint();
    let seconds = began.elapsed().as_secs_f64();
    let rate = summary.lines as f64 / seconds;
    print(&format!("{summary}; {seconds:.1} s, {rate:.0} lines/s\n"))?;
    Ok(saved?)
}

fn export_file(config: &Config, file: &Path) -> Outcome {
    let graph = open(&stored(config)?, config)?;
    let snapshot = graph.snapshot();
    let counts = snapshot.counts();
    let mut progress = Progress::new("lines", counts.entities + counts.relationships);
    let mut line_written = || progress.add(1, 1);
    if file == Path::new("-") {
        return Ok(export(&snapshot, &mut io::stdout().lock(), &mut line_written)?);
    }
    write_whole(file, &mut |out| export(&snapshot, out, &mut line_written))
        .map_err(|err| unusable("write", file, &err))?;
    progress.finish();
    print(&format!("{} entities, {} relationships\n", counts.entities, counts.relationships))
}

fn back_up(config: &Config, file: &Path, url: Option<&str>) -> Outcome {
    if let Some(url) = url {
        return keep(file, &mut |out| fetch(url, out).map_err(io::Error::other));
    }
    let graph = open(&stored(config)?, config)?;
    keep(file, &mut |out| write_backup(&graph, out).map(drop).map_err(io::Error::other))
}

/// Writes a backup to `file`, and reads it again.
fn keep(file: &Path, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> Outcome {
    if file == Path::new("-") {
        return Ok(write(&mut io::stdout().lock())?);
    }
    write_whole(file, write).map_err(|err| unusable("write", file, &err))?;
    let revision = Backup::open(file)?.revision();
    print(&format!("revision {revision} is in `{}`, and its checksum is right\n", file.display()))
}

/// Makes the folder under another name, and gives it its own when all in it is durable.
fn restore(config: &Config, file: &Path) -> Outcome {
    let folder = config.folder();
    if !is_empty(folder) {
        let message = format!("`{}` is not empty; restore into another folder", folder.display());
        return Err(Failure::Problems(vec![message]));
    }
    let mut backup = Backup::open(file)?;
    let revision = backup.revision();
    let unfinished = unfinished(folder)?;
    let failed = |err: io::Error| unusable("write", &unfinished, &err);
    if unfinished.exists() {
        // What another process is restoring is its own. What was cut short may not even open.
        if let Err(err @ StoreError::InUse { .. }) = SledStore::open(&unfinished) {
            return Err(err.into());
        }
        fs::remove_dir_all(&unfinished).map_err(failed)?;
    }
    let store = SledStore::open(&unfinished)?;
    graph::restore(&store, revision, backup.pairs()?)?;
    let Checked { snapshot, .. } = Graph::check(&store, None).map_err(unopened)?;
    drop(store);
    fs::rename(&unfinished, folder).map_err(failed)?;
    let above = unfinished.parent().expect("it is in the folder that the other is in");
    File::open(above).and_then(|it| it.sync_all()).map_err(failed)?;
    let counts = snapshot.counts();
    print(&format!(
        "revision {revision} is in `{}`: {} entities, {} relationships\n",
        folder.display(),
        counts.entities,
        counts.relationships
    ))
}

/// Writes a file such that whoever looks at it sees all of it, or what was there before.
fn write_whole(
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|it| !it.is_file()) {
        // A pipe or a device can only be written into.
        return write(&mut File::options().write(true).open(path)?);
    }
    let unfinished = path.with_added_extension("unfinished");
    let mut out = File::create(&unfinished)?;
    let written = write(&mut out).and_then(|()| out.sync_all());
    let finished = written.and_then(|()| fs::rename(&unfinished, path));
    if finished.is_err() {
        // What is left of it is in nobody's way, should this fail, too.
        let _ = fs::remove_file(&unfinished);
    }
    finished
}

fn check(config: &Config) -> Outcome {
    let ontology = ontology(config)?.map_or_else(default_ontology, Ok)?;
    let (kinds, relations) = (ontology.kinds().len(), ontology.relations().len());
    api(ontology.clone(), config)?;
    print(&format!(
        "the ontology is sound: {kinds} entity types, {relations} relationship types\n"
    ))?;
    if config.data.is_none() && !folder(config)?.exists() {
        return Ok(());
    }
    let store = stored(config)?;
    let named = config.ontology.is_some().then(|| ontology.clone());
    let checked = match Graph::check(store.as_ref(), named) {
        Err(OpenError::NoOntology) => Graph::check(store.as_ref(), Some(ontology)),
        checked => checked,
    };
    let Checked { snapshot, history_begins } = checked.map_err(unopened)?;
    let counts = snapshot.counts();
    print(&format!(
        "the graph is sound: {} entities, {} relationships, {} pieces of evidence\n",
        counts.entities, counts.relationships, counts.evidence
    ))?;
    history_begins.map_or(Ok(()), |it| print(&format!("its history begins at {it}\n")))
}

fn schema(config: &Config) -> Outcome {
    let ontology = ontology(config)?.map_or_else(default_ontology, Ok)?;
    print(&api(ontology, config)?.sdl())
}

/// The API over an empty graph.
fn api(ontology: Ontology, config: &Config) -> Result<Api, Failure> {
    let store = Arc::new(MemoryStore::default());
    let graph = Graph::open(store, Some(ontology), Options::default()).map_err(unopened)?;
    Api::new(graph, config.limits.clone()).map_err(problems)
}

/// The graph in `store`.
fn open(store: &Arc<dyn Store>, config: &Config) -> Result<Graph, Failure> {
    let options = Options { history: config.history, ..Options::default() };
    open_by(config, |it| Graph::open(Arc::clone(store), it, options))
}

/// What `open` gives under the ontology that is named, else the stored one, else the default.
fn open_by<T>(
    config: &Config,
    open: impl Fn(Option<Ontology>) -> Result<T, OpenError>,
) -> Result<T, Failure> {
    match open(ontology(config)?) {
        Err(OpenError::NoOntology) => open(Some(default_ontology()?)).map_err(unopened),
        opened => opened.map_err(unopened),
    }
}

/// The configured folder; refused where a graph was to be restored into it, and is not.
fn folder(config: &Config) -> Result<&Path, Failure> {
    let folder = config.folder();
    let unfinished = unfinished(folder)?;
    if is_empty(folder) && unfinished.is_dir() {
        let (folder, unfinished) = (folder.display(), unfinished.display());
        return Err(Failure::Problems(vec![format!(
            "the graph was not restored to its end: what there is of it is in `{unfinished}`; run \
             `relata restore` into `{folder}` again, or remove `{unfinished}` to begin without it"
        )]));
    }
    Ok(folder)
}

/// Where a graph is restored before it is in `folder`.
fn unfinished(folder: &Path) -> Result<PathBuf, Failure> {
    let whole = path::absolute(folder).map_err(|err| unusable("find", folder, &err))?;
    Ok(whole.with_added_extension("unfinished"))
}

/// Whether nothing is in a folder, or there is none.
fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).map_or(true, |mut it| it.next().is_none())
}

/// The store in the configured folder, which must be there.
fn stored(config: &Config) -> Result<Arc<dyn Store>, Failure> {
    let folder = folder(config)?;
    if !folder.is_dir() {
        let message =
            format!("there is no graph in `{}`; name its folder with --data", folder.display());
        return Err(Failure::Problems(vec![message]));
    }
    Ok(Arc::new(SledStore::open(folder)?))
}

/// The ontology that the configuration names.
fn ontology(config: &Config) -> Result<Option<Ontology>, Failure> {
    let Some(path) = &config.ontology else { return Ok(None) };
    let source = fs::read_to_string(path).map_err(|err| unusable("read", path, &err))?;
    Ontology::parse(&path.display().to_string(), &source).map(Some).map_err(problems)
}

fn default_ontology() -> Result<Ontology, Failure> {
    Ontology::parse("schema.graphql", ontology::DEFAULT_SOURCE).map_err(problems)
}

/// Writes to standard output, which may be closed.
fn print(text: &str) -> Outcome {
    Ok(io::stdout().write_all(text.as_bytes())?)
}

fn start_log(config: &Config) {
    let serves = matches!(config.command, Command::Serve { .. });
    let level = if serves { "info,actix_server=warn" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let log = fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(io::stderr);
    let log = match config.log_format {
        LogFormat::Text => log.boxed(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).boxed(),
    };
    let log = tracing_subscriber::registry().with(filter).with(log);
    #[cfg(feature = "otel")]
    let log = log.with(serves.then(relata::telemetry::layer).flatten());
    log.init();
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a thread has panicked")));
}

impl Failure {
    /// Writes every problem, or the error and what it came from, to standard error.
    fn tell(&self) {
        match self {
            Self::Problems(problems) => problems.iter().for_each(|it| eprintln!("error: {it}")),
            Self::Error(err) => {
                eprintln!("error: {err}");
                let mut source = err.source();
                while let Some(err) = source {
                    eprintln!("  because: {err}");
                    source = err.source();
                }
            }
        }
    }
}

impl<E: Error + 'static> From<E> for Failure {
    fn from(err: E) -> Self {
        Self::Error(Box::new(err))
    }
}

fn problems(diagnostics: Vec<Diagnostic>) -> Failure {
    Failure::Problems(diagnostics.into_iter().map(|it| it.to_string()).collect())
}

fn unopened(err: OpenError) -> Failure {
    match err {
        OpenError::Unfit(lines) => Failure::Problems(lines),
        OpenError::Ontology(diagnostics) => problems(diagnostics),
        err => Failure::from(err),
    }
}

fn is_broken_pipe(err: &(dyn Error + 'static)) -> bool {
    err.downcast_ref::<io::Error>().is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe)
}

fn unusable(verb: &str, path: &Path, err: &io::Error) -> Failure {
    let why = with_causes(err);
    Failure::Problems(vec![format!("cannot {verb} `{}`: {why}", path.display())])
}
