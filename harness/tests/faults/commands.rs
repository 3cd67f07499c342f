//! A lesson's command does what no lesson's command should.

use std::fmt::Write;
use std::fs;

use super::subject::{Subject, UNTOUCHED, lesson, lesson_of};
use crate::excerpt::excerpt;

#[test]
fn a_command_that_does_not_end_is_the_lessons_fault() {
    let words = [
        "README.md: line 8:",
        "tail -f",
        "not ended",
        "machine is well",
    ];
    let subject = Subject::play(&lesson("overdue")).that_idles();
    subject.outcome().is(1, &words);
}

#[test]
fn a_command_that_prints_100_mb_is_the_lessons_fault() {
    let (_folder, lesson) = lesson_of(
        "host# head -c 104857600 /dev/zero | tr '\\0' x\n\
         host# echo alive\nalive\n",
    );
    let outcome = Subject::play(&lesson).outcome();
    assert!(outcome.text.len() < 4 << 20, "{}", outcome.text.len());
    outcome.is(1, &["line 6:", "prints more than a lesson can hold"]);
}

/// A fast computer is told that it is too much before its time is over.
#[test]
fn a_command_that_prints_without_end_is_told_so_and_not_that_it_is_slow() {
    let (_folder, lesson) = lesson_of("host# yes\n");
    let outcome = Subject::play(&lesson).outcome();
    let told = ["prints more than a lesson can hold", "prints without end"];
    let told = told.iter().any(|words| outcome.text.contains(words));
    assert!(told, "{}", excerpt(&outcome.text));
    outcome.is(1, &["line 6:"]);
}

#[test]
fn a_command_that_never_pauses_prints_without_end_however_little() {
    let (_folder, lesson) =
        lesson_of("host# while echo tick; do sleep 1; done\n");
    let words = ["line 6:", "prints without end", "machine is well", "tick"];
    let subject = Subject::play(&lesson).that_idles();
    subject.outcome().is(1, &words);
}

#[test]
fn a_command_that_forks_without_end_is_the_lessons_fault() {
    let (_folder, lesson) = lesson_of(
        "host# bomb() { bomb | bomb & wait; }; bomb 2> /dev/null\nnever said\n",
    );
    // The shell may end for want of processes, wait for a process that never
    // ends, or outlive the bomb: then a line is missing.
    let outcome = Subject::play(&lesson).outcome();
    assert!(
        !outcome.text.contains("hangs"),
        "{}",
        excerpt(&outcome.text)
    );
    outcome.is(1, &[]);
}

#[test]
fn a_command_that_closes_its_outputs_ends_as_any_other() {
    let (_folder, lesson) = lesson_of(
        "host# bash -c 'exec 0<&- 1>&- 2>&-; kill -9 $$'\nKilled\n[exit 137]\n\
         host# echo alive\nalive\n",
    );
    Subject::play(&lesson).outcome().is(0, &["as in the book"]);
}

#[test]
fn a_shell_that_closes_its_outputs_is_the_lessons_fault() {
    let (_folder, lesson) = lesson_of("host# exec 1>&- 2>&-\n");
    let words = ["line 6:", "not ended", "machine is well"];
    let subject = Subject::play(&lesson).that_idles();
    subject.outcome().is(1, &words);
}

#[test]
fn a_child_that_holds_the_terminal_does_not_keep_it_from_ending() {
    let (_folder, lesson) = lesson_of(
        "host# setsid tail -f /dev/null & disown; exit 3\n...\n[exit 3]\n",
    );
    let outcome = Subject::play(&lesson).outcome();
    outcome.is(1, &["[exit 3]", "differs from the book in 1 place"]);
}

#[test]
fn output_that_is_no_text_is_shown_as_text() {
    let (_folder, lesson) = lesson_of(
        "host# printf 'a\\377b\\n\\033[31mred\\033[0m\\033c\\033]0;t\\007\\n'\n\
         a\u{fffd}b\nred\n",
    );
    let outcome = Subject::play(&lesson).outcome();
    let control = |c: char| c.is_control() && c != '\n';
    assert!(!outcome.text.contains(control), "{:?}", outcome.text);
    outcome.is(0, &["as in the book"]);
}

#[test]
fn a_line_of_a_megabyte_is_a_line() {
    let (_folder, lesson) = lesson_of(
        "host# head -c 1000000 /dev/zero | tr '\\0' x; echo\n...\n\
         host# echo alive\nalive\n",
    );
    Subject::play(&lesson).outcome().is(0, &["\n  alive\n"]);
}

#[test]
fn a_lesson_of_200_steps_is_played_to_its_end() {
    let (folder, file) = lesson_of("host# true\n");
    let mut text = "# T\n".to_owned();
    let snapshots = folder.path().join("snapshots");
    for number in 1..=200 {
        let _ = write!(
            text,
            "\n## S\n\n```console\nhost# echo {number}\n{number}\n```\n"
        );
        let path = snapshots.join(format!("{number:02}-s.snap"));
        fs::write(path, UNTOUCHED).unwrap();
    }
    fs::write(&file, text).unwrap();
    Subject::play(&file)
        .outcome()
        .is(0, &["as in the book: 200 steps, 200 commands"]);
}
