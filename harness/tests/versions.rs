//! What differs between kernels is said once, and is so on both sides.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::cargo::cargo_bin;
use harness::machine::kernel;
use tempfile::TempDir;

use crate::excerpt::excerpt;
use crate::faults::subject::{Subject, lesson_of};

/// The lesson with the marks, with one text in one file replaced.
fn with_one_change(file: &str, from: &str, to: &str) -> TempDir {
    let lesson =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lessons/versions");
    let copy = TempDir::new().unwrap();
    fs::create_dir(copy.path().join("snapshots")).unwrap();
    let snapshots = fs::read_dir(lesson.join("snapshots")).unwrap();
    let names = snapshots.map(|entry| {
        let name = entry.unwrap().file_name();
        format!("snapshots/{}", name.to_str().unwrap())
    });
    for name in names.chain(["README.md".to_owned()]) {
        let text = fs::read_to_string(lesson.join(&name)).unwrap();
        fs::write(copy.path().join(name), text).unwrap();
    }
    let changed = copy.path().join(file);
    let text = fs::read_to_string(&changed).unwrap();
    assert!(text.contains(from), "{from} in {}", excerpt(&text));
    fs::write(&changed, text.replacen(from, to, 1)).unwrap();
    copy
}

/// Plays it on every kernel that has been fetched.
fn on_all_kernels(folder: &TempDir) -> (i32, String) {
    let output = Command::new(cargo_bin("harness"))
        .arg("kernels")
        .arg(folder.path().join("README.md"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    (output.status.code().unwrap_or(-1), text)
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

fn is(outcome: (i32, String), code: i32, words: &[&str]) {
    let text = outcome.1;
    for word in words {
        assert!(
            text.contains(word),
            "{word:?} is not in:\n{}",
            excerpt(&text)
        );
    }
    assert_eq!(outcome.0, code, "{}", excerpt(&text));
}

#[test]
fn a_lesson_with_marks_is_as_in_the_book_on_both_sides_of_them() {
    let outcome = on_all_kernels(&with_one_change("README.md", "#", "#"));
    let sides = sides();
    if sides.before && sides.since {
        is(outcome, 0, &["6.1.", "6.12.", "as in the book"]);
    } else {
        is(
            outcome,
            1,
            &["as in the book", "README.md:7: `[before 6.6]`"],
        );
    }
}

#[test]
fn a_mark_that_makes_no_difference_is_an_error_at_its_line() {
    let copy = with_one_change(
        "README.md",
        "either way\n```",
        "[since 5.4] either way\n```",
    );
    is(
        on_all_kernels(&copy),
        1,
        &["README.md:11: `[since 5.4]` makes no difference"],
    );
}

// On which kernels a wrong mark shows depends on how it is wrong.

#[test]
fn a_mark_at_the_wrong_version_is_a_difference_at_its_line() {
    let with = |mark| with_one_change("README.md", "[since 6.6]", mark);
    let sides = sides();
    if sides.before {
        let outcome = on_all_kernels(&with("[since 5.4]"));
        is(outcome, 1, &["README.md:8: not as in the lesson"]);
    }
    if sides.since {
        let outcome = on_all_kernels(&with("[since 6.99]"));
        is(outcome, 1, &["README.md:9: not as in the lesson"]);
    }
}

#[test]
fn a_mark_in_a_snapshot_makes_its_line_matter_on_one_side() {
    let file = "snapshots/02-an-interface-where-there-is-the-setting.snap";
    let with = |line| with_one_change(file, "[since 6.6]   new ", line);
    let sides = sides();
    if sides.before {
        let outcome = on_all_kernels(&with("[since 5.4]   new "));
        is(outcome, 1, &[".snap:", "not as in the lesson", "-   new "]);
    }
    if sides.since {
        let outcome = on_all_kernels(&with("[since 6.6]   old "));
        is(outcome, 1, &[".snap:", "not as in the lesson", "-   old "]);
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
