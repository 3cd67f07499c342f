//! Manual pages.

use std::fmt;

/// A manual page, and the part of it that has the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Name of the page.
    pub name: &'static str,
    /// Section of the manual.
    pub section: u8,
    /// Heading in the page.
    pub part: &'static str,
}

impl Page {
    /// Returns the part of a page about errors.
    pub const fn errors(name: &'static str, section: u8) -> Self {
        let part = "ERRORS";
        Self {
            name,
            section,
            part,
        }
    }

    /// Returns a part of a page.
    pub const fn part(
        name: &'static str,
        section: u8,
        part: &'static str,
    ) -> Self {
        Self {
            name,
            section,
            part,
        }
    }

    /// Returns the command that shows the page.
    pub fn without_part(&self) -> String {
        format!("man {} {}", self.section, self.name)
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            section,
            part,
        } = self;
        write!(f, "man {section} {name}, {part}")
    }
}
