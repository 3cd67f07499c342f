//! Holds the probes' answers on the kernels at hand against the page.

use std::cmp::Ordering;
use std::fmt;

use super::answer::{AnswerEnd, KernelAnswer};
use super::asking::Asked;
use super::probes::KernelProbe;
use super::release;
use super::table::{PAGE, ProbeRow, ProbeTable};
use crate::exit_code::DIFFERS;
use crate::machine::kernel::by_version;
use crate::systems::chosen::short;

/// A difference between the page and a kernel or a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discrepancy {
    /// Kernel and probe, or the row alone.
    place: String,
    what: String,
    /// Whether the kernel is newer than the page: the change may come from it.
    outside: bool,
    /// Exit code for this problem.
    code: u8,
}

impl fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, what, .. } = self;
        if self.outside {
            write!(
                f,
                "{place}: from OUTSIDE, the kernel is newer than {PAGE}: {what}"
            )
        } else {
            write!(f, "{place}: {what}")
        }
    }
}

/// Compares all answers with the page. `asked` has an answer for each probe.
pub fn problems(
    page: &ProbeTable,
    probes: &[KernelProbe],
    asked: &[Asked],
) -> Vec<Discrepancy> {
    let mut problems = strays(page, probes);
    for kernel in asked {
        let newest = page.kernels.last();
        let outside = newest.is_some_and(|newest| {
            by_version(short(&kernel.kernel), newest) == Ordering::Greater
        });
        for (probe, answer) in probes.iter().zip(&kernel.answers) {
            let row = page.rows.iter().find(|row| row.file == probe.file);
            let Some(row) = row else { continue };
            if let Err((what, code)) = compare(row, &kernel.kernel, answer) {
                let release = short(&kernel.kernel);
                problems.push(Discrepancy {
                    place: format!("Linux {release}, {}", probe.file),
                    what,
                    outside: outside && code == DIFFERS,
                    code,
                });
            }
        }
    }
    problems
}

/// Finds probes without a row, and rows without a probe.
fn strays(page: &ProbeTable, probes: &[KernelProbe]) -> Vec<Discrepancy> {
    let missing = probes.iter().filter_map(|probe| {
        let row = page.rows.iter().find(|row| row.file == probe.file);
        match row {
            None => Some((&probe.file, "it has no row")),
            Some(row) if row.since != probe.since => {
                Some((&probe.file, "its row has another release"))
            }
            Some(_) => None,
        }
    });
    let has_probe =
        |row: &&ProbeRow| probes.iter().any(|probe| probe.file == row.file);
    let gone = page.rows.iter().filter(|row| !has_probe(row));
    let gone = gone.map(|row| (&row.file, "there is no such probe"));
    let all = missing.chain(gone).map(|(file, what)| Discrepancy {
        place: format!("{PAGE}, {file}"),
        what: format!("{what}: just since --write"),
        outside: false,
        code: DIFFERS,
    });
    all.collect()
}

/// Compares one answer with its row. The error says what differs, with the exit
/// code.
fn compare(
    row: &ProbeRow,
    kernel: &str,
    answer: &KernelAnswer,
) -> Result<(), (String, u8)> {
    if let AnswerEnd::Broken { why, code } = &answer.end {
        return Err((format!("NOT ANSWERED: {why}"), *code));
    }
    let ProbeRow { before, after, .. } = row;
    let release = release::of_kernel(kernel);
    let is_in = release.ok().and_then(|it| row.since.is_in(it));
    let (expected, right): (_, &[&String]) = match is_in {
        Some(true) => (format!("`{after}`"), &[after]),
        Some(false) => (format!("`{before}`"), &[before]),
        None => (format!("`{before}` or `{after}`"), &[before, after]),
    };
    let said = answer.of_probe();
    if said.as_ref().is_ok_and(|said| right.contains(&said)) {
        return Ok(());
    }
    let said = said.unwrap_or_else(|what| what);
    let since = row.since;
    Err((
        format!("says `{said}`, not {expected} (since {since})"),
        DIFFERS,
    ))
}

/// Returns the exit code. With `outside_warns`, changes from outside do not
/// count.
pub fn exit_code(problems: &[Discrepancy], outside_warns: bool) -> u8 {
    let counted = problems.iter().filter(|it| !(outside_warns && it.outside));
    counted.map(|it| it.code).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::probes::tests::probe;
    use super::super::table::tests::asked;
    use super::*;

    fn page() -> ProbeTable {
        ProbeTable {
            kernels: vec!["6.12.1".into(), "6.19.14".into()],
            rows: vec![ProbeRow {
                file: "listns.rs".into(),
                since: "between 6.12 and 6.19".parse().unwrap(),
                before: "ENOSYS".into(),
                after: "9 ids".into(),
            }],
        }
    }

    fn found(asked: &[Asked]) -> Vec<Discrepancy> {
        let probes = [probe("listns.rs", "between 6.12 and 6.19")];
        problems(&page(), &probes, asked)
    }

    #[test]
    fn a_probe_that_answers_otherwise_is_red_and_says_what_was_expected() {
        let good = [
            asked("6.12.3-cloud", &["ENOSYS"]),
            asked("6.15-cloud", &["9 ids"]),
            asked("6.16-cloud", &["ENOSYS"]),
            asked("7.4-cloud", &["9 ids"]),
        ];
        assert_eq!(found(&good), []);
        let wrong = found(&[asked("6.12.3-cloud", &["9 ids"])]);
        assert_eq!(
            wrong[0].to_string(),
            "Linux 6.12.3, listns.rs: says `9 ids`, not `ENOSYS` (since \
             between 6.12 and 6.19)"
        );
        assert_eq!(exit_code(&wrong, true), 1);
        assert_eq!(found(&[asked("6.15-cloud", &["else"])]).len(), 1);
    }

    #[test]
    fn a_kernel_newer_than_the_page_is_warned_of_only_if_asked() {
        let newer = found(&[asked("6.19.15-cloud", &["10 ids"])]);
        assert!(newer[0].to_string().contains("from OUTSIDE"));
        assert_eq!(exit_code(&newer, true), 0);
        assert_eq!(exit_code(&newer, false), 1);
    }

    #[test]
    fn a_machine_that_fails_and_a_probe_without_end_are_no_pass() {
        let mut kernel = asked("7.4-cloud", &["9 ids"]);
        kernel.answers = vec![KernelAnswer::broken("it panicked".into(), 70)];
        let broken = found(&[kernel]);
        assert_eq!(exit_code(&broken, true), 70);
        let mut kernel = asked("6.1-cloud", &["ENOSYS"]);
        kernel.answers[0].end = AnswerEnd::Late(Duration::from_secs(9));
        let late = found(&[kernel]);
        assert!(late[0].to_string().contains("[no end within 9 s]"));
        assert_eq!(exit_code(&late, true), 1);
    }

    #[test]
    fn a_probe_without_a_row_and_a_row_without_a_probe_are_named() {
        let none = problems(&page(), &[probe("other.sh", "7.0")], &[]);
        let shown: Vec<_> = none.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "docs/src/since.md, other.sh: it has no row: just since --write",
                "docs/src/since.md, listns.rs: there is no such probe: just \
                 since --write"
            ]
        );
        assert_eq!(exit_code(&none, true), 1);
    }
}
