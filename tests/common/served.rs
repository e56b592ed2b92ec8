//! `relata serve` as a process of its own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

/// The command in `folder`, with nothing set in the environment.
pub(crate) fn relata(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relata"));
    command.current_dir(folder).env_remove("RUST_LOG");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RELATA_")) {
        command.env_remove(name);
    }
    command
}

/// A server on a free port, stopped when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    _out: BufReader<std::process::ChildStdout>,
}

impl Server {
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        Self::start_as(relata(folder), arguments)
    }

    /// Starts it by `command`, which has no arguments yet.
    pub(crate) fn start_as(mut command: Command, arguments: &[&str]) -> Self {
        let mut child = command
            .args(["serve", "--bind", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| {
            let mut err = String::new();
            child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
            panic!("{line}{err}");
        });
        Self { address: address.trim_end_matches('/').to_owned(), child, _out: out }
    }

    pub(crate) fn ask(&self, document: &str) -> String {
        let body = serde_json::json!({ "query": document }).to_string();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// Sends a signal and gives how the server ended, and its log.
    pub(crate) fn stop(self, signal: &str) -> (Option<i32>, String) {
        self.signal(signal);
        self.ended()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Waits for the server to end, and gives how it did, and its log.
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        let mut err = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap().code(), err)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where all went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
