//! The progress of a learner: one JSON file in the work folder.
//!
//! Anyone can write anything into the file, so reading it trusts nothing. The
//! file is replaced as a whole: a reader sees the old text or the new one.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use nix::fcntl::OFlag;
use serde::{Deserialize, Serialize};

use super::catalogue::Number;
use super::random::Values;
use super::verdict::Verdict;
use crate::errln;

/// Name of the file.
const FILE: &str = ".progress.json";

/// Name of a file that could not be read.
const BROKEN: &str = ".progress.json.broken";

/// Limit for the size of the file.
const MOST_BYTES: u64 = 1 << 20;

/// Version of the format.
const VERSION: u32 = 1;

/// Feedback that is counted for a program that does not compile.
const DOES_NOT_COMPILE: &str = "does-not-compile";

/// Feedback that is counted for a program that ended its machine.
const MACHINE_LOST: &str = "machine-lost";

/// The progress with all exercises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    version: u32,
    /// Progress by the exercise's number.
    #[serde(default)]
    pub exercises: BTreeMap<String, Done>,
}

/// The progress with one exercise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// Time of the beginning, in seconds since 1970.
    #[serde(default)]
    pub begun: Option<u64>,
    /// Time of the first solution, in seconds since 1970.
    #[serde(default)]
    pub solved: Option<u64>,
    /// Number of checks.
    #[serde(default)]
    pub attempts: u32,
    /// Number of hints that were read.
    #[serde(default)]
    pub hints: u32,
    /// Whether the solution was read before the exercise was solved.
    #[serde(default)]
    pub solution_read: bool,
    /// Number of times that each feedback was given, by its name.
    #[serde(default)]
    pub feedback: BTreeMap<String, u32>,
    /// Values of the machine that was last explored.
    #[serde(default)]
    pub explored: Option<Values>,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            version: VERSION,
            exercises: BTreeMap::new(),
        }
    }
}

impl Record {
    /// Returns the progress with one exercise.
    pub fn of(&self, number: Number) -> Done {
        let done = self.exercises.get(&number.to_string());
        done.cloned().unwrap_or_default()
    }
}

impl Done {
    /// Counts a check that solved the exercise.
    pub fn solve(&mut self) {
        self.attempts = self.attempts.saturating_add(1);
        self.solved.get_or_insert_with(now);
    }

    /// Counts a check that did not, by its feedback.
    pub fn miss(&mut self, feedback: &str) {
        self.attempts = self.attempts.saturating_add(1);
        let times = self.feedback.entry(feedback.to_owned()).or_default();
        *times = times.saturating_add(1);
    }

    /// Counts a check of a program that does not compile.
    pub fn miss_to_compile(&mut self) {
        self.miss(DOES_NOT_COMPILE);
    }

    /// Counts a check of a program, by its verdict.
    pub fn count(&mut self, verdict: &Verdict) {
        if verdict.solved() {
            return self.solve();
        }
        let feedback = verdict.feedback.as_ref();
        let id = feedback.and_then(|feedback| feedback.id.as_deref());
        self.miss(id.unwrap_or(MACHINE_LOST));
    }
}

/// Returns the seconds since 1970.
pub fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

