//! `just grade --partition` and `just grade --merge`: the programs of a class,
//! graded on several computers.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::grade_folder::{self, GradeFiles};
use super::marking::{Grade, Mark};
use super::submissions::{Found, NotUnderstood, Submission};
use crate::exercise::catalogue::Number;
use crate::exercise::show::link;
use crate::exit_code::{ENVIRONMENT, USAGE};
use crate::machine::kernel;
use crate::outln;
use crate::shares::course_digest;
use crate::shares::merge::merge;
use crate::shares::partition::Partition;
use crate::shares::share::{Share, SharedWork, first_other};

/// The content of a folder, as all its shares have to see it.
#[derive(Debug, Serialize, Deserialize)]
struct ClassWork {
    /// Path of the folder, on the computer of the share.
    folder: String,
    /// Release of the machine's kernel.
    kernel: String,
    /// Submissions, in the order of the folder.
    submissions: Vec<SharedSubmission>,
    /// All other files, with paths from the folder.
    not_understood: Vec<NotUnderstood>,
}

/// A submission without its source.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SharedSubmission {
    student: String,
    number: Number,
    /// Beginning of the source's SHA-256.
    source: String,
    /// Number of runs that grade it.
    runs: u64,
}

/// The mark of a submission, and the duration without compiling.
#[derive(Debug, Serialize, Deserialize)]
struct TimedMark {
    mark: Mark,
    time: Duration,
}

impl SharedWork for ClassWork {
    const COMMAND: &'static str = "grade";
    type Done = TimedMark;

    /// Returns the number of runs: each is a machine's work.
    fn costs(&self) -> Vec<u64> {
        self.submissions.iter().map(|it| it.runs).collect()
    }

    /// The folder's path may differ.
    fn difference(&self, other: &Self) -> Option<String> {
        let [own, theirs] = [self, other].map(|it| &it.kernel);
        if own != theirs {
            return Some(format!("Linux {theirs} graded it, not {own}"));
        }
        let [own, theirs] = [self, other].map(|it| &it.submissions);
        if own != theirs {
            return Some(first_other(own, theirs, "has another program"));
        }
        let [own, theirs] = [self, other].map(|it| &it.not_understood);
        (own != theirs).then(|| {
            "the files that were not understood are not the same".to_owned()
        })
    }
}

impl fmt::Display for SharedSubmission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.student, self.number)
    }
}

impl ClassWork {
    fn of(folder: &Path, found: &Found) -> Result<Self> {
        let shared = |it: &Submission| SharedSubmission {
            student: it.student.clone(),
            number: it.number,
            source: beginning_of_hash(&it.source),
            runs: found
                .entry(it.number)
                .map_or(1, |entry| entry.exercise.runs.len() as u64),
        };
        let below = |it: &NotUnderstood| NotUnderstood {
            path: text(it.path.strip_prefix(folder).unwrap_or(&it.path)).into(),
            why: it.why.clone(),
        };
        Ok(Self {
            folder: text(folder),
            kernel: kernel::find()?.release().into(),
            submissions: found.submissions.iter().map(shared).collect(),
            not_understood: found.not_understood.iter().map(below).collect(),
        })
    }

    /// Returns the files that were not understood, with their whole paths.
    fn not_understood(&self) -> Vec<NotUnderstood> {
        let whole = |it: &NotUnderstood| NotUnderstood {
            path: Path::new(&self.folder).join(&it.path),
            why: it.why.clone(),
        };
        self.not_understood.iter().map(whole).collect()
    }
}

/// JSON has no other bytes than text.
fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn beginning_of_hash(source: &str) -> String {
    format!("{:.16x}", Sha256::digest(source))
}

