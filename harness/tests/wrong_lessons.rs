//! A lesson that is wrong must fail, at the line that is wrong: one digit of
//! an output, one exit status, one interface, one namespace.

use std::fs;
use std::os::unix::fs::symlink;

use tempfile::TempDir;

use crate::changed::{Changed, README};
use crate::excerpt::excerpt;
use crate::faults::subject::{Outcome, Subject};

fn play(lesson: &Changed) -> Outcome {
    Subject::play(&lesson.readme()).outcome()
}

fn bless(lesson: &Changed) -> Outcome {
    let readme = lesson.readme();
    Subject::harness(&["lesson", readme.to_str().unwrap(), "--bless"]).outcome()
}

#[track_caller]
fn fails_at_the_line_of(file: &str, from: &str, to: &str) {
    let lesson = Changed::new("right", file, from, to);
    let place = format!("{file}:{}: not as in the lesson", lesson.line);
    play(&lesson).is(1, &[&place, "differs from the book in 1 place"]);
}

#[test]
fn the_right_lesson_passes_and_prints_no_control_codes() {
    let outcome = play(&Changed::nowhere("right"));
    outcome.is(0, &[]);
    let control = |c: char| c.is_control() && c != '\n';
    assert!(!outcome.text.contains(control), "{:?}", outcome.text);
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
    let lesson = Changed::new("right", "src/box.rs", "(\"box\")", "(\"new\")");
    let text = fs::read_to_string(lesson.readme()).unwrap();
    let shown = text.lines().position(|line| line.contains("println"));
    let line = shown.unwrap() + 1;
    let words = [
        &*format!("{README}:{line}: not as in the lesson"),
        "src/box.rs, lines 3 to 5: just bless copies it",
        "-     println!(\"box\");",
        "+     println!(\"new\");",
        "differs from the book in 1 place",
    ];
    play(&lesson).is(1, &words);

    bless(&lesson).is(0, &[]);
    let text = fs::read_to_string(lesson.readme()).unwrap();
    assert!(text.contains("println!(\"new\")"), "{}", excerpt(&text));
    play(&lesson).is(0, &[]);
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
        let lesson = Changed::new("right", README, block, other);
        let place = format!("{README}:{}: {problem}", lesson.line);
        play(&lesson).is(1, &[&place]);
    }
}

#[test]
fn a_link_that_leads_out_of_the_lessons_folder_is_not_followed() {
    let lesson = Changed::new("right", README, "src/box.rs", "src/link.rs");
    let elsewhere = TempDir::new().unwrap();
    let program = elsewhere.path().join("box.rs");
    fs::rename(lesson.path("src/box.rs"), &program).unwrap();
    symlink(&program, lesson.path("src/link.rs")).unwrap();
    let line = lesson.line;
    let place = format!("{README}:{line}: `src/link.rs` leads out of");
    play(&lesson).is(1, &[&place]);
}

#[test]
fn a_step_without_its_snapshot_does_not_pass() {
    let lesson = Changed::nowhere("right");
    let mut snapshots = fs::read_dir(lesson.path("snapshots")).unwrap();
    let snapshot = snapshots.next().unwrap().unwrap();
    fs::remove_file(snapshot.path()).unwrap();
    play(&lesson).is(1, &[]);
}

#[test]
fn a_snapshot_without_its_step_does_not_pass() {
    let lesson = Changed::nowhere("right");
    let orphan = lesson.path("snapshots/09-gone.snap");
    fs::write(&orphan, "---\n---\nnothing\n").unwrap();
    play(&lesson).is(1, &["09-gone.snap"]);
}
