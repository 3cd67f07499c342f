//! docs/src/faults.md names the tests, and all of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use harness::course;

/// The tests that the table names, as `FILE::…::NAME`: a row is
/// `| what | what is promised | test |`, and says several with `<br>`.
fn promised() -> BTreeSet<String> {
    let path = course::workspace().join("docs/src/faults.md");
    let text = fs::read_to_string(path).unwrap();
    let mut names = BTreeSet::new();
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        assert_eq!(cells.len(), 3, "{row}");
        let tests = cells[2].split('`').skip(1).step_by(2);
        for test in tests {
            assert!(names.insert(test.to_owned()), "{test} stands twice");
        }
        let heading = cells[2].trim() == "test";
        assert!(heading || cells[2].contains('`'), "no test: {row}");
    }
    names
}

/// The tests of faults, but for the ones about the table.
fn ours() -> BTreeSet<String> {
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).arg("--list").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .filter(|name| name.starts_with("faults::"))
        .filter(|name| !name.starts_with("faults::table::"))
        .map(str::to_owned)
        .collect()
}

/// Whether a file of `harness/tests` has this test.
fn is_test_of(file: &str, name: &str) -> bool {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    // A test of a folder: `debian::stage::NAME`.
    let (file, name) = match name.rsplit_once("::") {
        Some((inner, name)) => (format!("{file}/{inner}"), name),
        None => (file.to_owned(), name),
    };
    let text = fs::read_to_string(tests.join(format!("{file}.rs")));
    let text = text.unwrap_or_default();
    let definition = format!("fn {name}()");
    let mut lines = text.lines().map(str::trim);
    lines.any(|line| line == "#[test]")
        && lines.any(|line| line.starts_with(&definition))
}

#[test]
fn every_test_of_a_fault_has_its_row() {
    let promised = promised();
    let missing: Vec<_> = ours().difference(&promised).cloned().collect();
    assert!(
        missing.is_empty(),
        "not in docs/src/faults.md: {missing:#?}"
    );
}

#[test]
fn every_row_has_its_test() {
    let ours = ours();
    for name in promised() {
        let found = match name.split_once("::") {
            Some(("faults", _)) => ours.contains(&name),
            Some((file, test)) => is_test_of(file, test),
            None => false,
        };
        assert!(found, "there is no test {name}");
    }
}
