//! The last failed check, as far as `just why` explains it: one JSON file in the
//! work folder.
//!
//! Anyone can write anything into the file, so reading it trusts nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use why::message;
use why::question::Question;
use why::state::State;

use super::catalogue::Number;
use super::definition::Exercise;
use super::ready_machine::TimedVerdict;
use crate::input;

/// Name of the file.
const FILE: &str = ".failed-run.json";

/// Limit for the size of the file.
const MOST_BYTES: u64 = 64 << 10;

/// Lines that are kept, of those that name an error.
const MOST_LINES: usize = 4;

/// Characters that are kept of a line.
const MOST_OF_A_LINE: usize = 400;

/// Program with which a run's line becomes another user.
const OTHER_USER: &str = "setpriv ";

/// Calls that change what the program may do: of these nobody knows what the
/// program could when it made them.
const AFTER_A_CHANGE: [why::call::Call; 3] = [
    why::call::Call::Map,
    why::call::Call::Setgroups,
    why::call::Call::Offsets,
];

/// The last failed run of a learner's program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailedRun {
    /// Number of the exercise.
    pub exercise: String,
    /// Number of its chapter.
    chapter: u32,
    /// Command line.
    pub line: String,
    /// Whether the program was started by root.
    by_root: bool,
    /// Release of the machine's kernel.
    kernel: String,
    /// Lines of the program that name an error.
    complaints: Vec<String>,
}

impl FailedRun {
    /// Returns what is to be kept of a verdict; `None` if no output of the
    /// failed run names an error.
    pub fn of(
        number: Number,
        exercise: &Exercise,
        report: &TimedVerdict,
    ) -> Option<Self> {
        let verdict = &report.verdict;
        let run = verdict.runs.last().filter(|_| !verdict.solved())?;
        let definition = exercise.runs.get(verdict.runs.len() - 1)?;
        let all = run.complained.lines().chain(run.printed.lines());
        let complaints: Vec<_> = all
            .filter(|line| message::question(line).is_some())
            .map(|line| line.chars().take(MOST_OF_A_LINE).collect())
            .take(MOST_LINES)
            .collect();
        let user = definition.user.as_deref();
        (!complaints.is_empty()).then(|| Self {
            exercise: number.to_string(),
            chapter: number.chapter,
            line: run.line.clone(),
            by_root: user.is_none_or(|user| user == "root")
                && !definition.line.trim_start().starts_with(OTHER_USER),
            kernel: report.kernel.clone(),
            complaints,
        })
    }

    /// Returns the lines that name an error, each with its question.
    pub fn questions(&self) -> impl Iterator<Item = (&str, Question)> {
        self.complaints.iter().filter_map(|line| {
            let mut question = message::question(line)?;
            question.chapter = Some(self.chapter);
            Some((line.as_str(), question))
        })
    }

    /// Returns what is known of the program's state when it asked.
    pub fn state(&self, question: &Question) -> State {
        let kernel = why::read::version(&self.kernel);
        let changed = question
            .call
            .is_none_or(|call| AFTER_A_CHANGE.contains(&call));
        if changed {
            return State {
                kernel,
                path: question.object.clone(),
                ..State::default()
            };
        }
        let capabilities = if self.by_root { u64::MAX } else { 0 };
        State {
            kernel,
            uid: self.by_root.then_some(0),
            capabilities: Some(capabilities),
            path: question.object.clone(),
            ..State::default()
        }
    }

    /// Reads the last failed run of a work folder.
    ///
    /// # Errors
    ///
    /// The file is of another form. `Ok(None)` if there is none.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = path(folder);
        let shown = || crate::course::shown_path(&path).display().to_string();
        match input::bytes_without_link(&path, MOST_BYTES) {
            Ok(bytes) => {
                let run = serde_json::from_slice(&bytes).with_context(shown)?;
                Ok(Some(run))
            }
            Err(input::NoFile::Away) => Ok(None),
            Err(why) => Err(why).with_context(shown),
        }
    }
}

/// Keeps a failed run in a work folder, or forgets the last one.
///
/// # Errors
///
/// The file cannot be written.
pub fn remember(folder: &Path, run: Option<&FailedRun>) -> Result<()> {
    let path = path(folder);
    let Some(run) = run else {
        return match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).context(FILE)
            }
            _ => Ok(()),
        };
    };
    let file = tempfile::Builder::new().prefix(FILE).tempfile_in(folder)?;
    serde_json::to_writer_pretty(&file, run)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

#[cfg(test)]
mod tests {
    use nix::errno::Errno;
    use why::call::Call;

    use super::*;

    fn run(by_root: bool, complaint: &str) -> FailedRun {
        FailedRun {
            exercise: "2.3".to_owned(),
            chapter: 2,
            line: "rootless id".to_owned(),
            by_root,
            kernel: "6.1.0-48-cloud-amd64".to_owned(),
            complaints: vec![complaint.to_owned()],
        }
    }

    #[test]
    fn what_is_kept_is_read_again_and_forgotten_once_solved() {
        let folder = tempfile::tempdir().unwrap();
        let kept = run(true, "setns(/proc/9/ns/net): Invalid argument");
        remember(folder.path(), Some(&kept)).unwrap();
        assert_eq!(FailedRun::read(folder.path()).unwrap(), Some(kept));
        remember(folder.path(), None).unwrap();
        remember(folder.path(), None).unwrap();
        assert_eq!(FailedRun::read(folder.path()).unwrap(), None);
    }

    #[test]
    fn a_file_of_another_form_is_an_error_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["{", "[]", r#"{"exercise":"2.3"}"#] {
            fs::write(path(folder.path()), text).unwrap();
            let error = FailedRun::read(folder.path()).unwrap_err();
            assert!(format!("{error:#}").contains(FILE), "{error:#}");
        }
    }

    #[test]
    fn of_a_program_that_may_have_changed_its_rights_nothing_is_known() {
        let first = |run: &FailedRun| {
            let (_, question) = run.questions().next().unwrap();
            let state = run.state(&question);
            (question.call, question.errno, state.capabilities)
        };
        let map = run(false, "/proc/self/uid_map: Operation not permitted");
        let expected = (Some(Call::Map), Some(Errno::EPERM), None);
        assert_eq!(first(&map), expected);
        let unshare = run(false, "unshare(CLONE_NEWUTS): EPERM");
        let expected = (Some(Call::Unshare), Some(Errno::EPERM), Some(0));
        assert_eq!(first(&unshare), expected);
    }
}
