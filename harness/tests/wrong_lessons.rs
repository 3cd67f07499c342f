//! A lesson that is wrong must fail, at the line that is wrong: one digit of
//! an output, one exit status, one interface, one namespace.

use std::fs;
use std::os::unix::fs::symlink;
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
    for folder in ["snapshots", "src"] {
        fs::create_dir(copy.path().join(folder)).unwrap();
        for path in fs::read_dir(right.join(folder)).unwrap() {
            let path = path.unwrap().path();
            let name = path.file_name().unwrap();
            fs::copy(&path, copy.path().join(folder).join(name)).unwrap();
        }
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
    lesson(folder, "--auto")
}

fn bless(folder: &Path) -> i32 {
    lesson(folder, "--bless").0
}

fn lesson(folder: &Path, how: &str) -> (i32, String) {
    let output = Command::new(cargo_bin("harness"))
        .arg("lesson")
        .arg(folder.join(README))
        .arg(how)
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
    let file = "snapshots/03-a-cable-between-two-network-namespaces.snap";
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

/// A program is compared with the lesson, not the other way round: the line
/// that is wrong is the lesson's.
#[test]
fn a_program_that_was_edited_is_no_longer_the_one_of_its_lesson() {
    let (folder, _) = with_one_change("src/box.rs", "(\"box\")", "(\"new\")");
    let lesson = fs::read_to_string(folder.path().join(README)).unwrap();
    let shown = lesson.lines().position(|line| line.contains("println"));
    let (code, text) = play(folder.path());
    let place =
        format!("{README}:{}: not as in the lesson", shown.unwrap() + 1);
    let function = "src/box.rs, lines 3 to 5: just bless copies it";
    for words in [
        &*place,
        function,
        "-     println!(\"box\");",
        "+     println!(\"new\");",
        "differs from the book in 1 place",
    ] {
        assert!(text.contains(words), "{words:?} not in {}", excerpt(&text));
    }
    assert_eq!(code, 1, "{}", excerpt(&text));

    assert_eq!(bless(folder.path()), 0);
    let lesson = fs::read_to_string(folder.path().join(README)).unwrap();
    assert!(lesson.contains("println!(\"new\")"), "{}", excerpt(&lesson));
    assert_eq!(play(folder.path()).0, 0);
}

#[test]
fn a_function_that_cannot_be_shown_is_an_error_at_its_line() {
    let block = "program=\"src/box.rs\" function=\"main\"";
    for (other, problem) in [
        (
            "program=\"src/box.rs\" function=\"gone\"",
            "`fn gone` in `src/box.rs`: there is none: name a function",
        ),
        (
            "program=\"src/box.rs\" function=\"empty\"",
            "`fn empty` in `src/box.rs`: it is empty: name one",
        ),
        (
            "program=\"src/gone.rs\" function=\"main\"",
            "`src/gone.rs` cannot be read: the file is not there; name a file",
        ),
        (
            "program=\"../box.rs\" function=\"main\"",
            "`../box.rs` leads out of the lesson's folder: name a file",
        ),
        ("program=\"src/box.rs\"", "no function of a program: write"),
    ] {
        let (folder, line) = with_one_change(README, block, other);
        let (code, text) = play(folder.path());
        let place = format!("{README}:{line}: {problem}");
        assert!(text.contains(&place), "no {place:?} in {}", excerpt(&text));
        assert_eq!(code, 1, "{}", excerpt(&text));
    }
}

#[test]
fn a_link_that_leads_out_of_the_lessons_folder_is_not_followed() {
    let (folder, line) = with_one_change(README, "src/box.rs", "src/link.rs");
    let elsewhere = TempDir::new().unwrap();
    let program = folder.path().join("src/box.rs");
    fs::rename(program, elsewhere.path().join("box.rs")).unwrap();
    let link = folder.path().join("src/link.rs");
    symlink(elsewhere.path().join("box.rs"), link).unwrap();
    let (code, text) = play(folder.path());
    let place = format!("{README}:{line}: `src/link.rs` leads out of");
    assert!(text.contains(&place), "no {place:?} in {}", excerpt(&text));
    assert_eq!(code, 1, "{}", excerpt(&text));
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
