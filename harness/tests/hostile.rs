//! A program gets its verdict in time, whatever it does to its machine, and harms
//! neither this computer nor the next check.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use harness::course;
use harness::exercise::build::{Built, Package, target_folder};
use harness::exercise::grade::grade_in;
use harness::exercise::prepare::prepare;
use harness::exercise::{Exercise, catalogue, grade, show};

use crate::excerpt::excerpt;
use crate::faults::subject::machines;

/// From the start of the program to its verdict, of the machine's time.
const BOUND: Duration = Duration::from_secs(20);

/// Returns exercise 3.1: each program of these tests is an answer to it.
fn exercise() -> Exercise {
    let number = "3.1".parse().unwrap();
    catalogue::find(&course::workspace(), number)
        .unwrap()
        .exercise
}

fn script(commands: &str) -> Vec<u8> {
    format!("#!/bin/bash\n{commands}\n").into_bytes()
}

/// A program that does what is asked, in bash.
const RIGHT: &str = "pid=$1; shift; exec nsenter -t $pid -n \"$@\"";

/// A program does not end.
const ENDLESS: &str = "it still runs after ";

/// A program prints without end.
const PRINTS: &str = "it prints without end: it still runs after ";

/// A program ended by itself.
const ENDED: &str = "ended with status";

/// The kernel ended it.
const MEMORY: &str = "when memory runs out";

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
    let machine = machines().machine().unwrap();
    let qemu = machine.qemu_pid();
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
    assert!(
        !fs::exists(format!("/proc/{qemu}")).unwrap(),
        "{}",
        excerpt(&shown)
    );
    let next = grade(exercise, &script(RIGHT), &mut machines()).unwrap();
    assert!(next.solved(), "{}", show::verdict(&next));
}

#[test]
fn a_fork_bomb() {
    is_hostile(
        &script("bomb() { while :; do bomb & done; }; bomb"),
        &["does not come to answer", ENDLESS, "memory"],
    );
}

#[test]
fn filled_memory() {
    is_hostile(&script("a=x; while :; do a=$a$a; done"), &[MEMORY, ENDLESS]);
}

#[test]
fn filled_file_systems() {
    is_hostile(
        &script(
            "for i in /tmp /run /dev/shm \'\'; do cat /dev/zero >$i/a; done",
        ),
        &[ENDED, ENDLESS, "ended the machine's kernel"],
    );
}

#[test]
fn an_endless_loop() {
    let course_s_own = "it still runs after 8 s";
    is_hostile(&script("while :; do :; done"), &[course_s_own]);
}

#[test]
fn endless_output() {
    is_endless(&script("yes"), &[PRINTS]);
}

#[test]
fn endless_output_without_lines() {
    is_endless(&script("tr \'\\0\' x </dev/zero"), &[PRINTS]);
}

#[test]
fn endless_output_on_the_console() {
    is_endless(&script("tr \'\\0\' x </dev/zero >/dev/ttyS0"), &[ENDLESS]);
}

#[test]
fn endlessly_ready() {
    is_endless(&script("yes ready"), &[PRINTS]);
}

#[test]
fn every_signal_for_pid_1() {
    is_hostile(
        &script("for n in {1..64}; do kill -$n 1; done; echo alive"),
        &["| alive"],
    );
}

#[test]
fn the_end_of_all_processes() {
    is_endless(&script("kill -9 -1; while :; do :; done"), &[ENDLESS]);
}

#[test]
fn a_reboot() {
    is_hostile(&script("reboot -f"), &["restarted the machine"]);
}

#[test]
fn a_poweroff() {
    is_hostile(&script("poweroff -f"), &["switched the machine off"]);
}

#[test]
fn a_halt() {
    is_hostile(&script("halt -f"), &["does not come to answer"]);
}

#[test]
fn a_panic() {
    is_hostile(
        &script("echo c >/proc/sysrq-trigger"),
        &["ended the machine's kernel"],
    );
}

#[test]
fn no_proc() {
    is_hostile(
        &script("umount -l /proc"),
        &["what the machine's PID 1 needs"],
    );
}

#[test]
fn nothing_mounted() {
    is_hostile(
        &script("umount -l /proc /sys /dev /run /tmp; umount -a; umount -l /"),
        &["what the machine's PID 1 needs"],
    );
}

#[test]
fn nothing_open() {
    is_endless(
        &script("exec <&- >&- 2>&-; while :; do :; done"),
        &[ENDLESS],
    );
}

#[test]
fn nothing_left() {
    is_hostile(&script("rm -rf /*"), &[ENDED, ENDLESS]);
}

#[test]
fn another_init() {
    is_hostile(&script("cp /bin/busybox /init; exec \"$@\""), &[ENDED]);
}

/// Compiles a program that does things bash cannot do.
fn compiled(text: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hostile.rs");
    fs::write(&file, text).unwrap();
    let workspace = course::workspace();
    let package = Package {
        folder: target_folder(&workspace).join("hostile"),
        workspace: &workspace,
        colour: false,
    };
    let sources = BTreeMap::from([("hostile".to_owned(), file)]);
    let (mut built, _) = package.build_from(&sources, &[]).unwrap();
    match built.remove("hostile").unwrap() {
        Built::Program(program) => program,
        Built::DoesNotCompile(errors) => panic!("{errors}"),
    }
}

#[test]
fn a_loop_that_runs_before_everybody_else() {
    let program = compiled(
        "fn main() {
            // Each thread asks to run before all that has no such wish.
            let first = libc::sched_param { sched_priority: 99 };
            for _ in 0..4 {
                std::thread::spawn(move || {
                    unsafe { libc::sched_setscheduler(0, 1, &first) };
                    loop { std::hint::spin_loop(); }
                });
            }
            loop { std::thread::park(); }
        }",
    );
    is_endless(&program, &["does not come to answer", ENDLESS]);
}

#[test]
fn memory_that_nobody_gives_back() {
    let program = compiled(
        "fn main() {
            let mut all = Vec::new();
            loop { all.push(vec![1u8; 1 << 20]); }
        }",
    );
    is_hostile(&program, &[MEMORY, ENDLESS]);
}
