//! What the store on sled does beyond the contract: one process at a time, kills, damage, limits.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fs, hint,
    io::{self, BufRead, BufReader, Write},
    iter,
    path::{Path, PathBuf},
    process::{self, Child, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;
use relata::{
    model::Revision,
    store::{Batch, KEY_BYTES_MAX, SledStore, Store, StoreError, VALUE_BYTES_MAX},
};
use tempfile::TempDir;

/// Tells this program that it is the other process of one of its tests, and the folder to write.
const CHILD: &str = "RELATA_TEST_CHILD";

/// How many keys of its own a numbered batch of the child has.
const BATCH_KEYS: u64 = 6;

#[test]
fn folders_are_made_where_they_are_missing() {
    let folder = TempDir::new().unwrap();
    let nested = folder.path().join("a/b/c");
    commit_next(&SledStore::open(&nested).unwrap());
    assert_eq!(SledStore::open(&nested).unwrap().head().unwrap(), Revision(1));
}

#[test]
fn a_second_process_is_told_who_has_the_folder() {
    let folder = TempDir::new().unwrap();
    let mut child = Writer::start(folder.path());
    child.read_until("acknowledged 1");
    let refused = SledStore::open(folder.path()).unwrap_err();
    let StoreError::InUse { pid, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!(*pid, Some(child.process.id()));
    let folder_name = folder.path().display();
    let pid = child.process.id();
    assert_eq!(
        refused.to_string(),
        format!(
            "`{folder_name}` is in use by another process ({pid}); stop it, or use another folder"
        )
    );
    child.kill();
    SledStore::open(folder.path()).unwrap();
}

#[test]
fn a_store_may_be_opened_again_as_soon_as_it_is_dropped() {
    let folder = TempDir::new().unwrap();
    for head in 0..100 {
        let store = SledStore::open(folder.path()).unwrap();
        assert_eq!(store.head().unwrap(), Revision(head));
        commit_next(&store);
    }
}

#[test]
fn a_leftover_of_an_interrupted_open_does_not_stop_the_next() {
    let folder = TempDir::new().unwrap();
    let sled = folder.path().join("sled");
    let leftovers = || {
        let names = fs::read_dir(&sled).unwrap().map(|it| it.unwrap().file_name());
        names.filter(|it| it.to_string_lossy().ends_with(".generating")).count()
    };
    for head in 0..4 {
        let store = SledStore::open(folder.path()).unwrap();
        assert_eq!((store.head().unwrap(), leftovers()), (Revision(head), 0));
        commit_next(&store);
        drop(store);
        let leftover = sled.join("snap.FFFFFFFFFFFFFFFF.generating");
        fs::write(&leftover, &b"half a snapshot"[..5 * head as usize]).unwrap();
    }
}

#[test]
fn an_interrupted_creation_does_not_stop_the_next() {
    let folder = TempDir::new().unwrap();
    let unfinished = folder.path().join("sled.unfinished");
    fs::create_dir(&unfinished).unwrap();
    fs::write(unfinished.join("conf"), "segment_size: 8388608\nuse_compr").unwrap();
    commit_next(&SledStore::open(folder.path()).unwrap());
    assert!(!unfinished.exists());
}

/// sled never syncs the files in `blobs/`, so nothing may ever go there.
#[test]
fn no_page_is_so_large_that_sled_moves_it_to_a_file_of_its_own() {
    let folder = TempDir::new().unwrap();
    let mut rng = Rng::with_seed(1);
    let mut store = SledStore::open(folder.path()).unwrap();
    let key = |n: u16| [&n.to_be_bytes()[..], &[b'k'; KEY_BYTES_MAX - 2]].concat();
    for round in 0..30 {
        let mut batch = Batch::default();
        for _ in 0..40 {
            let key = key(rng.u16(..100));
            // Deletes make pages merge, and merged pages are the largest.
            match rng.bool() {
                true => batch.put(key, vec![round; VALUE_BYTES_MAX]),
                false => batch.delete(key),
            }
        }
        store.write(&batch).unwrap();
        if round % 10 == 9 {
            drop(store);
            store = SledStore::open(folder.path()).unwrap();
        }
    }
    assert_eq!(fs::read_dir(folder.path().join("sled/blobs")).unwrap().count(), 0);
}

#[test]
fn folders_that_cannot_be_used_are_refused_with_the_reason() {
    check("a file", |it| fs::write(it, ""), "create the folder `FOLDER`: File exists");
    check(
        "below a file",
        |it| fs::write(it.parent().unwrap(), ""),
        "create the folder `ABOVE`: File exists",
    );
    check(
        "the lock is a folder",
        |it| fs::create_dir_all(it.join("lock")),
        "lock `FOLDER/lock`: Is a directory",
    );
    check(
        "a sled database of someone else",
        |it| sled::open(it).map(drop).map_err(io::Error::other),
        "`FOLDER` holds a database that is not relata's; use another folder",
    );
    check(
        "the same where relata's would be",
        |it| sled::open(it.join("sled")).map(drop).map_err(io::Error::other),
        "`FOLDER` holds a database that is not relata's; use another folder",
    );
    check(
        "relata's own, a level too deep",
        |it| {
            let above = it.parent().unwrap();
            SledStore::open(above).unwrap();
            fs::rename(above.join("sled"), it)?;
            fs::remove_file(it.join("format"))
        },
        "`FOLDER` holds a database that is not relata's; use another folder",
    );
    check(
        "a newer format",
        |it| {
            SledStore::open(it).unwrap();
            fs::write(it.join("sled/format"), "2\n")
        },
        "the store has format 2, and this relata reads up to 1; use a newer relata",
    );
    check(
        "an illegible format",
        |it| {
            SledStore::open(it).unwrap();
            fs::write(it.join("sled/format"), "one\n")
        },
        "the database in `FOLDER` is damaged; restore the folder from a backup",
    );
    check(
        "a lost log",
        |it| {
            commit_next(&SledStore::open(it).unwrap());
            fs::remove_dir_all(it.join("sled/blobs"))?;
            fs::read_dir(it.join("sled"))?
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.is_file() && !path.ends_with("format"))
                .try_for_each(fs::remove_file)
        },
        "the database in `FOLDER` is damaged; restore the folder from a backup: it has no head",
    );

    fn check(name: &str, prepare: fn(&Path) -> io::Result<()>, expected: &str) {
        let above = TempDir::new().unwrap();
        let folder = above.path().join("above/folder");
        if name != "below a file" {
            fs::create_dir(above.path().join("above")).unwrap();
        }
        prepare(&folder).unwrap();
        let error = SledStore::open(&folder).unwrap_err();
        let chain = iter::successors(Some(&error as &dyn Error), |&it| it.source());
        let text = chain.map(ToString::to_string).collect::<Vec<_>>().join(": ");
        let text = text.replace(&*folder.to_string_lossy(), "FOLDER");
        let text = text.replace(&*above.path().join("above").to_string_lossy(), "ABOVE");
        assert!(text.contains(expected), "{name}: {text}");
    }
}

/// Whatever becomes of a byte in whatever file, a store tells what once was, or an error.
#[test]
fn damage_is_an_error_and_never_a_panic() {
    for seed in 0..40 {
        let mut rng = Rng::with_seed(seed);
        let folder = TempDir::new().unwrap();
        for _ in 0..3 {
            commit_next(&SledStore::open(folder.path()).unwrap());
        }
        let entries =
            fs::read_dir(folder.path().join("sled")).unwrap().map(|it| it.unwrap().path());
        let mut files: Vec<PathBuf> = entries.filter(|it| it.is_file()).collect();
        files.sort();
        let file = rng.choice(files).unwrap();
        let mut bytes = fs::read(&file).unwrap();
        let length = bytes.iter().rposition(|it| *it != 0).unwrap();
        match rng.u8(..4) {
            0 => bytes.truncate(rng.usize(..=length)),
            _ => bytes[rng.usize(..=length)] ^= 1 << rng.u8(..8),
        }
        fs::write(&file, bytes).unwrap();
        eprintln!("seed {seed}: damaged {}", file.display());
        let Ok(store) = SledStore::open(folder.path()) else { continue };
        let pairs: Result<Vec<_>, _> = store.scan(vec![]..vec![0xff]).collect();
        let head = store.head().unwrap();
        assert!(pairs.is_err() || pairs.unwrap() == expected(head.0), "{head}");
    }
}

/// A power cut cannot be had in a test; a kill at any moment can.
#[test]
fn a_kill_loses_nothing_acknowledged_and_leaves_nothing_half_done() {
    let seed = 20_240_914;
    let mut rng = Rng::with_seed(seed);
    let mut kills = 0;
    while kills < 60 {
        let folder = TempDir::new().unwrap();
        let mut acknowledged = 0;
        for round in 0..6 {
            eprintln!("seed {seed}, kill {kills}, round {round}, {acknowledged} acknowledged");
            let mut child = Writer::start(folder.path());
            if rng.bool() {
                child.read_until("opening");
            } else {
                (0..rng.u32(1..30)).for_each(|_| acknowledged = child.read_number());
            }
            spin(Duration::from_micros(rng.u64(..8_000)));
            acknowledged = child.kill().unwrap_or(acknowledged);
            kills += 1;
            let store = SledStore::open(folder.path()).unwrap();
            let head = store.head().unwrap();
            assert!(head.0 == acknowledged || head.0 == acknowledged + 1, "{head}");
            assert!(content(&store) == expected(head.0), "a batch is not whole");
            acknowledged = head.0;
        }
    }
}

#[test]
fn whoever_reads_does_not_wait_for_a_write() {
    let folder = TempDir::new().unwrap();
    let store = &SledStore::open(folder.path()).unwrap();
    let is_done = &AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(move || {
            for number in (1..=200).take_while(|_| !is_done.load(Ordering::SeqCst)) {
                let mut batch = Batch::default();
                (0..64).for_each(|it| batch.put(vec![it], vec![number; 1 << 16]));
                store.write(&batch).unwrap();
            }
        });
        // What is read of a write before that is durable was read while it went on.
        loop {
            let pair = store.scan(vec![0]..vec![0, 0]).next().transpose().unwrap();
            let read = pair.map_or(0, |(_, value)| u64::from(value[0]));
            if read > store.syncs().unwrap().distribution().count {
                break;
            }
            assert!(!writer.is_finished(), "it waited for each");
        }
        is_done.store(true, Ordering::SeqCst);
    });
}