/// Grades a part of a folder, prints its table and writes the share. Returns 0
/// whatever the programs do: the verdict is that of [`put_together`].
pub fn run(
    workspace: &Path,
    folder: &Path,
    partition: Partition,
    to: &Path,
    at_once: usize,
) -> Result<u8> {
    let Some(mut found) = grade_folder::read(workspace, folder)? else {
        return Ok(USAGE);
    };
    let work = ClassWork::of(folder, &found)?;
    let all = found.submissions.len();
    found.keep(&partition.own(&work.costs()));
    let count = found.submissions.len();
    let (grades, times) = grade_folder::grade(workspace, &found, at_once)?;
    grade_folder::print_table(&found, &grades);
    let not_graded = grades.iter().any(Grade::is_missing);
    let done = grades
        .into_iter()
        .map(|Grade { mark, time, .. }| TimedMark { mark, time });
    let share = Share {
        command: ClassWork::COMMAND.to_owned(),
        course: course_digest::of(workspace)?,
        partition,
        work,
        done: done.collect(),
    };
    share.write(to)?;
    outln!(
        "\nShare {partition}: {count} of {all} programs: {}",
        grade_folder::shown(times)
    );
    outln!(
        "  Share      {}   (just grade --merge all of them)",
        link(to)
    );
    Ok(if not_graded { ENVIRONMENT } else { 0 })
}

/// Puts shares together, prints the table, and writes both files. Returns the
/// exit code of the whole folder.
pub fn put_together(
    workspace: &Path,
    shares: &[PathBuf],
    files: &GradeFiles,
) -> Result<u8> {
    let course = course_digest::of(workspace)?;
    let whole = merge::<ClassWork>(&course, shares)?;
    let mut found = Found {
        not_understood: whole.work.not_understood(),
        ..Found::default()
    };
    for submission in &whole.work.submissions {
        found.know(workspace, submission.number)?;
    }
    let all = whole.work.submissions.into_iter().zip(whole.done);
    let grade = |(whose, done): (SharedSubmission, TimedMark)| Grade {
        student: whose.student,
        number: whose.number,
        mark: done.mark,
        time: done.time,
    };
    let grades: Vec<Grade> = all.map(grade).collect();
    grade_folder::print_table(&found, &grades);
    outln!("\n{} programs, from {} shares", grades.len(), whole.parts);
    files.write(&found, &grades)?;
    Ok(grade_folder::code(&grades))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(programs: &[(&str, &str)]) -> ClassWork {
        let shared = |(student, source): &(&str, &str)| SharedSubmission {
            student: (*student).to_owned(),
            number: "3.1".parse().unwrap(),
            source: beginning_of_hash(source),
            runs: 2,
        };
        ClassWork {
            folder: "homework".to_owned(),
            kernel: "7.3.4".to_owned(),
            submissions: programs.iter().map(shared).collect(),
            not_understood: Vec::new(),
        }
    }

    #[test]
    fn the_first_submission_of_another_run_is_named() {
        let own = work(&[("ada", "a"), ("bob", "b")]);
        let difference = |other: &[(&str, &str)]| own.difference(&work(other));
        assert_eq!(difference(&[("ada", "a"), ("bob", "b")]), None);
        for (other, words) in [
            (
                &[("ada", "a"), ("bob", "c")][..],
                "bob 3.1 has another program",
            ),
            (
                &[("ada", "a"), ("zoe", "b")],
                "zoe 3.1 stands in the place of bob 3.1",
            ),
            (&[("ada", "a")], "bob 3.1 is not in it"),
            (
                &[("ada", "a"), ("bob", "b"), ("zoe", "c")],
                "only it has zoe 3.1",
            ),
        ] {
            assert_eq!(difference(other).as_deref(), Some(words));
        }
    }

    #[test]
    fn another_kernel_is_another_run_and_another_path_is_not() {
        let own = work(&[("ada", "a")]);
        let mut other = work(&[("ada", "a")]);
        other.folder = "/mnt/homework".to_owned();
        assert_eq!(own.difference(&other), None);
        other.not_understood.push(NotUnderstood {
            path: "bob".into(),
            why: "students have folders, this is none".into(),
        });
        assert!(own.difference(&other).unwrap().contains("not understood"));
        other.kernel = "6.1".to_owned();
        let words = "Linux 6.1 graded it, not 7.3.4";
        assert_eq!(own.difference(&other).as_deref(), Some(words));
    }
}
