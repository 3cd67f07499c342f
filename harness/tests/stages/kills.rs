//! Whichever process of a stage is killed, the machine is lost, and everything
//! there is as before.

use std::fs;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::computer::Computer;
use super::place::{FIRST, PID_1, Place, SUPERVISOR};
use crate::faults::subject::lesson;

/// A computer on which a stage has been before: its files are there.
fn computer(test: &str) -> Option<(Computer, String)> {
    let computer = Computer::new(test)?;
    let right = lesson("right");
    let right = ["lesson", right.to_str().unwrap(), "--auto"];
    computer
        .harness(&right)
        .outcome()
        .is(0, &["as in the book"]);
    let before = computer.facts();
    Some((computer, before))
}

#[test]
fn whichever_process_of_a_stage_is_killed_the_machine_is_lost() {
    let Some((computer, before)) = computer("a kill of a stage") else {
        return;
    };
    for process in [PID_1, SUPERVISOR, FIRST] {
        // nsenter(1) ends as its command has ended: by the signal.
        computer.loses_a_stage_with(process, "signal 9 ended the", &before);
    }
}

#[test]
fn a_stage_whose_processes_are_all_killed_leaves_a_cgroup_to_the_next_one() {
    let Some((computer, before)) = computer("a kill of a whole stage") else {
        return;
    };
    let outcome = computer.breaks(|| {
        computer.root_says("pkill -KILL -x guest");
    });
    outcome.is(70, &["run: the machine is lost"]);
    let cgroups = "find /sys/fs/cgroup -mindepth 1 -type d";
    assert_eq!(computer.root_says(cgroups).lines().count(), 1);
    computer.loses_a_stage_with(PID_1, "signal 9", &before);
    assert_eq!(computer.root_says(cgroups), "");
}

#[test]
fn a_harness_that_is_killed_takes_its_stage_with_it() {
    let Some((computer, before)) = computer("a kill beside a stage") else {
        return;
    };
    let long = lesson("long");
    for signal in [Signal::SIGKILL, Signal::SIGINT, Signal::SIGHUP] {
        let arguments = ["lesson", long.to_str().unwrap(), "--auto"];
        let mut subject = computer.harness(&arguments);
        let (mut child, _stdout) = subject.start_and_wait();
        kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
        child.wait().unwrap();
        subject.leaves_no_process();
        computer.is_as(&before);
    }
}

#[test]
fn cgroups_that_a_program_has_made_go_with_its_stage() {
    let Some((computer, before)) = computer("cgroups of a program") else {
        return;
    };
    // A path could not name the innermost of them.
    let script = "cd /sys/fs/cgroup && mkdir a b b/c
        name=$(printf %0200d 0)
        for i in $(seq 100); do mkdir $name && cd -P $name; done
        sleep 1000 & echo $! >cgroup.procs
        mkdir /sys/fs/cgroup/ice && echo $$ >/sys/fs/cgroup/ice/cgroup.procs
        pwd -P | wc -c; echo made; exit 3";
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("script");
    fs::write(&input, script).unwrap();
    let mut shell = computer.harness(&["shell"]);
    shell.command.stdin(fs::File::open(input).unwrap());
    shell.outcome().is(3, &["made"]);
    computer.is_as(&before);
}

#[test]
fn a_stage_that_stands_still_is_a_machine_that_hangs() {
    let Some((computer, before)) = computer("a stage that stands still") else {
        return;
    };
    let hang = lesson("hang");
    let hang = ["lesson", hang.to_str().unwrap(), "--auto"];
    let words = ["run: the machine hangs: no answer for 15 s"];
    computer.harness(&hang).outcome().is(70, &words);
    computer.is_as(&before);
}
