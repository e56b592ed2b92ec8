//! How far a long piece of work is, for whoever waits at a terminal.

use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// A bar with rate and remaining time on a terminal; else a line every few seconds. On standard
/// error.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    began: Instant,
    told: Instant,
    records: u64,
}

impl Progress {
    /// Nothing done yet of `total` bytes of `what`.
    pub fn new(what: &'static str, total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(5));
        let style = "{prefix:13} {wide_bar} {percent:>3} % {msg}, {eta} left";
        bar.set_style(ProgressStyle::with_template(style).expect("the template is a constant"));
        bar.set_prefix(what);
        let now = Instant::now();
        Self { bar, began: now, told: now, records: 0 }
    }

    /// Some more bytes and records are done.
    pub fn add(&mut self, bytes: u64, records: u64) {
        self.records += records;
        self.bar.inc(bytes);
        if !self.bar.is_hidden() {
            self.bar.set_message(format!("{} at {}/s", HumanCount(self.records), self.rate()));
        } else if self.told.elapsed() >= LINE_EVERY {
            self.told = Instant::now();
            eprintln!("{}", self.line());
        }
    }

    /// Writes a line without disturbing the bar.
    pub fn say(&self, line: &str) {
        self.bar.suspend(|| eprintln!("{line}"));
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn rate(&self) -> HumanCount {
        let seconds = self.began.elapsed().as_secs_f64().max(1e-3);
        HumanCount((self.records as f64 / seconds) as u64)
    }

    fn line(&self) -> String {
        let total = self.bar.length().unwrap_or(0).max(1);
        let percent = self.bar.position().min(total) * 100 / total;
        let left = HumanDuration(self.bar.eta());
        let count = HumanCount(self.records);
        format!("{}: {percent} %, {count} at {}/s, {left} left", self.bar.prefix(), self.rate())
    }
}
