//! The systems on which the lessons were played, from the page that `just
//! matrix --write` writes after a run.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use reader::lesson::Version;
use tr::tr;

use crate::html::escape;

/// The page, from the top of the repository.
pub const PAGE: &str = "docs/src/systems.md";

/// The systems of the last run.
#[derive(Debug, PartialEq, Eq)]
pub struct Verified {
    /// Date of the run, such as `2026-11-30`.
    pub date: String,
    /// Versions of Linux, such as `6.12`.
    pub kernels: Vec<String>,
    /// Userlands, such as `trixie`.
    pub userlands: Vec<String>,
}

impl Verified {
    /// Reads the page.
    ///
    /// # Errors
    ///
    /// The page has no date, or no row of a system.
    pub fn read(workspace: &Path) -> Result<Self> {
        let text = fs::read_to_string(workspace.join(PAGE)).context(PAGE)?;
        Self::of(&text)
    }

    fn of(page: &str) -> Result<Self> {
        let advice = "run `just matrix --write`";
        let Some(date) = between(page, "Played on ", ";") else {
            bail!("{PAGE}: no `Played on DATE;`: {advice}");
        };
        let own = between(page, "`own` is ", ". ").unwrap_or("own");
        let mut kernels = Vec::new();
        let mut userlands = Vec::new();
        for (kernel, userland) in page.lines().filter_map(row) {
            push_new(&mut kernels, kernel);
            push_new(
                &mut userlands,
                if userland == "own" { own } else { userland },
            );
        }
        if kernels.is_empty() {
            bail!("{PAGE}: no system in its first table: {advice}");
        }
        let date = date.to_owned();
        Ok(Self {
            date,
            kernels,
            userlands,
        })
    }

    /// Returns the foot of a page, as HTML. The lesson of the page may need a
    /// kernel: older ones are left out, and without another there is no foot.
    pub fn foot(&self, needed: Option<Version>) -> String {
        let kernels = self.kernels_since(needed);
        if kernels.is_empty() {
            return String::new();
        }
        let comma = tr!(", ");
        let words = tr!(
            "Every command, output and picture of the lessons was verified on \
             {date}: Linux {kernels}; userlands {userlands}.",
            date = self.date,
            kernels = kernels.join(&comma),
            userlands = self.userlands.join(&comma)
        );
        let systems = tr!("All systems");
        format!(
            "\n\n<footer class=\"verified\">{} \
             <a href=\"systems.html\">{systems}</a></footer>\n",
            escape(&words)
        )
    }

    fn kernels_since(&self, needed: Option<Version>) -> Vec<&str> {
        let has_played = |kernel: &&str| {
            needed.is_none_or(|since| Version::of(kernel) >= since)
        };
        let kernels = self.kernels.iter().map(String::as_str);
        kernels.filter(has_played).collect()
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

/// Returns kernel and userland of a row in the table of what was played.
fn row(line: &str) -> Option<(&str, &str)> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let (kernel, userland) = (cells.next()?, cells.next()?);
    let end = kernel.match_indices('.').nth(1).map(|(at, _)| at)?;
    let is_version =
        |it: &str| it.chars().all(|c| c.is_ascii_digit() || c == '.');
    let version = &kernel[..end];
    (is_version(version) && cells.count() > 3).then_some((version, userland))
}

fn push_new(all: &mut Vec<String>, one: &str) {
    if !all.iter().any(|it| it == one) {
        all.push(one.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
Played on 2026-11-30; `own` is Debian GNU/Linux 12 (bookworm). Systems: 3.

| Linux | userland | QEMU | lessons | exercises |
|---|---|---|---|---|
| 6.1.0-48-cloud-amd64 | own | own 7.2.22 | ✓ 6 | ✓ 19 |
| 6.1.0-48-cloud-amd64 | sid | own 7.2.22 | ✓ 6 | ✓ 19 |
| 6.12.117+deb12-cloud-amd64 | own | own 7.2.22 | ✓ 6 | ✓ 19 |

| userland | util-linux |
|---|---|
| own | 2.38.1 |
";

    #[test]
    fn the_page_of_a_run_tells_date_kernels_and_userlands() {
        let read = Verified::of(PAGE).unwrap();
        assert_eq!(read.date, "2026-11-30");
        assert_eq!(read.kernels, ["6.1", "6.12"]);
        assert_eq!(read.userlands, ["Debian GNU/Linux 12 (bookworm)", "sid"]);
    }

    #[test]
    fn a_page_names_only_kernels_that_its_lesson_was_played_on() {
        let read = Verified::of(PAGE).unwrap();
        let since = |needed| read.kernels_since(Some(Version::of(needed)));
        assert_eq!(read.kernels_since(None), ["6.1", "6.12"]);
        assert_eq!(since("6.6"), ["6.12"]);
        assert!(since("7.0").is_empty());
        assert_eq!(read.foot(Some(Version::of("7.0"))), "");
    }

    #[test]
    fn a_page_without_a_run_is_an_error() {
        let error = Verified::of("# Systems\n").unwrap_err().to_string();
        assert!(error.contains("just matrix --write"), "{error}");
    }

    #[test]
    fn this_repository_has_such_a_page() {
        assert!(Verified::read(&reader::course::workspace()).is_ok());
    }
}