#[test]
fn a_full_disk_stops_the_store_and_loses_nothing_acknowledged() {
    let folder = TempDir::new().unwrap();
    let child = Writer::start_on_a_small_disk(folder.path(), 12 * 1024);
    let lines: Vec<String> = child.lines.map(Result::unwrap).collect();
    let acknowledged = lines.iter().filter_map(|it| number(it)).max().unwrap();
    let name = folder.path().display();
    let stopped =
        format!("an earlier write to `{name}` failed; restart relata to go on from what is there");
    for line in [
        format!("failed: sled could not write to the database in `{name}`"),
        format!("then: {stopped}"),
        format!("and: {stopped}"),
    ] {
        assert!(lines.contains(&line), "`{line}` is not in\n{}", lines.join("\n"));
    }
    let store = SledStore::open(folder.path()).unwrap();
    let head = store.head().unwrap().0;
    assert!(head == acknowledged || head == acknowledged + 1, "{head} after {acknowledged}");
    assert!(content(&store) == expected(head));
    commit_next(&store);
}

/// Not a test: what the tests above run in a process of its own. Writes numbered batches until it
/// is killed, and says so.
#[test]
fn child() {
    let Some(folder) = env::var_os(CHILD) else { return };
    say("opening");
    let store = SledStore::open(Path::new(&folder)).unwrap();
    loop {
        let head = store.head().unwrap();
        match store.commit(head, head.next(), &numbered(head.0 + 1)) {
            Ok(()) => say(&format!("acknowledged {}", head.next())),
            Err(error) => {
                say(&format!("failed: {error}"));
                say(&format!("then: {}", store.head().unwrap_err()));
                return say(&format!("and: {}", store.write(&Batch::default()).unwrap_err()));
            }
        }
    }
}

