//! The release that a change came with, as exactly as the kernels tell that
//! were asked.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, Result, ensure};

use crate::lesson::Version;

/// Lowest second number that the last release of a major one has had: 3.19,
/// 4.20, 5.19, 6.19.
const LAST_MINOR: u32 = 19;

/// Reads the release of a kernel, such as `6.12.117+deb12-cloud-amd64`.
pub fn of_kernel(name: &str) -> Result<Version> {
    let release = Version::of(name);
    ensure!(release != Version::NONE, "{name:?} is no release of Linux");
    Ok(release)
}

/// Returns whether no release came between the two.
fn follow_each_other(before: Version, after: Version) -> bool {
    let next_minor =
        after.major == before.major && after.minor == before.minor + 1;
    let next_major = after.major == before.major + 1
        && after.minor == 0
        && before.minor >= LAST_MINOR;
    next_minor || next_major
}

/// Reads a release that is written as `6.12`.
fn exact(text: &str) -> Result<Version> {
    Version::read(text)
        .with_context(|| format!("{text:?} is no release: write 6.12"))
}

/// The release that brought a change, as exactly as the kernels tell that were
/// asked.
///
/// The order is that of the first release with the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Since {
    /// First release that is known to have the change.
    with: Version,
    /// Last release that is known to be without the change, if releases came
    /// between the two.
    without: Option<Version>,
}

impl Since {
    /// Returns the change between two releases that answer differently.
    pub fn between(without: Version, with: Version) -> Self {
        let gap = !follow_each_other(without, with);
        Self {
            without: gap.then_some(without),
            with,
        }
    }

    /// Returns whether no release was left out: the change came with this one.
    pub fn is_exact(self) -> bool {
        self.without.is_none()
    }

    /// Tells whether a release has the change; `None` if nobody knows.
    pub fn is_in(self, release: Version) -> Option<bool> {
        if release >= self.with {
            return Some(true);
        }
        match self.without {
            Some(without) if release > without => None,
            _ => Some(false),
        }
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.without {
            None => write!(f, "{}", self.with),
            Some(without) => {
                write!(f, "between {without} and {}", self.with)
            }
        }
    }
}

impl FromStr for Since {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let Some(both) = text.strip_prefix("between ") else {
            return Ok(Self {
                without: None,
                with: exact(text)?,
            });
        };
        let both = both.split_once(" and ");
        let (without, with) = both
            .context("between which releases? Write: between 6.12 and 6.16")?;
        Ok(Self::between(exact(without)?, exact(with)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(text: &str) -> Version {
        of_kernel(text).unwrap()
    }

    #[test]
    fn a_release_is_read_from_the_name_of_a_kernel() {
        for (name, shown) in [
            ("6.12.117+deb12-cloud-amd64", "6.12"),
            ("6.1.0-48-cloud-amd64", "6.1"),
            ("7.3", "7.3"),
        ] {
            assert_eq!(release(name).to_string(), shown);
        }
        assert!(of_kernel("seven").is_err());
        assert!(release("6.9") < release("6.12"));
    }

    #[test]
    fn a_change_is_named_by_one_release_only_if_none_was_left_out() {
        let said = |a, b| Since::between(release(a), release(b)).to_string();
        assert_eq!(said("6.18", "6.19"), "6.19");
        assert_eq!(said("6.19", "7.0"), "7.0");
        assert_eq!(said("6.12", "6.16"), "between 6.12 and 6.16");
        assert_eq!(said("6.18", "7.0"), "between 6.18 and 7.0");
        for text in ["6.19", "between 6.12 and 6.16"] {
            assert_eq!(text.parse::<Since>().unwrap().to_string(), text);
        }
        for text in ["6.19.3", "between 6.12", "soon"] {
            assert!(text.parse::<Since>().is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_is_said_about_releases_between_the_two() {
        let since: Since = "between 6.12 and 6.16".parse().unwrap();
        for (text, is_in) in [
            ("6.1", Some(false)),
            ("6.12.9", Some(false)),
            ("6.14", None),
            ("6.16", Some(true)),
            ("7.3", Some(true)),
        ] {
            assert_eq!(since.is_in(release(text)), is_in, "{text}");
        }
    }
}
