//! The progress of a learner: one JSON file in the work folder.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use serde::{Deserialize, Serialize};
use tr::tr;

use super::catalogue::Number;
use super::random::Values;
use super::verdict::Verdict;
use crate::work_folder::{Kept, WorkFolder};

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

impl Kept for Record {
    const FILE: &'static str = ".progress.json";

    fn is_understood(&self) -> bool {
        self.version == VERSION
    }

    fn begins_anew(aside: &str) -> String {
        tr!(
            "It is kept as {aside}; your progress begins anew.",
            aside = aside
        )
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
    folder: WorkFolder,
}

impl Store {
    /// Returns the file in this work folder, which need not exist yet.
    pub fn new(folder: &WorkFolder) -> Self {
        Self {
            folder: folder.clone(),
        }
    }

    /// Reads the file. A file that cannot be read is put aside, with a message.
    pub fn read(&self) -> Record {
        self.folder.read()
    }

    /// Changes the progress with one exercise, under a lock.
    pub fn change(
        &self,
        number: Number,
        change: impl FnOnce(&mut Done),
    ) -> Result<()> {
        self.folder.change(|record: &mut Record| {
            change(record.exercises.entry(number.to_string()).or_default());
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const NUMBER: Number = Number { chapter: 3, own: 1 };

    #[test]
    fn what_was_done_is_still_known_later() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(&WorkFolder::at(folder.path()));
        store.change(NUMBER, |done| done.attempts += 1).unwrap();
        store.change(NUMBER, |done| done.hints = 2).unwrap();
        let done = store.read().of(NUMBER);
        assert_eq!((done.attempts, done.hints), (1, 2));
    }

    #[test]
    fn a_record_of_another_version_or_with_negative_numbers_is_none() {
        for text in [
            r#"{"version": 9}"#,
            r#"{"version":1,"exercises":{"3.1":{"attempts":-1}}}"#,
        ] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(Record::FILE), text).unwrap();
            let store = Store::new(&WorkFolder::at(folder.path()));
            assert_eq!(store.read(), Record::default(), "{text}");
        }
    }
}
