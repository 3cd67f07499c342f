//! The versions that docs/src/systems.md was written with. They tell whether a
//! difference may come from outside of the course.

use std::fs;
use std::path::Path;

use super::outcome::Outcome;

/// The versions on the page.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Releases of the kernels.
    kernels: Vec<String>,
    /// Userland, package, and version of the package.
    tools: Vec<[String; 3]>,
    /// QEMUs and their versions, such as `own 7.2.22`.
    qemus: Vec<String>,
}

impl Known {
    /// Reads the versions from a page; a missing page has none.
    pub fn read(page: &Path) -> Self {
        Self::of(&fs::read_to_string(page).unwrap_or_default())
    }

    fn of(text: &str) -> Self {
        let mut known = Self::default();
        for row in table(text, "| Linux | userland | QEMU | lessons |") {
            if let [release, _, qemu, ..] = &row[..] {
                known.kernels.push(release.clone());
                known.qemus.push(qemu.clone());
            }
        }
        let head = text.lines().find(|it| it.starts_with("| userland |"));
        let head = cells(head.unwrap_or_default());
        for row in table(text, "| userland |") {
            let pairs = head.iter().zip(&row).skip(1);
            known.tools.extend(pairs.map(|(package, version)| {
                [row[0].clone(), package.clone(), version.clone()]
            }));
        }
        known
    }

    /// Lists the versions of a system that are not on the page, which is about
    /// QEMU's machines alone.
    pub fn news(&self, outcome: &Outcome) -> Vec<String> {
        let Some(versions) = &outcome.versions else {
            return Vec::new();
        };
        if outcome.system.is_page() {
            return Vec::new();
        }
        let mut news = Vec::new();
        if !self.kernels.contains(&versions.kernel) {
            news.push(format!("Linux {}", versions.kernel));
        }
        let qemu = format!("{} {}", outcome.system.qemu.name, versions.qemu);
        if !self.qemus.contains(&qemu) {
            news.push(format!("QEMU {}", versions.qemu));
        }
        let userland = &outcome.system.userland.name;
        for (package, version) in &versions.tools {
            let of =
                |it: &&[String; 3]| it[0] == *userland && it[1] == *package;
            match self.tools.iter().find(of) {
                Some([_, _, then]) if then == version => {}
                Some([_, _, then]) => {
                    news.push(format!("{package} {version}, not {then}"));
                }
                None => news.push(format!("{package} {version}")),
            }
        }
        news
    }

    /// Says in one line whether a system's difference may come from outside.
    pub fn blame(&self, outcome: &Outcome) -> String {
        let system = &outcome.system;
        let news = self.news(outcome);
        if system.is_page() {
            format!("{system}: vm/page and vm/web choose its versions")
        } else if news.is_empty() {
            format!(
                "{system}: the same versions as in docs/src/systems.md, so the \
                 change is in the course or the harness"
            )
        } else {
            format!(
                "{system}: from OUTSIDE, since docs/src/systems.md was \
                 written, have come {}",
                news.join("; ")
            )
        }
    }
}

/// Returns the cells of each row of the table whose first line begins with
/// `head`.
fn table(text: &str, head: &str) -> Vec<Vec<String>> {
    let below = text.lines().skip_while(|line| !line.starts_with(head));
    let rows = below.skip(2).take_while(|line| line.starts_with('|'));
    rows.map(cells).collect()
}

fn cells(row: &str) -> Vec<String> {
    let cells = row.trim().trim_matches('|').split('|');
    cells.map(|cell| cell.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::outcome::Cell;
    use super::super::outcome::tests::outcome;
    use super::*;

    const PAGE: &str = "\
| Linux | userland | QEMU | lessons | exercises |
|---|---|---|---|---|
| 6.1.0-57 | own | own 7.2.22 | ✓ 2 | ✓ 3 |

| userland | bash | util-linux |
|---|---|---|
| own | 5.2.15 | 2.38.1 |
";

    #[test]
    fn a_version_that_the_page_does_not_know_came_from_outside() {
        let same = outcome("6.1.0-57", &[const { Cell::Same }; 5]);
        let known = Known::of(PAGE);
        assert_eq!(known.news(&same), [""; 0]);
        assert!(known.blame(&same).contains("the change is in the course"));

        let newer = outcome("6.1.0-58", &[const { Cell::Same }; 5]);
        assert_eq!(known.news(&newer), ["Linux 6.1.0-58"]);
        let other = Known::of(&PAGE.replace("2.38.1", "2.37"));
        assert_eq!(other.news(&same), ["util-linux 2.38.1, not 2.37"]);
        assert!(other.blame(&same).contains("from OUTSIDE"));
        assert_eq!(Known::default().news(&same).len(), 4);
    }
}
