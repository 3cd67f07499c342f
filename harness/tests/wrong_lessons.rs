//! A lesson that is wrong must fail, at the line that is wrong: one digit of
//! an output, one exit status, one interface, one namespace.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::cargo::cargo_bin;
use tempfile::TempDir;

use crate::excerpt::excerpt;

const README: &str = "README.md";

/// A copy of the lesson that is right, with one text in one file replaced.
fn with_one_change(file: &str, from: &str, to: &str) -> (TempDir, usize) {
    let right =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lessons/right");
    let copy = TempDir::new().unwrap();
    fs::create_dir(copy.path().join("snapshots")).unwrap();
    for path in fs::read_dir(right.join("snapshots")).unwrap() {
        let path = path.unwrap().path();
        let name = path.file_name().unwrap();
        fs::copy(&path, copy.path().join("snapshots").join(name)).unwrap();
    }
    fs::copy(right.join(README), copy.path().join(README)).unwrap();

    let changed = copy.path().join(file);
    let text = fs::read_to_string(&changed).unwrap();
    let at = text
        .find(from)
        .unwrap_or_else(|| panic!("{from} in {}", excerpt(&text)));
    let line = 1 + text[..at].matches('\n').count();
    fs::write(&changed, text.replacen(from, to, 1)).unwrap();
    (copy, line)
}

fn play(folder: &Path) -> (i32, String) {
    let output = Command::new(cargo_bin("harness"))
        .arg("lesson")
        .arg(folder.join(README))
        .arg("--auto")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    (output.status.code().unwrap_or(-1), text)
}

fn fails_at_the_line_of(file: &str, from: &str, to: &str) {
    let (folder, line) = with_one_change(file, from, to);
    let (code, text) = play(folder.path());
    let place = format!("{file}:{line}: not as in the lesson");
    assert!(
        text.contains(&place),
        "{place:?} is not in:\n{}",
        excerpt(&text)
    );
    assert!(
        text.contains("differs from the book in 1 place"),
        "{}",
        excerpt(&text)
    );
    assert_eq!(code, 1, "{}", excerpt(&text));
}

#[test]
fn the_right_lesson_passes_and_prints_no_control_codes() {
    let (folder, _) = with_one_change(README, "is right", "is right");
    let (code, text) = play(folder.path());
    assert_eq!(code, 0, "{}", excerpt(&text));
    let control = |c: char| c.is_control() && c != '\n';
    assert!(!text.contains(control), "{text:?}");
}

#[test]
fn one_digit_of_an_output_matters() {
    fails_at_the_line_of(README, "10.9.0.2/24\n", "10.9.0.3/24\n");
}

#[test]
fn an_exit_status_matters() {
    fails_at_the_line_of(README, "[exit 2]", "[exit 1]");
}

#[test]
fn a_missing_line_matters() {
    fails_at_the_line_of(README, "uts:[A]\n", "");
}

#[test]
fn which_namespace_it_is_matters() {
    fails_at_the_line_of(README, "ipc:[initial]", "ipc:[A]");
}

#[test]
fn an_interface_of_the_facts_matters() {
    let file = "snapshots/02-a-cable-between-two-network-namespaces.snap";
    fails_at_the_line_of(file, "peer inside", "peer outside");
}

#[test]
fn a_namespace_of_the_facts_matters() {
    let file = "snapshots/01-a-shell-in-two-new-namespaces.snap";
    fails_at_the_line_of(
        file,
        ":box    ·     ·   ·   A",
        ":box    ·     ·   ·   ·",
    );
}

#[test]
fn a_step_without_its_snapshot_does_not_pass() {
    let (folder, _) = with_one_change(README, "is right", "is right");
    let snapshots = folder.path().join("snapshots");
    let snapshot = fs::read_dir(&snapshots).unwrap().next().unwrap();
    fs::remove_file(snapshot.unwrap().path()).unwrap();
    let (code, text) = play(folder.path());
    assert_eq!(code, 1, "{}", excerpt(&text));
}

#[test]
fn a_snapshot_without_its_step_does_not_pass() {
    let (folder, _) = with_one_change(README, "is right", "is right");
    let orphan = folder.path().join("snapshots/09-gone.snap");
    fs::write(&orphan, "---\n---\nnothing\n").unwrap();
    let (code, text) = play(folder.path());
    assert!(text.contains("09-gone.snap"), "{}", excerpt(&text));
    assert_eq!(code, 1, "{}", excerpt(&text));
}
