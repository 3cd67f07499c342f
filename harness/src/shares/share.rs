//! The file with the results of a part: two lines of JSON. The first has the
//! version of the format and the SHA-256 of the second.
//!
//! A share comes from another computer. A damaged one is refused by its
//! checksum. One that was made on purpose is read like any file of a stranger,
//! but its results count: a share is as true as the computer that wrote it.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::course_digest;
use super::partition::Partition;
use crate::input;
use crate::whole_file;

/// Version of the format written by this harness.
const FORMAT: u32 = 1;

/// Size limit of a share, in bytes.
const MOST_BYTES: u64 = 256 << 20;

/// Work that can be shared: a list of things, each with a result.
pub trait SharedWork: Serialize + DeserializeOwned {
    /// Subcommand that does the work.
    const COMMAND: &'static str;

    /// Result of one thing.
    type Done: Serialize + DeserializeOwned;

    /// Returns the cost of each thing, in any unit.
    fn costs(&self) -> Vec<u64>;

    /// Returns the first difference to the work of another share, in words
    /// that follow the name of that share.
    fn difference(&self, other: &Self) -> Option<String>;
}

/// Names the first thing that differs. `changed` says in words, after the name,
/// that a thing of the same name is another.
pub fn first_other<T: PartialEq + ToString>(
    own: &[T],
    other: &[T],
    changed: &str,
) -> String {
    let both = own.iter().zip(other);
    let same = both.take_while(|(own, other)| own == other).count();
    match [own, other].map(|it| it.get(same).map(T::to_string)) {
        [Some(own), Some(other)] if own == other => format!("{own} {changed}"),
        [Some(own), Some(other)] => {
            format!("{other} stands in the place of {own}")
        }
        [Some(own), None] => format!("{own} is not in it"),
        [None, other] => format!("only it has {}", other.unwrap_or_default()),
    }
}

/// The results of a part.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound = "W: SharedWork", deny_unknown_fields)]
pub struct Share<W: SharedWork> {
    /// Subcommand: [`SharedWork::COMMAND`].
    pub command: String,
    /// Version of the course: [`course_digest::of`].
    pub course: String,
    /// The part.
    pub partition: Partition,
    /// The whole work, of which this is a part.
    pub work: W,
    /// Results of the part, in the order of the things.
    pub done: Vec<W::Done>,
}

#[derive(Serialize, Deserialize)]
struct FirstLine {
    format: u32,
    sha256: String,
}

impl<W: SharedWork> Share<W> {
    /// Writes the file.
    pub fn write(&self, to: &Path) -> Result<()> {
        let second = serde_json::to_string(self).context("JSON")?;
        let first = FirstLine {
            format: FORMAT,
            sha256: course_digest::of_bytes(second.as_bytes()),
        };
        let first = serde_json::to_string(&first).context("JSON")?;
        let text = format!("{first}\n{second}\n");
        ensure!(
            text.len() as u64 <= MOST_BYTES,
            "{}: the share would have more than {MOST_BYTES} bytes: make more \
             parts",
            to.display()
        );
        whole_file::write(to, text.as_bytes())
    }

    /// Reads a file. The error is the reason why the file is no share of this
    /// command and this version of the course.
    pub fn read(path: &Path, course: &str) -> Result<Self> {
        let bytes = input::bytes(path, MOST_BYTES)?;
        let text = String::from_utf8(bytes).ok().context("it is no text")?;
        let none = "it is no share, or only its beginning";
        let (first, second) = text.split_once('\n').context(none)?;
        let second = second.strip_suffix('\n').context(none)?;
        let first: FirstLine =
            serde_json::from_str(first).ok().context(none)?;
        let other = "it was written by another version of the course";
        ensure!(first.format == FORMAT, other);
        let sum = course_digest::of_bytes(second.as_bytes());
        ensure!(first.sha256 == sum, "it is damaged: its checksum is wrong");
        let about: ShareHead =
            serde_json::from_str(second).ok().context(none)?;
        ensure!(
            about.command == W::COMMAND,
            "it is a share of another command: just {:?} --merge",
            about.command
        );
        ensure!(about.course == course, other);
        let share: Self = serde_json::from_str(second).ok().context(none)?;
        let own = share.partition.own(&share.work.costs()).len();
        let done = share.done.len();
        ensure!(done == own, "it has {done} results, and should have {own}");
        Ok(share)
    }
}

/// The fields of a share that are the same for all kinds of work.
#[derive(Deserialize)]
struct ShareHead {
    command: String,
    course: String,
}
