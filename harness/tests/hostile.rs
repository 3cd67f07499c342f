//! A program gets its verdict in time, whatever it does to its machine, and harms
//! neither this computer nor the next check. `debian::hostile` runs the same
//! programs on a stage.
//!
//! * `programs`: the programs

pub mod programs;

use std::fs;
use std::time::Duration;

use harness::course;
use harness::exercise::grade::grade_in;
use harness::exercise::prepare::prepare;
use harness::exercise::{Exercise, catalogue, grade, show};
use harness::machines::Machines;
use nix::unistd::Pid;

use crate::excerpt::excerpt;
use crate::faults::subject::machines;

/// From the start of the program to its verdict, of the machine's time.
const BOUND: Duration = Duration::from_secs(20);

/// Returns exercise 3.1: each program of these tests is an answer to it.
pub fn exercise() -> Exercise {
    let number = "3.1".parse().unwrap();
    catalogue::find(&course::workspace(), number)
        .unwrap()
        .exercise
}

pub fn script(commands: &str) -> Vec<u8> {
    format!("#!/bin/bash\n{commands}\n").into_bytes()
}

/// A program that does what is asked, in bash.
pub const RIGHT: &str = "pid=$1; shift; exec nsenter -t $pid -n \"$@\"";

/// A program does not end.
pub const ENDLESS: &str = "it still runs after ";

/// A program prints without end.
pub const PRINTS: &str = "it prints without end: it still runs after ";

/// A program ended by itself.
pub const ENDED: &str = "ended with status";

/// PID 1 does not answer in time: memory or the processor is taken.
pub const STARVED: &str = "does not come to answer";

/// The kernel ended it.
pub const MEMORY: &str = "when memory runs out";

/// Runs into the limit, whatever that is: here it is a shorter one.
fn is_endless(program: &[u8], words: &[&str]) {
    let mut exercise = exercise();
    exercise.limit = Duration::from_secs(3);
    is_hostile_in(&exercise, program, words);
}

/// Does not solve the exercise, and is told one of these, whichever comes
/// first.
fn is_hostile(program: &[u8], words: &[&str]) {
    is_hostile_in(&exercise(), program, words);
}

fn is_hostile_in(exercise: &Exercise, program: &[u8], words: &[&str]) {
    let qemu = is_refused(exercise, program, words, &mut machines());
    assert!(!fs::exists(format!("/proc/{qemu}")).unwrap());
    let next = grade(exercise, &script(RIGHT), &mut machines()).unwrap();
    assert!(next.solved(), "{}", show::verdict(&next));
}

/// Grades a program in a new machine. The verdict comes in time, and has one of
/// these words. Returns the PID of the process that carried the machine.
pub fn is_refused(
    exercise: &Exercise,
    program: &[u8],
    words: &[&str],
    machines: &mut Machines,
) -> Pid {
    let machine = machines.machine().unwrap();
    let carrier = machine.qemu_pid();
    let prepared = prepare(exercise, machine).unwrap();
    let verdict = grade_in(exercise, program, prepared).unwrap();
    let took = verdict.took;
    let shown = show::verdict(&verdict);
    assert!(!verdict.solved(), "{}", excerpt(&shown));
    assert!(verdict.feedback.is_some(), "{}", excerpt(&shown));
    let said = words.iter().any(|word| shown.contains(word));
    assert!(said, "none of {words:?} is in:\n{}", excerpt(&shown));
    assert!(shown.lines().count() < 60, "{}", excerpt(&shown));
    assert!(took < BOUND, "{took:?}\n{}", excerpt(&shown));
    carrier
}

#[test]
fn a_fork_bomb() {
    is_hostile(
        &script(programs::A_FORK_BOMB),
        &[STARVED, ENDLESS, "memory"],
    );
}

#[test]
fn filled_memory() {
    is_hostile(&script(programs::FILLED_MEMORY), &[MEMORY, ENDLESS]);
}

#[test]
fn filled_file_systems() {
    is_hostile(
        &script(programs::FILLED_FILE_SYSTEMS),
        &[ENDED, ENDLESS, "ended the machine's kernel"],
    );
}

#[test]
fn an_endless_loop() {
    let course_s_own = "it still runs after 8 s";
    is_hostile(&script(programs::AN_ENDLESS_LOOP), &[course_s_own]);
}

#[test]
fn endless_output() {
    is_endless(&script(programs::ENDLESS_OUTPUT), &[PRINTS]);
}

#[test]
fn endless_output_without_lines() {
    is_endless(&script(programs::ENDLESS_OUTPUT_WITHOUT_LINES), &[PRINTS]);
}

#[test]
fn endless_output_on_the_console() {
    is_endless(&script(programs::ENDLESS_OUTPUT_ON_THE_CONSOLE), &[ENDLESS]);
}

#[test]
fn endlessly_ready() {
    is_endless(&script(programs::ENDLESSLY_READY), &[PRINTS]);
}

#[test]
fn every_signal_for_pid_1() {
    is_hostile(&script(programs::EVERY_SIGNAL_FOR_PID_1), &["| alive"]);
}

#[test]
fn the_end_of_all_processes() {
    is_endless(&script(programs::THE_END_OF_ALL_PROCESSES), &[ENDLESS]);
}

#[test]
fn a_reboot() {
    is_hostile(&script(programs::A_REBOOT), &["restarted the machine"]);
}

#[test]
fn a_poweroff() {
    is_hostile(&script(programs::A_POWEROFF), &["switched the machine off"]);
}

#[test]
fn a_halt() {
    is_hostile(&script(programs::A_HALT), &[STARVED]);
}

#[test]
fn a_panic() {
    is_hostile(&script(programs::A_PANIC), &["ended the machine's kernel"]);
}

#[test]
fn no_proc() {
    is_hostile(
        &script(programs::NO_PROC),
        &["what the machine's PID 1 needs"],
    );
}

#[test]
fn nothing_mounted() {
    is_hostile(
        &script(programs::NOTHING_MOUNTED),
        &["what the machine's PID 1 needs"],
    );
}

#[test]
fn nothing_open() {
    is_endless(&script(programs::NOTHING_OPEN), &[ENDLESS]);
}

#[test]
fn nothing_left() {
    is_hostile(&script(programs::NOTHING_LEFT), &[ENDED, ENDLESS]);
}

#[test]
fn another_init() {
    is_hostile(&script(programs::ANOTHER_INIT), &[ENDED]);
}

#[test]
fn a_loop_that_runs_before_everybody_else() {
    let program =
        programs::compiled(programs::A_LOOP_THAT_RUNS_BEFORE_EVERYBODY_ELSE);
    is_endless(&program, &[STARVED, ENDLESS]);
}

#[test]
fn memory_that_nobody_gives_back() {
    let program = programs::compiled(programs::MEMORY_THAT_NOBODY_GIVES_BACK);
    is_hostile(&program, &[MEMORY, ENDLESS]);
}
