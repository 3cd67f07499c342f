//! `[since 6.6]` and `[before 6.6]`: what differs between kernels, said once.
//!
//! The mark stands at the beginning of a line and is about that line alone: a
//! line of output, `...` or `[exit N]` in a console block, or a line of a
//! snapshot.

use std::fmt;

/// A kernel's version, as far as a lesson can name it: 6.12 of
/// `6.12.117+deb12-cloud-amd64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    major: u32,
    minor: u32,
}

impl Version {
    /// Of no kernel: older than all.
    pub const NONE: Self = Self { major: 0, minor: 0 };

    /// Of a release, as `uname -r` prints it. What has no version, is older
    /// than all.
    pub fn of(release: &str) -> Self {
        let mut numbers = release
            .split(|c: char| !c.is_ascii_digit())
            .map(|number| number.parse().unwrap_or_default());
        let mut next = || numbers.next().unwrap_or_default();
        Self {
            major: next(),
            minor: next(),
        }
    }

    /// Exactly `MAJOR.MINOR`.
    fn read(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.')?;
        let number = |text: &str| -> Option<u32> {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            // One way to write a number: no leading zero.
            let short = text == "0" || !text.starts_with('0');
            (digits && short).then(|| text.parse().ok()).flatten()
        };
        Some(Self {
            major: number(major)?,
            minor: number(minor)?,
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// On which kernels a line is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// On this one and all after it.
    Since(Version),
    /// On all before this one.
    Before(Version),
}

impl When {
    /// Whether it is there on this kernel.
    pub fn is_on(self, kernel: Version) -> bool {
        match self {
            Self::Since(version) => kernel >= version,
            Self::Before(version) => kernel < version,
        }
    }

    /// The mark at the beginning of a line, if there is one, and the line
    /// behind it. A mark with something else than a version is an error.
    pub(super) fn split(line: &str) -> Result<Option<(Self, &str)>, &str> {
        let Some((word, rest)) = mark(line) else {
            return Ok(None);
        };
        let (version, line) = rest.split_once(']').ok_or(line)?;
        let version = Version::read(version).ok_or(version)?;
        Ok(Some((
            word(version),
            line.strip_prefix(' ').unwrap_or(line),
        )))
    }
}

type Word = fn(Version) -> When;

fn mark(line: &str) -> Option<(Word, &str)> {
    let since = line.strip_prefix("[since ");
    let since = since.map(|rest| (When::Since as Word, rest));
    since.or_else(|| {
        let rest = line.strip_prefix("[before ")?;
        Some((When::Before as Word, rest))
    })
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Since(version) => write!(f, "[since {version}]"),
            Self::Before(version) => write!(f, "[before {version}]"),
        }
    }
}

/// The lines of a text that are there on this kernel, without their marks;
/// with each its number in the text, from 0.
pub fn lines_on(text: &str, kernel: Version) -> Vec<(usize, &str)> {
    let on = |line| match When::split(line) {
        Ok(Some((when, rest))) => when.is_on(kernel).then_some(rest),
        _ => Some(line),
    };
    let lines = text.lines().enumerate();
    lines.filter_map(|(n, line)| Some((n, on(line)?))).collect()
}

/// The marks of a text, with the number of the line, from 0.
pub fn marks(text: &str) -> impl Iterator<Item = (usize, When)> {
    text.lines().enumerate().filter_map(|(n, line)| {
        let (when, _) = When::split(line).ok().flatten()?;
        Some((n, when))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        let of = Version::of;
        assert!(of("6.12.117+deb12-cloud-amd64") > of("6.9.1"));
        assert_eq!(of("6.1.0-56-cloud-amd64").to_string(), "6.1");
        assert!(of("7.0") > of("6.99"));
        assert!(of("linux") < of("0.1"));
    }

    #[test]
    fn a_mark_is_about_its_line_alone() {
        let text = "a\n[before 6.6] b\n[since 6.6] c\nd [since 9.9] e";
        let on = |release| lines_on(text, Version::of(release));
        assert_eq!(on("6.5.9"), [(0, "a"), (1, "b"), (3, "d [since 9.9] e")]);
        assert_eq!(on("6.6.0"), [(0, "a"), (2, "c"), (3, "d [since 9.9] e")]);
        let lines: Vec<usize> = marks(text).map(|(n, _)| n).collect();
        assert_eq!(lines, [1, 2]);
    }

    #[test]
    fn a_mark_has_a_version_in_one_way_of_writing() {
        for wrong in ["6", "6.", "6.6.1", "06.6", "six", "6.6 ", "", "+6.6"] {
            let line = format!("[since {wrong}] x");
            assert_eq!(When::split(&line), Err(wrong), "{line}");
        }
        assert_eq!(When::split("[before 6.6 x"), Err("[before 6.6 x"));
        assert_eq!(When::split("[sincere]"), Ok(None));
        let (when, rest) = When::split("[since 6.6]   x").unwrap().unwrap();
        assert_eq!((when.to_string().as_str(), rest), ("[since 6.6]", "  x"));
    }
}
