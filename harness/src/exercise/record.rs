//! What a learner has done so far: one JSON file in the work folder.
//!
//! Anyone can write anything into it, so it is read as if somebody had. It is
//! replaced as a whole: whoever reads it sees the old one or the new one.

use crate::errln;
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

/// Its name.
const FILE: &str = ".progress.json";

/// What it is called once it cannot be read.
const BROKEN: &str = ".progress.json.broken";

/// It is never larger than this.
const MOST_BYTES: u64 = 1 << 20;

/// What this harness writes.
const VERSION: u32 = 1;

/// Everything that is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    version: u32,
    /// By the exercise's number.
    #[serde(default)]
    pub exercises: BTreeMap<String, Done>,
}

/// What was done about one exercise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// When it was begun, in seconds since 1970.
    #[serde(default)]
    pub begun: Option<u64>,
    /// When it was first solved, likewise.
    #[serde(default)]
    pub solved: Option<u64>,
    /// How often it was checked.
    #[serde(default)]
    pub attempts: u32,
    /// How many of the hints were read.
    #[serde(default)]
    pub hints: u32,
    /// The solution was read before it was solved.
    #[serde(default)]
    pub solution_read: bool,
    /// How often each feedback was given, by its name.
    #[serde(default)]
    pub feedback: BTreeMap<String, u32>,
    /// The values of the machine that was last explored.
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
    /// What is remembered about one exercise.
    pub fn of(&self, number: Number) -> Done {
        let done = self.exercises.get(&number.to_string());
        done.cloned().unwrap_or_default()
    }
}

/// Seconds since 1970.
pub fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

/// The file, in a work folder.
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// In this work folder, which need not be there yet.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
        }
    }

    /// What is remembered. A file that is none of ours is put aside, and
    /// said so.
    pub fn read(&self) -> Record {
        match self.read_file() {
            Ok(record) => record,
            Err(error) => {
                self.put_aside(&error);
                Record::default()
            }
        }
    }

    /// Changes what is remembered about one exercise, while nobody else does.
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
        // No link is followed, and nothing is waited for.
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
        // If it cannot be moved either, writing says why.
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
        type Damage = fn(&Path);
        let damages: [Damage; 7] = [
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
