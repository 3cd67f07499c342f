//! Stages on a Debian with systemd, over its sshd.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use super::machine::{DebianMachine, HOST};
use super::suite;
use crate::faults::subject::Subject;
use crate::stages::place::Place;

/// Command that loads what the kernel would load by itself.
pub const MODULES: &str = "sudo modprobe -a bridge overlay tun veth";

fn harness(machine: &DebianMachine, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command
        .args(["--machine", &format!("ssh:{HOST}")])
        .args(arguments);
    command.env("NAMESPACE_WORKSHOP_SSH_CONFIG", machine.ssh_config());
    command.env("NAMESPACE_WORKSHOP_LANGUAGE", "en");
    command
}

impl Place for DebianMachine {
    fn root_says(&self, script: &str) -> String {
        let quoted = script.replace('\'', "'\\''");
        self.says(&format!("sudo -n sh -c '{quoted}'"))
    }

    fn harness(&self, arguments: &[&str]) -> Subject {
        let machine = format!("ssh:{HOST}");
        let mut all = vec!["--machine", &machine];
        all.extend(arguments);
        Subject::harness(&all)
            .that_idles()
            .env("NAMESPACE_WORKSHOP_SSH_CONFIG", self.ssh_config())
    }
}

#[test]
#[ignore = "needs a box: just test-box"]
fn a_debian_that_lacks_something_is_told_so_and_stays_as_it_was() {
    let machine = DebianMachine::boot(&suite());
    machine.facts(); // mounts what systemd mounts when it is looked at
    let before = machine.facts();
    let files = "find . | sort";
    let had = machine.says(files);
    let output = harness(&machine, &["chapter", "1", "--auto"]).output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(69), "{said}");
    assert!(said.contains(MODULES), "{said}");
    machine.is_as(&before);
    assert_eq!(machine.says(files), had);
}

#[test]
#[ignore = "needs a box: just test-box"]
fn all_lessons_are_as_in_the_book_and_leave_nothing() {
    let machine = DebianMachine::boot(&suite());
    machine.says(MODULES);
    machine.facts();
    let before = machine.facts();
    for chapter in ["1", "2", "3", "4", "5", "6"] {
        let output =
            harness(&machine, &["chapter", chapter, "--auto"]).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}{complaint}");
        machine.is_as(&before);
    }
    let output = harness(&machine, &["chapter", "7", "--auto"]).output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(69), "{said}");
    assert!(said.contains("ssh:box has 6."), "{said}");
}

#[test]
#[ignore = "needs a box: just test-box"]
fn the_guard_keeps_settings_and_devices_as_they_are() {
    let machine = DebianMachine::boot(&suite());
    machine.says(MODULES);
    let mut command = harness(&machine, &["shell"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let script = "echo 61 2>&1 >/proc/sys/vm/swappiness
        echo 1 >/proc/sys/net/ipv4/ip_forward && echo forwards
        hostname other && hostname
        mknod /tmp/disk b 254 0 && head -c1 /tmp/disk 2>&1
        ls /proc/1/fd | wc -l; readlink /proc/1/exe /proc/1/cwd
        cd /sys/fs/cgroup; echo max >memory.max
        cat memory.max pids.max cgroup.max.descendants\n";
    child
        .stdin
        .take()
        .unwrap()
        .write_all(script.as_bytes())
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let lines: Vec<String> = lines.map_while(Result::ok).collect();
    let said = lines.join("\n");
    assert!(child.wait().unwrap().success(), "{said}");
    for words in [
        "write error: Operation not permitted",
        "forwards\nother\n",
        "head: ",
        "/init\n/",
        "\n402653184\n400\n1000",
    ] {
        assert!(said.contains(words), "no {words:?} in {said}");
    }
}
