//! Programs that mean harm, as answers to an exercise on a stage: the verdict is
//! as in QEMU's machine, and the Debian is as before. And a program that wants
//! to reach the Debian.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use harness::course;
use harness::exercise::{grade, show};
use harness::machines::Machines;
use harness::stages::way::Way;
use tempfile::TempDir;

use super::machine::{DebianMachine, HOST};
use super::stage::MODULES;
use super::suite;
use crate::faults::subject::{Subject, wait_for};
use crate::hostile::programs;
use crate::hostile::{
    ENDED, ENDLESS, MEMORY, PRINTS, RIGHT, STARVED, exercise, is_refused,
    script,
};
use crate::stages::place::Place;

/// A script, and the words of its verdict on a stage: one of them.
type Hostile = (&'static str, &'static [&'static str]);

/// One program of each kind. The panic is not among them: the kernel is that of
/// the Debian.
const SOME: [Hostile; 11] = [
    (programs::A_FORK_BOMB, &[STARVED, ENDLESS, "memory"]),
    (programs::FILLED_MEMORY, &[MEMORY, ENDLESS, STARVED]),
    (programs::EVERY_SIGNAL_FOR_PID_1, &["| alive"]),
    (programs::THE_END_OF_ALL_PROCESSES, &[ENDLESS]),
    (programs::A_REBOOT, &["restarted the machine"]),
    (
        programs::NOTHING_MOUNTED,
        &["what the machine's PID 1 needs"],
    ),
    (programs::NOTHING_LEFT, &[ENDED, ENDLESS]),
    (programs::DEEP_CGROUPS, &[ENDLESS]),
    (programs::DEEP_MOUNTS, &[ENDLESS]),
    (programs::LONG_LIVED, &[ENDED]),
    (
        "mknod /disk b 254 0; cat /dev/zero >/disk; exit 3",
        &[ENDED],
    ),
];

const OTHERS: [Hostile; 12] = [
    (programs::AN_ENDLESS_LOOP, &[ENDLESS]),
    (
        programs::FILLED_FILE_SYSTEMS,
        &[ENDED, ENDLESS, STARVED, "all memory"],
    ),
    (programs::ENDLESS_OUTPUT, &[PRINTS]),
    (programs::ENDLESS_OUTPUT_WITHOUT_LINES, &[PRINTS]),
    // There is no console on a stage: a file takes its place.
    (
        programs::ENDLESS_OUTPUT_ON_THE_CONSOLE,
        &[ENDED, ENDLESS, STARVED, "all memory"],
    ),
    (programs::ENDLESSLY_READY, &[PRINTS]),
    // reboot(2): in a PID namespace, to halt is to switch off.
    (programs::A_HALT, &["switched the machine off"]),
    (programs::A_POWEROFF, &["switched the machine off"]),
    (programs::NO_PROC, &["what the machine's PID 1 needs"]),
    (programs::NOTHING_OPEN, &[ENDLESS]),
    (programs::ANOTHER_INIT, &[ENDED]),
    (programs::NOBODY_RUNS, &[STARVED]),
];

/// Programs that are compiled.
const COMPILED: [Hostile; 2] = [
    (
        programs::A_LOOP_THAT_RUNS_BEFORE_EVERYBODY_ELSE,
        &[STARVED, ENDLESS],
    ),
    (
        programs::MEMORY_THAT_NOBODY_GIVES_BACK,
        &[MEMORY, ENDLESS, STARVED],
    ),
];

/// Writes a script that leads to the machine as ssh does, for a library that
/// reads no variable: each word arrives as it is.
fn way_to(machine: &DebianMachine, folder: &TempDir) -> Way {
    let path = folder.path().join("way");
    let config = machine.ssh_config();
    let config = config.display();
    let text =
        format!("#!/bin/bash\nexec ssh -F '{config}' -T {HOST} \"${{*@Q}}\"\n");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    Way::Command(vec![path.to_str().unwrap().to_owned()])
}

fn scripts(all: &[Hostile]) -> impl Iterator<Item = (Vec<u8>, &[&str])> {
    all.iter().map(|(text, words)| (script(text), *words))
}

/// Grades all programs on stages of one process, which outlives them.
fn all_are_refused<'a>(all: impl Iterator<Item = (Vec<u8>, &'a [&'a str])>) {
    let machine = DebianMachine::boot(&suite());
    machine.says(MODULES);
    let folder = TempDir::new().unwrap();
    let way = way_to(&machine, &folder);
    let workspace = course::workspace();
    let mut machines = Machines::open_far(&workspace, None, &way).unwrap();
    let mut exercise = exercise();
    exercise.limit = Duration::from_secs(3);
    let right = script(RIGHT);
    assert!(grade(&exercise, &right, &mut machines).unwrap().solved());
    machine.facts();
    let before = machine.facts();
    let mut carriers = BTreeSet::new();
    for (program, words) in all {
        carriers.insert(is_refused(&exercise, &program, words, &mut machines));
        machine.is_as(&before);
    }
    assert_eq!(carriers.len(), 1, "{carriers:?}");
    let next = grade(&exercise, &right, &mut machines).unwrap();
    assert!(next.solved(), "{}", show::verdict(&next));
}

#[test]
#[ignore = "needs a box: just test-box"]
fn a_hostile_program_has_its_verdict_and_leaves_the_debian_as_it_was() {
    all_are_refused(scripts(&SOME));
}

/// Minutes: `just test-box --all` runs this test.
#[test]
#[ignore = "needs a box: just test-box"]
fn the_other_hostile_programs_have_their_verdicts_too() {
    let compiled = COMPILED.iter();
    let compiled =
        compiled.map(|(text, words)| (programs::compiled(text), *words));
    all_are_refused(scripts(&OTHERS).chain(compiled));
}

/// A shell on a stage that reads a script.
fn shell(machine: &DebianMachine, script: &str) -> Subject {
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("script");
    fs::write(&input, script).unwrap();
    let mut shell = machine.harness(&["shell"]);
    shell.command.stdin(fs::File::open(input).unwrap());
    shell
}

/// The page of the machines says so. A stage that holds one of these is better
/// than the page.
#[test]
#[ignore = "needs a box: just test-box"]
fn what_a_stage_does_not_hold_is_as_the_page_says() {
    let machine = DebianMachine::boot(&suite());
    machine.says(MODULES);
    let script = "ip link add dum0 type dummy
        date -s 2001-02-03
        echo 61 >/sys/kernel/mm/ksm/sleep_millisecs
        echo over";
    shell(&machine, script).outcome().is(0, &["over"]);
    let after = "grep -c ^dummy /proc/modules; date +%Y
        cat /sys/kernel/mm/ksm/sleep_millisecs";
    assert_eq!(machine.root_says(after), "1\n2001\n61\n");
    // A kernel that restarts after a panic ends this QEMU.
    machine.root_says("sysctl -q kernel.panic=-1");
    let panics = shell(&machine, "echo c >/proc/sysrq-trigger").outcome();
    panics.is(70, &["the machine is lost: the connection ended"]);
    machine.has_ended();
}

/// A loop under a name of its own.
const LOOP: &str = "busybox sh -c 'while :; do :; done'";

#[test]
#[ignore = "needs a box: just test-box"]
fn a_loop_that_runs_before_all_others_leaves_sshd_a_twentieth() {
    let machine = DebianMachine::boot(&suite());
    machine.says(MODULES);
    shell(&machine, "echo over").outcome().is(0, &["over"]);
    machine.facts();
    let before = machine.facts();
    let mut shell = shell(&machine, LOOP);
    let mut child = shell.command.spawn().unwrap();
    wait_for("loop", || {
        let pid = machine.ssh("pgrep -x busybox");
        pid.status.success().then_some(())
    });
    // As sched_setscheduler(2) on the stage does.
    let said = machine.root_says(
        "chrt --fifo --pid 99 $(pgrep -x busybox)
        echo $(ps -o class= -C busybox); nproc; cd /proc/sys/kernel
        cat sched_rt_period_us sched_rt_runtime_us",
    );
    assert_eq!(said, "FF\n1\n1000000\n950000\n");
    child.kill().unwrap();
    child.wait().unwrap();
    machine.is_as(&before);
}
