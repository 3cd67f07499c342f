//! The machine's kernel and PID 1 give up, and its clock jumps.

use std::fs;
use std::time::Duration;

use harness::machine::{Fate, Stage};
use protocol::ExitStatus;

use super::subject::{Subject, lesson, lesson_of, machines};

#[test]
fn a_panic_while_a_lesson_runs_is_called_a_panic() {
    Subject::play(&lesson("panic"))
        .outcome()
        .is(70, &["run: the machine's kernel panicked", "sysrq"]);
}

/// The kernel tells QEMU of such a panic first, and prints its reason then.
#[cfg(target_arch = "x86_64")]
#[test]
fn a_panic_where_nothing_can_be_printed_is_told_with_its_reason() {
    let mut machine = machines().machine().unwrap();
    let panic_then = "echo 1 > /proc/sys/kernel/unknown_nmi_panic";
    let limit = Duration::from_secs(60);
    machine.exec(&["sh", "-c", panic_then], b"", limit).unwrap();
    machine.inject_nmi().unwrap();
    let failure = loop {
        if let Err(failure) = machine.ping() {
            break failure;
        }
    };
    assert_eq!((failure.stage, failure.fate), (Stage::Run, Fate::Panicked));
    let console = failure.console.join("\n");
    assert!(console.contains("Kernel panic - not syncing"), "{console}");
    assert!(console.contains("Call Trace:"), "{console}");
}

#[test]
fn a_real_time_signal_ends_a_command_and_not_the_machine() {
    let (_folder, lesson) = lesson_of(
        "host# bash -c 'kill -40 $$'\n...\n[exit 168]\n\
         host# (bash -c 'exec setsid bash -c \"kill -64 0\"' &); wait\n...\n\
         host# echo alive\nalive\n",
    );
    Subject::play(&lesson).outcome().is(0, &["as in the book"]);
    let mut machine = machines().machine().unwrap();
    let limit = Duration::from_secs(60);
    let script = ["bash", "-c", "kill -40 $$"];
    let output = machine.exec(&script, b"", limit).unwrap();
    assert_eq!(output.status, ExitStatus::Signal(40));
}

#[test]
fn a_restart_is_no_panic() {
    let (_folder, lesson) = lesson_of("host# reboot -f\n");
    Subject::play(&lesson).outcome().is(
        70,
        &["run: the machine is lost: it restarted without a panic"],
    );
}

#[test]
fn a_truncated_initramfs_is_a_panic_at_boot() {
    let folder = tempfile::tempdir().unwrap();
    let mut machines = machines();
    let config = &mut machines.qemus_mut().unwrap().config;
    let whole = fs::read(&config.initramfs).unwrap();
    config.initramfs = folder.path().join("truncated.cpio");
    fs::write(&config.initramfs, &whole[..4096]).unwrap();
    let failure = machines.machine().err().expect("it booted");
    assert_eq!((failure.stage, failure.fate), (Stage::Boot, Fate::Panicked));
}

#[test]
fn a_machine_that_does_not_answer_hangs() {
    Subject::play(&lesson("hang"))
        .that_idles()
        .outcome()
        .is(70, &["run: the machine hangs: no answer for 1"]);
}

#[test]
fn a_command_that_takes_all_memory_is_killed_and_the_lesson_goes_on() {
    let (_folder, lesson) = lesson_of(
        "host# head -c 400000000 /dev/zero | tail -c 400000000 | wc -c\n\
         0\n\
         host# echo alive\n\
         alive\n",
    );
    Subject::play(&lesson).outcome().is(1, &["\n  alive\n"]);
}

#[test]
fn files_that_take_all_memory_end_the_command_or_the_machine() {
    let (_folder, lesson) = lesson_of(
        "host# for to in / /tmp /run /dev/shm; do\n\
         > cat /dev/zero > $to/zero; done 2> /dev/null; echo alive\n\
         alive\n",
    );
    // Whether killing the shell is enough for PID 1 is the kernel's to say.
    let outcome = Subject::play(&lesson).outcome();
    match outcome.code {
        1 => outcome.is(1, &["exit status: 0 in the lesson, 137 here"]),
        _ => outcome.is(70, &["run: the machine's kernel panicked"]),
    }
}

#[test]
fn a_clock_that_jumps_changes_no_verdict() {
    let (_folder, lesson) = lesson_of(
        "host# date -u -s 1999-12-31 +%Y\n1999\n\
         host# sleep 0.1; echo past\npast\n\
         host# date -u -s 2037-01-01 +%Y\n2037\n\
         host# sleep 0.1; echo future\nfuture\n\
         host# sleep infinity & kill $!; wait $!\n...\n[exit 143]\n",
    );
    Subject::play(&lesson).outcome().is(0, &["as in the book"]);
}
