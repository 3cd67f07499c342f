//! The machine of the page, under Node. It compiles a kernel first, which takes
//! minutes. `just test-page` runs these tests; `just matrix --qemu v86`, which
//! is a part of it, plays the chapters.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{OnceLock, PoisonError, RwLock};
use std::time::Duration;

use harness::course;
use harness::machine::{Failure, Fate, Machine, Output};
use harness::machines::Machines;
use nix::sys::signal::{Signal, kill};
use protocol::ExitStatus;

use crate::english;
use crate::excerpt::excerpt;

fn machines() -> Machines {
    static OPEN: OnceLock<Machines> = OnceLock::new();
    let open = || Machines::open_page(&course::workspace(), None).unwrap();
    OPEN.get_or_init(open).clone()
}

/// Held while a saved machine is read, and by who damages it.
static STATE: RwLock<()> = RwLock::new(());

fn machine() -> Machine {
    let _whole = STATE.read().unwrap_or_else(PoisonError::into_inner);
    machines().machine().unwrap()
}

fn run(machine: &mut Machine, words: &str) -> Result<Output, Failure> {
    machine.exec(&["sh", "-c", words], b"", Duration::from_secs(60))
}

#[test]
#[ignore = "just test-page runs it"]
fn a_program_of_all_knows_its_name_and_another_name_is_refused() {
    let mut machine = machine();
    for name in ["listns", "unshare", "container", "why"] {
        let words = format!("exec -a other /usr/local/bin/{name} --version");
        let said = run(&mut machine, &format!("bash -c '{words}'")).unwrap();
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(said.starts_with(name), "{name}: {said}");
    }
    let copied = "cp /usr/local/bin/listns /tmp/other && /tmp/other";
    let output = run(&mut machine, copied).unwrap();
    assert_eq!(output.status, ExitStatus::Code(127));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no such program"), "{said}");
}

#[test]
#[ignore = "just test-page runs it"]
fn a_new_name_of_pid_1_is_a_witness() {
    let mut machine = machine();
    let words = "ln /init /usr/local/bin/vodiba
        exec 3< <(exec unshare --net -- vodiba </dev/null)
        read -r line <&3
        echo $line $(cat /proc/$!/comm)
        kill -9 $!";
    let words = ["bash", "-c", words];
    let output = machine.exec(&words, b"", Duration::from_secs(60)).unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "ready vodiba\n");
}

#[test]
#[ignore = "just test-page runs it"]
fn programs_with_libraries_that_only_stand_in_do_their_work() {
    let mut machine = machine();
    for (words, expected) in [
        ("ps -o pid=,unit= -p 1", "    1 -\n"),
        ("ip -o link show lo | cut -c 1-5", "1: lo\n"),
        ("ls -dZ /proc | cut -c 1", "?\n"),
    ] {
        let output = run(&mut machine, words).unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(said, expected, "{words}");
    }
}

/// The list of source packages of a machine, from the site's script.
fn sources(machine: &Path) -> std::process::Output {
    let script = course::workspace().join("docs/site/sources.mjs");
    let mut node = Command::new("node");
    node.arg(script).arg(machine).output().unwrap()
}

#[test]
#[ignore = "just test-page runs it"]
fn all_of_a_machine_has_a_licence_and_a_source() {
    let machines = machines();
    let folder = machines.page().unwrap().folder();
    let output = sources(folder);
    let said = String::from_utf8_lossy(&output.stdout);
    for name in ["bash=", "busybox=", "glibc=", "seabios="] {
        assert!(said.contains(name), "no {name} in {said}");
    }
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("userland"), "usr/bin/stranger\n").unwrap();
    let output = sources(other.path());
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("usr/bin/stranger is in the machine"),
        "{said}"
    );
}

#[test]
#[ignore = "just test-page runs it"]
fn bytes_of_every_kind_reach_the_machine_and_come_back() {
    let all: Vec<u8> = (0..=u8::MAX).cycle().take(300_000).collect();
    let mut machine = machine();
    machine.put_file("/tmp/all", 0o644, &all).unwrap();
    let output = run(&mut machine, "cat /tmp/all").unwrap();
    assert_eq!(output.status, ExitStatus::Code(0));
    assert!(output.stdout == all, "{} bytes", output.stdout.len());
}

#[test]
#[ignore = "just test-page runs it"]
fn two_machines_know_nothing_of_each_other() {
    let mut one = machine();
    let mut other = machine();
    one.put_file("/tmp/mine", 0o644, b"mine").unwrap();
    let output = run(&mut other, "ls /tmp").unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let random = |machine: &mut Machine| {
        run(machine, "head -c 16 /dev/urandom | md5sum")
            .unwrap()
            .stdout
    };
    assert_ne!(random(&mut one), random(&mut other));
}

#[test]
#[ignore = "just test-page runs it"]
fn an_emulator_that_is_killed_is_named() {
    let mut machine = machine();
    kill(machine.qemu_pid(), Signal::SIGKILL).unwrap();
    let failure = machine.ping().unwrap_err();
    assert!(matches!(failure.fate, Fate::Lost(_)), "{failure}");
    assert!(failure.to_string().contains("signal 9"), "{failure}");
}

#[test]
#[ignore = "just test-page runs it"]
fn a_machine_that_restarts_itself_is_lost() {
    for (words, fate) in [
        ("reboot -f", Fate::Reset),
        ("poweroff -f", Fate::SwitchedOff),
    ] {
        let mut machine = machine();
        let failure = run(&mut machine, words).unwrap_err();
        assert_eq!(failure.fate, fate, "{failure}");
    }
}

#[test]
#[ignore = "just test-page runs it"]
fn a_saved_machine_that_was_damaged_is_saved_anew() {
    let _mine = STATE.write().unwrap_or_else(PoisonError::into_inner);
    let machines = machines();
    let state = machines.page().unwrap().folder().join("state");
    let mut bytes = fs::read(&state).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&state, &bytes).unwrap();
    let mut anew = Machines::open_page(&course::workspace(), None).unwrap();
    assert!(fs::read(&state).unwrap() != bytes);
    anew.machine().unwrap().ping().unwrap();
}

#[test]
#[ignore = "just test-page runs it"]
fn a_computer_without_node_is_told_what_brings_it() {
    let mut harness: Command = english::harness();
    harness.args(["chapter", "1", "--machine", "page", "--auto"]);
    let output = harness.env("PATH", "/nowhere").output().unwrap();
    assert_eq!(output.status.code(), Some(69));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("apt-get install nodejs"),
        "{}",
        excerpt(&said)
    );
}
