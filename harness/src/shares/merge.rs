//! All shares, put together, or every reason why they are not the whole.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::partition::Partition;
use super::share::{Share, SharedWork};
use crate::exercise::show::harmless;

/// The whole work, with the result of each thing in the order of the things.
#[derive(Debug)]
pub struct Whole<W: SharedWork> {
    /// The work.
    pub work: W,
    /// Result of each thing.
    pub done: Vec<W::Done>,
    /// Number of parts.
    pub parts: u16,
}

/// The reasons why files are not the whole.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct NotWhole {
    /// Lines about files that do not belong together, or are no shares.
    pub wrong: Vec<String>,
    /// Line about the parts that are missing; empty if none is.
    pub missing: String,
}

impl fmt::Display for NotWhole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = Some(&self.missing).filter(|it| !it.is_empty());
        let lines: Vec<_> = self.wrong.iter().chain(missing).collect();
        for line in lines {
            writeln!(f, "{line}")?;
        }
        write!(f, "Nothing was put together.")
    }
}

impl std::error::Error for NotWhole {}

/// Puts the shares in `files` together.
pub fn merge<W: SharedWork>(
    course: &str,
    files: &[PathBuf],
) -> Result<Whole<W>, NotWhole> {
    let mut found = FoundShares::default();
    for file in files {
        found.take(course, file);
    }
    found.whole()
}

/// The shares that belong together, so far.
struct FoundShares<'a, W: SharedWork> {
    /// The first share: all others have to fit.
    first: Option<(&'a Path, u16, W)>,
    /// File and results of each part.
    parts: BTreeMap<u16, (&'a Path, Vec<W::Done>)>,
    wrong: Vec<String>,
}

impl<W: SharedWork> Default for FoundShares<'_, W> {
    fn default() -> Self {
        Self {
            first: None,
            parts: BTreeMap::new(),
            wrong: Vec::new(),
        }
    }
}

impl<'a, W: SharedWork> FoundShares<'a, W> {
    fn take(&mut self, course: &str, file: &'a Path) {
        let share = match Share::<W>::read(file, course) {
            Ok(share) => share,
            Err(why) => return self.complain(file, &format!("{why:#}")),
        };
        let Partition { part, parts } = share.partition;
        if let Some((first, their_parts, work)) = &self.first {
            let first = shown(first);
            if *their_parts != parts {
                let why = format!(
                    "it is share {}, and {first} has another number of parts: \
                     {their_parts}",
                    share.partition
                );
                return self.complain(file, &why);
            }
            if let Some(difference) = work.difference(&share.work) {
                let why = format!("it is of another run than {first}: ");
                return self.complain(file, &(why + &difference));
            }
        } else {
            self.first = Some((file, parts, share.work));
        }
        if let Some((other, _)) = self.parts.get(&part) {
            let other = shown(other);
            let why = format!("share {} is in {other}, too", share.partition);
            return self.complain(file, &why);
        }
        self.parts.insert(part, (file, share.done));
    }

    fn complain(&mut self, file: &Path, why: &str) {
        let line = format!("{}: {}", shown(file), harmless(why));
        self.wrong.push(line);
    }

    fn whole(self) -> Result<Whole<W>, NotWhole> {
        let Some((_, parts, work)) = self.first else {
            let wrong = self.wrong;
            return Err(NotWhole {
                wrong,
                ..NotWhole::default()
            });
        };
        let away = (1..=parts).filter(|part| !self.parts.contains_key(part));
        let away: Vec<u16> = away.collect();
        if !self.wrong.is_empty() || !away.is_empty() {
            return Err(NotWhole {
                wrong: self.wrong,
                missing: missing(&away, parts, W::COMMAND),
            });
        }
        let costs = work.costs();
        let mut done: Vec<(usize, W::Done)> = Vec::new();
        for (part, (_, results)) in self.parts {
            let own = Partition { part, parts }.own(&costs);
            done.extend(own.into_iter().zip(results));
        }
        done.sort_by_key(|(index, _)| *index);
        let done = done.into_iter().map(|(_, result)| result).collect();
        Ok(Whole { work, done, parts })
    }
}

fn shown(file: &Path) -> String {
    harmless(&file.display().to_string())
}

/// Returns a line about the missing parts; empty if none is.
fn missing(away: &[u16], parts: u16, command: &str) -> String {
    let Some(first) = away.first() else {
        return String::new();
    };
    let shares = if away.len() == 1 { "share" } else { "shares" };
    let is = if away.len() == 1 { "is" } else { "are" };
    format!(
        "{shares} {} of {parts} {is} missing: just {command} ... --partition \
         {first}/{parts}",
        ranges(away)
    )
}

/// Returns ascending numbers, neighbours in short: `2, 4-6`.
fn ranges(numbers: &[u16]) -> String {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let range = |&(first, last): &(u16, u16)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}-{last}"),
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
