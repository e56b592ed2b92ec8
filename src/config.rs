//! One configuration: flags over `RELATA_*` over `relata.toml` over defaults.

use std::{
    env, fmt, fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::Deserialize;

use crate::{
    api::Limits,
    server::{self, Origin},
};

/// The file that is read where no other is named, if it is there.
const FILE: &str = "relata.toml";
/// The folder for commands that need one, where none is named.
const FOLDER: &str = "relata-data";
const BIND: &str = "127.0.0.1:8080";
const BODY_BYTES_MAX: usize = 1 << 20;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Longer than the default deadline of a request.
const DRAIN_SECONDS: u64 = 15;
const SLOW_QUERY_MS: u64 = 1_000;

/// What the command line says.
#[derive(Clone, Debug, Parser)]
#[command(name = "relata", version, about, max_term_width = 100)]
#[command(after_help = "Options can also be set in the environment, as RELATA_DATA for \
                        --data, and in relata.toml, as `data = \"…\"`, those of `serve` in its \
                        table [serve]. Flags win over the environment, and that over the file.")]
pub struct CommandLine {
    #[command(subcommand)]
    command: Subcommands,
    /// Configuration file [default: relata.toml, if it is there]
    #[arg(long, global = true, env = "RELATA_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Clone, Debug, Subcommand)]
enum Subcommands {
    /// Answer GraphQL over HTTP, from the graph in a folder or in memory
    Serve {
        /// Answer over the facts of one news article; in memory, unless --data is given
        #[arg(long)]
        demo: bool,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        service: Box<Service>,
    },
    /// Record the lines of files; all of them, or none
    #[command(after_help = IMPORT_HELP)]
    Import {
        /// Files to read; `-` reads standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Leave bad lines out instead of refusing everything
        #[arg(long)]
        skip_bad: bool,
        /// The form of the files
        #[arg(long, value_enum, default_value_t = Format::Jsonl)]
        format: Format,
        #[command(flatten)]
        place: Place,
    },
    /// Write the whole graph into a file
    Export {
        /// File to write; `-` writes to standard output
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The form of the file
        #[arg(long, value_enum, default_value_t = Format::Jsonl)]
        format: Format,
        #[command(flatten)]
        place: Place,
    },
    /// Write the whole graph with its history into a file, as it is at one moment
    #[command(after_help = BACKUP_HELP)]
    Backup {
        /// File to write; `-` writes to standard output
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Address of the relata that serves the graph, as `http://127.0.0.1:8080`; else the
        /// folder is opened
        #[arg(long, env = "RELATA_URL", value_name = "URL")]
        url: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Make a folder that holds what a backup does
    Restore {
        /// File to read
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Folder to make; it must not be there, or be empty [default: relata-data]
        #[arg(long, env = "RELATA_DATA", value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Check the ontology, and the stored graph against it
    Check {
        #[command(flatten)]
        place: Place,
    },
    /// Print the GraphQL schema that an ontology implies
    Schema {
        /// Ontology file; else the default one
        #[arg(long, env = "RELATA_ONTOLOGY", value_name = "FILE")]
        ontology: Option<PathBuf>,
    },
}

const IMPORT_HELP: &str = "\
One JSON object a line, blank lines aside:
  {\"kind\":\"entity\",\"id\":\"country:AZE\",\"type\":\"Country\",\"name\":\"Azerbaijan\",
   \"aliases\":[…],\"properties\":{\"iso2\":\"AZ\"}}
  {\"kind\":\"relationship\",\"type\":\"BORDERS\",\"source\":\"country:ARM\",
   \"target\":\"country:AZE\",\"validFrom\":\"1991\",\"properties\":{…},
   \"evidence\":[{\"document\":\"doc:1\",\"summary\":\"…\"}]}

An entity that is there already is updated. A relationship without an \"id\" is named by
its type, ends, validity and properties; one that is there already gains the evidence.
So the same file can be imported again. Lines may come in any order. Every bad line is
reported, and then nothing is recorded, unless --skip-bad is given.";

const BACKUP_HELP: &str = "\
A folder that is being served is in use, and cannot be opened: name the server with --url, and it
sends the backup while it goes on answering and writing. The file has a checksum, which `restore`
compares before it writes anything.";

/// How files of a graph are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object a line
    Jsonl,
}

/// Where a graph is, and what may be in it.
#[derive(Clone, Debug, Default, Args)]
struct Place {
    /// Folder of the graph [default: relata-data]
    #[arg(long, env = "RELATA_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Ontology file; else the one stored with the graph, else the default one
    #[arg(long, env = "RELATA_ONTOLOGY", value_name = "FILE")]
    ontology: Option<PathBuf>,
}

/// How a graph is served.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Service {
    /// Address and port [default: 127.0.0.1:8080]
    #[arg(long, env = "RELATA_BIND", value_name = "ADDRESS")]
    bind: Option<String>,
    /// Threads that answer [default: one for each core]
    #[arg(long, env = "RELATA_WORKERS", value_name = "N")]
    workers: Option<usize>,
    /// Form of the log [default: text]
    #[arg(long, env = "RELATA_LOG_FORMAT", value_enum, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
    /// Shortest response body that is compressed, in bytes; 0: none is [default: 2048]
    #[arg(long, env = "RELATA_COMPRESS_BYTES_MIN", value_name = "N")]
    compress_bytes_min: Option<usize>,
    /// Origin of pages that may ask, as `https://example.org`, beside our own; `*`: any, without
    /// credentials. May be repeated
    #[arg(long, env = "RELATA_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    cors_origin: Vec<Origin>,
    /// Time after SIGTERM in which /health/ready says so and all is still answered, in seconds
    /// [default: 0]
    #[arg(long, env = "RELATA_NOTICE_SECONDS", value_name = "N")]
    notice_seconds: Option<u64>,
    /// Time for connections to end after that, in seconds [default: 15]
    #[arg(long, env = "RELATA_DRAIN_SECONDS", value_name = "N")]
    drain_seconds: Option<u64>,
    /// Time after which an operation is told in the log, in milliseconds; 0: never [default: 1000]
    #[arg(long, env = "RELATA_SLOW_QUERY_MS", value_name = "N")]
    slow_query_ms: Option<u64>,
    /// Longest request body in bytes [default: 1048576]
    #[arg(long, env = "RELATA_BODY_BYTES_MAX", value_name = "N")]
    body_bytes_max: Option<usize>,
    /// Longest document in bytes [default: 65536]
    #[arg(long, env = "RELATA_DOCUMENT_BYTES_MAX", value_name = "N")]
    document_bytes_max: Option<usize>,
    /// Most tokens of a document [default: 4000]
    #[arg(long, env = "RELATA_TOKENS_MAX", value_name = "N")]
    tokens_max: Option<usize>,
    /// Most fields after fragments are spread [default: 2000]
    #[arg(long, env = "RELATA_FIELDS_MAX", value_name = "N")]
    fields_max: Option<usize>,
    /// Most levels of fields [default: 15]
    #[arg(long, env = "RELATA_DEPTH_MAX", value_name = "N")]
    depth_max: Option<usize>,
    /// Most aliases [default: 50]
    #[arg(long, env = "RELATA_ALIASES_MAX", value_name = "N")]
    aliases_max: Option<usize>,
    /// Most that an operation may cost [default: 20000]
    #[arg(long, env = "RELATA_COST_MAX", value_name = "N")]
    cost_max: Option<u64>,
    /// Most rows on a page [default: 1000]
    #[arg(long, env = "RELATA_PAGE_MAX", value_name = "N")]
    page_max: Option<u32>,
    /// Most relationships that the walks of a request look at [default: 1000000]
    #[arg(long, env = "RELATA_EXPANSIONS_MAX", value_name = "N")]
    expansions_max: Option<u64>,
    /// Longest time for a request, in milliseconds [default: 10000]
    #[arg(long, env = "RELATA_DEADLINE_MS", value_name = "N")]
    deadline_ms: Option<u64>,
    /// Days that `knownAt` looks back; older commits are forgotten [default: all are kept]
    #[arg(long, env = "RELATA_HISTORY", value_name = "DAYS")]
    history: Option<u32>,
    /// Whether introspection is answered and errors suggest names [default: true]
    #[arg(long, env = "RELATA_INTROSPECTION", value_name = "BOOL")]
    introspection: Option<bool>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

/// What is to be done, and with what.
#[derive(Clone, Debug)]
pub struct Config {
    /// What is to be done.
    pub command: Command,
    /// The folder of the graph, where one is named.
    pub data: Option<PathBuf>,
    /// The file of the ontology, where one is named.
    pub ontology: Option<PathBuf>,
    /// How the log is written.
    pub log_format: LogFormat,
    /// How a graph is served.
    pub server: server::Options,
    /// How far `knownAt` may look back; absent: to the beginning.
    pub history: Option<Duration>,
    /// How much a request may ask for.
    pub limits: Limits,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Command {
    /// Answer requests.
    Serve {
        /// Over the facts of an article.
        demo: bool,
    },
    /// Record the lines of files.
    Import {
        /// The files; `-` is standard input.
        files: Vec<PathBuf>,
        /// Leave bad lines out.
        skip_bad: bool,
    },
    /// Write the graph into a file; `-` is standard output.
    Export(PathBuf),
    /// Write the graph with its history into a file; `-` is standard output.
    Backup {
        /// The file.
        file: PathBuf,
        /// The server to ask for it, where there is one.
        url: Option<String>,
    },
    /// Make the folder of a graph from such a file.
    Restore(PathBuf),
    /// Check the ontology and the graph.
    Check,
    /// Print the schema of the API.
    Schema,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration in `{file}`")]
    Read {
        /// Its name.
        file: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file does not say what it should.
    #[error("`{file}` is no configuration")]
    Parse {
        /// Its name.
        file: String,
        /// What is wrong, and where.
        #[source]
        source: toml::de::Error,
    },
}

/// What `relata.toml` may say: the long names of the flags, with `_` for `-`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    data: Option<PathBuf>,
    ontology: Option<PathBuf>,
    serve: Service,
}

impl Config {
    /// The configuration that the command line, the environment and the file make together.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or says something else.
    pub fn load(line: CommandLine) -> Result<Self, ConfigError> {
        let file = match &line.config {
            Some(path) => Settings::read(path)?,
            None if Path::new(FILE).exists() => Settings::read(Path::new(FILE))?,
            None => Settings::default(),
        };
        let (command, place, service) = line.command.split();
        let service = service.or(file.serve);
        let data = place.data.or(file.data);
        Ok(Self {
            command,
            ontology: place.ontology.or(file.ontology),
            log_format: service.log_format.unwrap_or_default(),
            server: service.server(data.as_deref()),
            history: service.history.map(|days| DAY.saturating_mul(days)),
            limits: service.limits(),
            data,
        })
    }

    /// The folder of the graph, for commands that need one.
    pub fn folder(&self) -> &Path {
        self.data.as_deref().unwrap_or(Path::new(FOLDER))
    }
}

impl Subcommands {
    fn split(self) -> (Command, Place, Service) {
        let service = Service::default();
        match self {
            Self::Serve { demo, place, service } => (Command::Serve { demo }, place, *service),
            Self::Import { files, skip_bad, format: Format::Jsonl, place } => {
                (Command::Import { files, skip_bad }, place, service)
            }
            Self::Export { file, format: Format::Jsonl, place } => {
                (Command::Export(file), place, service)
            }
            Self::Backup { file, url, place } => (Command::Backup { file, url }, place, service),
            Self::Restore { file, data } => {
                (Command::Restore(file), Place { data, ontology: None }, service)
            }
            Self::Check { place } => (Command::Check, place, service),
            Self::Schema { ontology } => (Command::Schema, Place { data: None, ontology }, service),
        }
    }
}

impl Settings {
    fn read(path: &Path) -> Result<Self, ConfigError> {
        let file = path.display().to_string();
        match fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text).map_err(|source| ConfigError::Parse { file, source }),
            Err(source) => Err(ConfigError::Read { file, source }),
        }
    }
}

impl Service {
    /// These settings, and those of `other` where they say nothing.
    fn or(self, other: Self) -> Self {
        Self {
            bind: self.bind.or(other.bind),
            workers: self.workers.or(other.workers),
            log_format: self.log_format.or(other.log_format),
            compress_bytes_min: self.compress_bytes_min.or(other.compress_bytes_min),
            cors_origin: [self.cors_origin, other.cors_origin]
                .into_iter()
                .find(|it| !it.is_empty())
                .unwrap_or_default(),
            notice_seconds: self.notice_seconds.or(other.notice_seconds),
            drain_seconds: self.drain_seconds.or(other.drain_seconds),
            slow_query_ms: self.slow_query_ms.or(other.slow_query_ms),
            body_bytes_max: self.body_bytes_max.or(other.body_bytes_max),
            document_bytes_max: self.document_bytes_max.or(other.document_bytes_max),
            tokens_max: self.tokens_max.or(other.tokens_max),
            fields_max: self.fields_max.or(other.fields_max),
            depth_max: self.depth_max.or(other.depth_max),
            aliases_max: self.aliases_max.or(other.aliases_max),
            cost_max: self.cost_max.or(other.cost_max),
            page_max: self.page_max.or(other.page_max),
            expansions_max: self.expansions_max.or(other.expansions_max),
            deadline_ms: self.deadline_ms.or(other.deadline_ms),
            history: self.history.or(other.history),
            introspection: self.introspection.or(other.introspection),
        }
    }

    fn server(&self, data: Option<&Path>) -> server::Options {
        let mut settings = server::Settings::new(
            self.body_bytes_max.unwrap_or(BODY_BYTES_MAX),
            data.map_or_else(env::temp_dir, Path::to_owned),
        );
        settings.slow_query = Some(self.slow_query_ms.unwrap_or(SLOW_QUERY_MS))
            .filter(|it| *it > 0)
            .map(Duration::from_millis);
        if let Some(bytes) = self.compress_bytes_min {
            settings.compress_bytes_min = bytes;
        }
        settings.origins = self.cors_origin.clone().into();
        server::Options {
            bind: self.bind.clone().unwrap_or_else(|| BIND.to_owned()),
            workers: self.workers,
            notice: Duration::from_secs(self.notice_seconds.unwrap_or(0)),
            drain: Duration::from_secs(self.drain_seconds.unwrap_or(DRAIN_SECONDS)),
            settings,
        }
    }

    fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            document_bytes_max: self.document_bytes_max.unwrap_or(default.document_bytes_max),
            tokens_max: self.tokens_max.unwrap_or(default.tokens_max),
            fields_max: self.fields_max.unwrap_or(default.fields_max),
            depth_max: self.depth_max.unwrap_or(default.depth_max),
            aliases_max: self.aliases_max.unwrap_or(default.aliases_max),
            cost_max: self.cost_max.unwrap_or(default.cost_max),
            page_max: self.page_max.unwrap_or(default.page_max),
            expansions_max: self.expansions_max.unwrap_or(default.expansions_max),
            deadline: self.deadline_ms.map_or(default.deadline, Duration::from_millis),
            introspection: self.introspection.unwrap_or(default.introspection),
        }
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.command, &self.data) {
            (Command::Serve { demo: true }, None) => write!(f, "data=memory ")?,
            _ => write!(f, "data={} ", self.folder().display())?,
        }
        match &self.ontology {
            Some(file) => write!(f, "ontology={} ", file.display())?,
            None => write!(f, "ontology=stored or default ")?,
        }
        let server::Options { bind, workers, notice, drain, settings } = &self.server;
        write!(f, "bind={bind} body_bytes_max={} ", settings.body_bytes_max)?;
        match workers {
            Some(workers) => write!(f, "workers={workers} ")?,
            None => write!(f, "workers=cores ")?,
        }
        let origins: Vec<_> = settings.origins.iter().map(Origin::text).collect();
        write!(f, "cors_origin=[{}] ", origins.join(" "))?;
        write!(f, "compress_bytes_min={} ", settings.compress_bytes_min)?;
        let slow_ms = settings.slow_query.map_or(0, |it| it.as_millis());
        write!(f, "notice_seconds={} ", notice.as_secs())?;
        write!(f, "drain_seconds={} slow_query_ms={slow_ms} ", drain.as_secs())?;
        let it = &self.limits;
        write!(f, "document_bytes_max={} tokens_max={} ", it.document_bytes_max, it.tokens_max)?;
        write!(f, "fields_max={} depth_max={} ", it.fields_max, it.depth_max)?;
        write!(f, "aliases_max={} cost_max={} ", it.aliases_max, it.cost_max)?;
        write!(f, "page_max={} expansions_max={} ", it.page_max, it.expansions_max)?;
        write!(f, "deadline_ms={} introspection={} ", it.deadline.as_millis(), it.introspection)?;
        match self.history {
            Some(time) => write!(f, "history={}", time.as_secs() / DAY.as_secs()),
            None => write!(f, "history=all"),
        }
    }
}
