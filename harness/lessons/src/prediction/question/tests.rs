//! Tests of the questions, on the chapters themselves.

use protocol::{Kind, Namespace};

use super::*;
use crate::labels::Label;
use crate::snapshot_text::Cell;
use crate::test_course;

/// Returns the questions of a chapter: step, process and shell.
fn of_chapter(number: u32) -> Vec<(usize, String, String)> {
    let chapter = test_course::chapter(number);
    let versions = Versions::of_kernel("6.12.0");
    let snapshot = |step: &Step| chapter.snapshot(step);
    let questions = questions(&chapter.lesson, snapshot, &versions);
    let short = |it: Question| (it.step, it.process, it.shell);
    questions.into_iter().map(short).collect()
}

#[test]
fn each_chapter_has_two_to_six_questions() {
    for chapter in test_course::chapters() {
        let questions = of_chapter(chapter.number);
        assert!((2..=MOST).contains(&questions.len()), "{questions:?}");
    }
}

#[test]
fn a_shell_and_a_container_are_asked_about_once_for_each_command() {
    let questions = of_chapter(3);
    let processes = questions.iter().map(|(_, process, _)| process.as_str());
    // A later step joins the network again, with the same command; step 7 joins
    // a PID namespace.
    let expected = ["web", "host:joined", "host:exec", "host:joined"];
    assert!(processes.eq(expected), "{questions:?}");
    assert!(questions.iter().all(|(_, _, shell)| shell == "host"));
}

#[test]
fn a_container_that_is_removed_first_is_asked_about_when_it_starts() {
    let questions = of_chapter(4);
    let processes = questions.iter().map(|(_, process, _)| process.as_str());
    let expected = ["web", "host:helper", "web", "pause", "web"];
    assert!(processes.eq(expected), "{questions:?}");
}

#[test]
fn where_there_are_too_many_those_of_one_type_are_left_out() {
    let questions = of_chapter(2);
    let steps = questions.iter().map(|(step, ..)| *step);
    // The answers of the steps 5, 6 and 9 are in the command: mnt, net, user.
    assert!(steps.eq([1, 2, 3, 7, 12, 12]), "{questions:?}");
}

#[test]
fn a_shell_in_a_shell_is_compared_with_the_inner_one() {
    let last = of_chapter(6).into_iter().find(|(step, ..)| *step == 3);
    let (_, process, shell) = last.unwrap();
    assert_eq!(process, "second:box:init");
    assert_eq!(shell, "second:box");
}

/// Returns a matrix of processes, each with the types in which it is a member
/// of the namespace with this number, and of the initial one otherwise.
fn matrix(rows: &[(&str, u64, &[Kind])]) -> Matrix {
    let rows = rows.iter().map(|(name, number, moved)| {
        let cells = Kind::ALL.map(|kind| {
            let moved = moved.contains(&kind);
            let inode = if moved { *number } else { 0 };
            let namespace = Namespace {
                kind,
                device: 4,
                inode,
                cookie: 0,
            };
            Cell {
                namespace: Some((namespace, Label::Initial)),
                changed: false,
            }
        });
        Row {
            name: (*name).to_owned(),
            is_new: false,
            cells,
        }
    });
    let rows = rows.collect();
    Matrix { rows }
}

fn about_web() -> Question {
    Question {
        step: 1,
        command: 0,
        process: "web".to_owned(),
        shell: "host".to_owned(),
        is_shell: false,
    }
}

#[test]
fn the_answer_compares_a_new_process_with_the_shell_before_the_command() {
    let before = matrix(&[("host", 1, &[Kind::Uts])]);
    let absent = matrix(&[("host", 2, &[Kind::Uts])]);
    assert_eq!(about_web().answer(&before, &absent), None);
    // In the shell's own uts namespace, and in another net namespace.
    let after = matrix(&[
        ("host", 2, &[Kind::Uts]),
        ("web", 1, &[Kind::Uts, Kind::Net]),
    ]);
    let answer = about_web().answer(&before, &after).unwrap();
    assert!(answer.iter().eq([Kind::Net]));
}

#[test]
fn the_answer_compares_a_process_that_was_there_with_itself() {
    let before = matrix(&[("host", 0, &[]), ("web", 1, &[Kind::Net])]);
    let after = matrix(&[("host", 0, &[]), ("web", 2, &[Kind::Net])]);
    let answer = about_web().answer(&before, &after).unwrap();
    assert!(answer.iter().eq([Kind::Net]));
    let answer = about_web().answer(&before, &before).unwrap();
    assert_eq!(answer, Types::default());
}

#[test]
fn two_ways_to_one_end_are_both_asked_about() {
    let questions = of_chapter(7);
    let processes = questions.iter().map(|(step, name, _)| (*step, &**name));
    // Another root: by a copy of all mounts, then in two calls.
    let expected = [
        (2, "second:web"),
        (9, "second:net"),
        (10, "second:box"),
        (11, "second:box"),
        (11, "second:box"),
    ];
    assert!(processes.eq(expected), "{questions:?}");
}