fn say(text: &str) {
    let mut out = io::stdout().lock();
    // On a line of its own, for the test harness has begun one. Whoever listened may be gone.
    if writeln!(out, "\n{text}").and_then(|()| out.flush()).is_err() {
        process::exit(1);
    }
}

/// The child, at work.
struct Writer {
    process: Child,
    lines: io::Lines<BufReader<ChildStdout>>,
}

impl Writer {
    fn start(folder: &Path) -> Self {
        Self::run(Command::new(env::current_exe().unwrap()), folder)
    }

    /// Starts it where no file can grow beyond `kib` KiB: a write that would is an error.
    fn start_on_a_small_disk(folder: &Path, kib: u32) -> Self {
        let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", 2 * kib);
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).arg(env::current_exe().unwrap());
        Self::run(shell, folder)
    }

    fn run(mut command: Command, folder: &Path) -> Self {
        let mut process = command
            .args(["--exact", "child", "--nocapture"])
            .env(CHILD, folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    fn read_until(&mut self, line: &str) {
        assert!(self.lines.any(|it| it.unwrap() == line), "the child stopped before `{line}`");
    }

    fn read_number(&mut self) -> u64 {
        let mut numbers = self.lines.by_ref().filter_map(|it| number(&it.unwrap()));
        numbers.next().expect("the child stopped")
    }

    /// Kills the child and tells the last number that it said since it was last listened to.
    fn kill(mut self) -> Option<u64> {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.lines.filter_map(|it| number(&it.unwrap())).last()
    }
}

fn number(line: &str) -> Option<u64> {
    line.strip_prefix("acknowledged ")?.parse().ok()
}

fn spin(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        hint::spin_loop();
    }
}

/// Commits the batch with the number that follows the head.
fn commit_next(store: &SledStore) {
    let head = store.head().unwrap();
    store.commit(head, head.next(), &numbered(head.0 + 1)).unwrap();
}

/// Adds keys, removes some of the batch before, and changes some that all batches share.
fn numbered(n: u64) -> Batch {
    let mut batch = Batch::default();
    for i in 0..BATCH_KEYS {
        batch.put(own_key(n, i), vec![n as u8; (n * i * 1_000 % 50_000) as usize]);
        batch.put(format!("shared {i}").into_bytes(), n.to_be_bytes().to_vec());
        if n > 1 && i % 2 == 0 {
            batch.delete(own_key(n - 1, i));
        }
    }
    batch
}

fn own_key(n: u64, i: u64) -> Vec<u8> {
    format!("batch {n:08} {i}").into_bytes()
}

/// What there is after the batches up to `head`.
fn expected(head: u64) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut pairs = BTreeMap::new();
    for n in 1..=head {
        for (key, value) in numbered(n).operations() {
            match value {
                Some(value) => pairs.insert(key.clone(), value.clone()),
                None => pairs.remove(key),
            };
        }
    }
    pairs.into_iter().collect()
}

fn content(store: &SledStore) -> Vec<(Vec<u8>, Vec<u8>)> {
    store.scan(vec![]..vec![0xff]).map(Result::unwrap).collect()
}