/// The file in a work folder.
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// Returns the file in this work folder, which need not exist yet.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
        }
    }

    /// Reads the file. A file that cannot be read is put aside, with a message.
    pub fn read(&self) -> Record {
        match self.read_file() {
            Ok(record) => record,
            Err(error) => {
                self.put_aside(&error);
                Record::default()
            }
        }
    }

    /// Changes the progress with one exercise, under a lock.
    pub fn change(
        &self,
        number: Number,
        change: impl FnOnce(&mut Done),
    ) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        let lock = File::open(&self.folder)?;
        lock.lock().context("lock")?;
        let mut record = self.read();
        change(record.exercises.entry(number.to_string()).or_default());
        self.write(&record)
    }

    fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    fn read_file(&self) -> Result<Record> {
        // Follows no link, and does not wait for a FIFO.
        let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
        let opened = OpenOptions::new()
            .read(true)
            .custom_flags(flags.bits())
            .open(self.path());
        let file = match opened {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Record::default());
            }
            opened => opened?,
        };
        ensure!(file.metadata()?.is_file(), "it is no file");
        let mut text = String::new();
        file.take(MOST_BYTES + 1).read_to_string(&mut text)?;
        ensure!(text.len() as u64 <= MOST_BYTES, "it is too long");
        let record: Record = serde_json::from_str(&text)?;
        ensure!(record.version == VERSION, "another version wrote it");
        Ok(record)
    }

    fn put_aside(&self, error: &anyhow::Error) {
        let path = self.path();
        let aside = self.folder.join(BROKEN);
        errln!(
            "{}: it cannot be read:\n{error:#}\n\
             It is kept as {BROKEN}; your progress begins anew.",
            crate::course::shown_path(&path).display()
        );
        // If the file cannot be moved either, writing reports why.
        let _ = fs::rename(path, aside);
    }

    fn write(&self, record: &Record) -> Result<()> {
        let mut file = tempfile::Builder::new()
            .prefix(FILE)
            .tempfile_in(&self.folder)?;
        serde_json::to_writer_pretty(&mut file, record)?;
        file.write_all(b"\n")?;
        file.persist(self.path()).map_err(|error| error.error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    const NUMBER: Number = Number { chapter: 3, own: 1 };

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn what_was_done_is_still_known_later() {
        let folder = folder();
        let store = Store::new(folder.path());
        store.change(NUMBER, |done| done.attempts += 1).unwrap();
        store.change(NUMBER, |done| done.hints = 2).unwrap();
        let done = Store::new(folder.path()).read().of(NUMBER);
        assert_eq!((done.attempts, done.hints), (1, 2));
        let files = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 1, "nothing is left beside it");
    }

    #[test]
    fn whatever_is_in_its_place_nobody_waits_and_nothing_is_lost() {
        let damages: [fn(&Path); 7] = [
            |path| fs::write(path, "{").unwrap(),
            |path| fs::write(path, [0xff; 9]).unwrap(),
            |path| fs::write(path, " ".repeat(2 << 20)).unwrap(),
            |path| fs::write(path, r#"{"version": 9}"#).unwrap(),
            |path| {
                let text =
                    r#"{"version":1,"exercises":{"3.1":{"attempts":-1}}}"#;
                fs::write(path, text).unwrap();
            },
            |path| fs::create_dir(path).unwrap(),
            |path| symlink("/dev/zero", path).unwrap(),
        ];
        for (number, damage) in damages.into_iter().enumerate() {
            let folder = folder();
            let store = Store::new(folder.path());
            damage(&store.path());
            store.change(NUMBER, |done| done.attempts += 1).unwrap();
            assert_eq!(store.read().of(NUMBER).attempts, 1, "{number}");
            let kept = folder.path().join(BROKEN);
            assert!(kept.symlink_metadata().is_ok(), "{number}");
        }
    }

    #[test]
    fn a_pipe_in_its_place_is_not_waited_for() {
        let folder = folder();
        let store = Store::new(folder.path());
        nix::unistd::mkfifo(&store.path(), nix::sys::stat::Mode::S_IRWXU)
            .unwrap();
        assert_eq!(store.read(), Record::default());
    }

    #[test]
    fn two_that_write_at_once_both_count() {
        let folder = folder();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let store = Store::new(folder.path());
                    for _ in 0..25 {
                        let more = |done: &mut Done| done.attempts += 1;
                        store.change(NUMBER, more).unwrap();
                    }
                });
            }
        });
        let done = Store::new(folder.path()).read().of(NUMBER);
        assert_eq!(done.attempts, 100);
    }
}
