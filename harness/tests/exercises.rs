//! The exercises are right: starters fail where they are meant to, solutions
//! pass, wrong answers are told why. And the check that says so can fail.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use harness::course;
use harness::exercise::catalogue::{self, Entry, Number};
use harness::exercise::format;
use harness::exercise::observation::{End, Observation};
use harness::exercise::self_check::{self, Examined};
use harness::machine::kernel;
use nix::sys::signal::Signal;

use crate::changed::copy;

fn check(entries: &[Entry]) -> Vec<Examined> {
    let kernels = [kernel::find().unwrap()];
    let workspace = course::workspace();
    self_check::check(&workspace, entries, &kernels, |_| {}).unwrap()
}

fn problems(checked: &[Examined]) -> Vec<String> {
    let all = checked.iter().flat_map(|it| &it.problems);
    all.map(|it| format!("{} {}: {}", it.number, it.file, it.what))
        .collect()
}

fn are_as_their_author_says(chapter: u32) {
    let mut entries = catalogue::all(&course::workspace()).unwrap();
    entries.retain(|entry| entry.number.chapter == chapter);
    assert!(!entries.is_empty());
    let checked = check(&entries);
    assert_eq!(problems(&checked), [""; 0]);
    assert_eq!(checked.len(), entries.len());
}

#[test]
fn the_exercises_of_chapter_one_are_as_their_author_says() {
    are_as_their_author_says(1);
}

#[test]
fn the_exercises_of_chapter_two_are_as_their_author_says() {
    are_as_their_author_says(2);
}

#[test]
fn the_exercises_of_chapter_three_are_as_their_author_says() {
    are_as_their_author_says(3);
}

#[test]
fn the_exercises_of_chapter_four_are_as_their_author_says() {
    are_as_their_author_says(4);
}

#[test]
fn the_exercises_of_chapter_five_are_as_their_author_says() {
    are_as_their_author_says(5);
}

#[test]
fn the_exercises_of_chapter_six_are_as_their_author_says() {
    are_as_their_author_says(6);
}

mod chapter_7 {
    #[test]
    fn the_exercises_of_the_newest_kernel_are_as_their_author_says() {
        super::are_as_their_author_says(7);
    }
}

#[test]
fn no_chapters_exercises_are_left_out() {
    let entries = catalogue::all(&course::workspace()).unwrap();
    let chapters: BTreeSet<u32> =
        entries.iter().map(|entry| entry.number.chapter).collect();
    assert!(chapters.into_iter().eq(1..=7));
}

/// A copy of exercise 3.1 to be broken, in a folder of its own.
fn broken(
    folder: &Path,
    break_it: impl FnOnce(&mut String, &mut String),
) -> Entry {
    let number = Number { chapter: 3, own: 1 };
    let mut entry = catalogue::find(&course::workspace(), number).unwrap();
    copy(&entry.folder, folder);
    let text = folder.join("exercise.toml");
    let solution = folder.join("solution.rs");
    let mut toml = fs::read_to_string(&text).unwrap();
    let mut program = fs::read_to_string(&solution).unwrap();
    break_it(&mut toml, &mut program);
    fs::write(&text, &toml).unwrap();
    fs::write(&solution, &program).unwrap();
    entry.exercise = format::parse(&toml).unwrap();
    entry.folder = folder.to_path_buf();
    entry
}

#[test]
fn what_is_wrong_with_an_exercise_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let entry = broken(folder.path(), |toml, program| {
        // Another feedback than the one that will be given.
        *toml = toml.replace("gets = \"child\"", "gets = \"all-joined\"");
        // A solution that works, and that clippy and rustfmt do not like.
        program.push_str("fn  unused() -> String { return String::new(); }\n");
        // A starter that fails elsewhere.
        *toml = toml.replace(
            "program = \"join\"",
            "program = \"join\"\nstarter_fails = \"addresses\"",
        );
    });
    fs::write(folder.path().join("notes.txt"), "stray").unwrap();
    let all = problems(&check(&[entry]));
    for (file, word) in [
        (
            "starter.rs",
            "it should fail at addresses, fails at started",
        ),
        ("solution.rs", "never used"),
        ("solution", "rustfmt"),
        ("wrong/child.rs", "it should get all-joined, gets child"),
        ("notes.txt", "does not name it"),
    ] {
        let found = all.iter().any(|problem| {
            problem.starts_with(&format!("3.1 {file}:"))
                && problem.contains(word)
        });
        assert!(found, "{file}: {word}: not among {all:#?}");
    }
    assert_eq!(all.len(), 5, "{all:#?}");
}

#[test]
fn a_solution_that_only_prints_passes_no_check() {
    let folder = tempfile::tempdir().unwrap();
    let entry = broken(folder.path(), |toml, program| {
        // An exercise whose right output is the same each time is no good.
        let begin = toml.find("[[run]]").unwrap();
        let end = toml.find("[[feedback]]").unwrap();
        let run = "[[run]]\nline = \"join\"\n[[run.check]]\nid = \"says\"\n\
                   what = \"it says so\"\nstdout = \"yes\"\n\n";
        toml.replace_range(begin..end, run);
        let rest = toml.find("[[feedback]]").unwrap();
        toml.truncate(rest);
        toml.push_str(
            "[[feedback]]\nid = \"no\"\nsays = \"no\"\n\
             [[wrong]]\nprogram = \"wrong/child.rs\"\ngets = \"no\"\n\
             [[wrong]]\nprogram = \"wrong/own_handle.rs\"\ngets = \"no\"\n",
        );
        *program = "//! Says yes.\n\nfn main() {\n    println!(\"yes\");\n}\n"
            .to_owned();
    });
    fs::remove_file(folder.path().join("wrong/every_handle.rs")).unwrap();
    fs::remove_file(folder.path().join("wrong/no_arguments.rs")).unwrap();
    let all = problems(&check(&[entry]));
    assert_eq!(all.len(), 1, "{all:#?}");
    assert!(all[0].contains("printing what it printed once passes too"));
}

#[test]
fn the_names_of_signals_are_those_of_this_computer() {
    for number in 1..=31_u8 {
        let seen = Observation {
            end: End::Status(128 + number),
            ..Observation::default()
        };
        let signal = Signal::try_from(i32::from(number)).unwrap();
        assert_eq!(seen.signal(), Some(signal.as_str()));
    }
    let none = Observation {
        end: End::Status(160),
        ..Observation::default()
    };
    assert_eq!(none.signal(), None);
}
