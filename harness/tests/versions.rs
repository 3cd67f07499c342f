//! A lesson marks each difference between kernels, and is right on both sides.

use std::path::Path;

use harness::machine::kernel;

use crate::changed::{Changed, README};
use crate::faults::subject::{Outcome, Subject, lesson_of};

/// Changes the lesson with the marks.
fn with_one_change(file: &str, from: &str, to: &str) -> Changed {
    Changed::new("versions", file, from, to)
}

/// Plays the lesson on every kernel that has been fetched.
fn on_all_kernels(lesson: &Changed) -> Outcome {
    let readme = lesson.readme();
    Subject::harness(&["kernels", readme.to_str().unwrap()]).outcome()
}

/// On which sides of Linux 6.6 kernels have been fetched: with one side only,
/// that is what is said of each mark.
struct Sides {
    before: bool,
    since: bool,
}

fn sides() -> Sides {
    let is_old = |image: &Path| image.to_str().unwrap().contains("/6.1.");
    let kernels = kernel::fetched().unwrap();
    assert!(!kernels.is_empty());
    Sides {
        before: kernels.iter().any(|kernel| is_old(&kernel.image)),
        since: kernels.iter().any(|kernel| !is_old(&kernel.image)),
    }
}

#[test]
fn a_lesson_with_marks_is_as_in_the_book_on_both_sides_of_them() {
    let outcome = on_all_kernels(&Changed::nowhere("versions"));
    let sides = sides();
    if sides.before && sides.since {
        for kernel in kernel::fetched().unwrap() {
            outcome.is(0, &[&kernel.release(), "as in the book"]);
        }
    } else {
        outcome.is(1, &["as in the book", "README.md:7: `[before 6.6]`"]);
    }
}

#[test]
fn a_mark_that_makes_no_difference_is_an_error_at_its_line() {
    let copy = with_one_change(
        README,
        "either way\n```",
        "[since 5.4] either way\n```",
    );
    on_all_kernels(&copy)
        .is(1, &["README.md:11: `[since 5.4]` makes no difference"]);
}

// On which kernels a wrong mark shows depends on how it is wrong.

#[test]
fn a_mark_at_the_wrong_version_is_a_difference_at_its_line() {
    let with = |mark| with_one_change(README, "[since 6.6]", mark);
    let sides = sides();
    if sides.before {
        let outcome = on_all_kernels(&with("[since 5.4]"));
        outcome.is(1, &["README.md:8: not as in the lesson"]);
    }
    if sides.since {
        let outcome = on_all_kernels(&with("[since 99.0]"));
        outcome.is(1, &["README.md:9: not as in the lesson"]);
    }
}

#[test]
fn a_mark_in_a_snapshot_makes_its_line_matter_on_one_side() {
    let file = "snapshots/02-an-interface-where-there-is-the-setting.snap";
    let with = |line| with_one_change(file, "[since 6.6]   new ", line);
    let sides = sides();
    if sides.before {
        let outcome = on_all_kernels(&with("[since 5.4]   new "));
        outcome.is(1, &[".snap:", "not as in the lesson", "-   new "]);
    }
    if sides.since {
        let outcome = on_all_kernels(&with("[since 6.6]   old "));
        outcome.is(1, &[".snap:", "not as in the lesson", "-   old "]);
    }
}

#[test]
fn a_mark_of_a_tool_asks_the_machine_s_own() {
    let play = |version: &str| {
        let (_folder, lesson) = lesson_of(&format!(
            "host# echo new\n[since util-linux {version}] new\n\
             [before util-linux {version}] old\n"
        ));
        Subject::play(&lesson).outcome()
    };
    play("2.10").is(0, &["as in the book"]);
    play("99.0").is(1, &["README.md:8: not as in the lesson", "- old"]);
}
