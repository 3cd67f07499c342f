//! Tests of a command in the namespaces that net-container, and net-host in the
//! next chapter, make for it. Each chapter's tests say how their program is
//! called.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use nix::sched::{CloneFlags, setns};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::{NAME, PROGRAM, is_refused, net, program};

/// Returns whether this test has the capability that the program needs: to
/// join its own network namespace takes it, and changes nothing.
fn may_run() -> bool {
    let handle = File::open("/proc/self/ns/net").expect("our own handle");
    setns(handle, CloneFlags::CLONE_NEWNET).is_ok()
}

/// Runs a command. It ends with `code` and `says` something; or, without the
/// capability, it does not run, and the program says why.
fn runs(words: &[&str], code: i32, says: &str) {
    let assert = program(&[&["--net", &net()], words].concat());
    if may_run() {
        let out =
            [&assert.get_output().stdout[..], &assert.get_output().stderr];
        assert_eq!(String::from_utf8_lossy(&out.concat()), says);
        assert.code(code);
    } else {
        is_refused(assert.code(1).stdout(""));
    }
}

/// Starts a script that can wait for this test.
fn start(script: &str) -> Child {
    Command::new(PROGRAM)
        .args(["--net", &net(), "sh", "-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect(NAME)
}

/// The types whose link in /proc/self/ns is the same for the command.
const SAME: &str = "for link; do
    type=${link%%:*}
    if [ $link = $(readlink /proc/self/ns/$type) ]; then echo $type; fi
done";

#[test]
fn the_command_is_a_member_of_five_new_namespaces_and_three_of_ours() {
    let handles = fs::read_dir("/proc/self/ns").expect("our own handles");
    let mut links: Vec<_> = handles
        .map(|handle| fs::read_link(handle.expect("a handle").path()))
        .map(|link| link.expect("a link").display().to_string())
        .collect();
    links.sort();
    links.dedup();
    // A kernel may be without time namespaces: then it says nothing of them.
    let ours = |link: &&String| {
        ["net:", "time:", "user:"]
            .iter()
            .any(|it| link.starts_with(it))
    };
    let same = links.iter().filter(ours);
    let same: String = same
        .map(|link| link.split_once(':').expect("type:[number]").0)
        .map(|kind| format!("{kind}\n"))
        .collect();
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    runs(&[&["sh", "-c", SAME, "sh"], &links[..]].concat(), 0, &same);
}

#[test]
fn the_command_is_pid_1_and_sees_no_other() {
    runs(&["sh", "-c", "echo $$ /proc/[0-9]*"], 0, "1 /proc/1\n");
}

#[test]
fn pid_1_is_deaf_to_signals_from_inside() {
    runs(&["sh", "-c", "kill -KILL $$; echo alive"], 0, "alive\n");
}

#[test]
fn a_command_keeps_its_own_options() {
    runs(&["printf", "%s.", "-n", "--help", "--"], 0, "-n.--help.--.");
}

#[test]
fn the_status_of_the_command_is_passed_on() {
    runs(&["sh", "-c", "exit 42"], 42, "");
}

#[test]
fn a_command_that_is_not_found_ends_with_127() {
    let says = format!(
        "{NAME}: execvp(nosuchcmd): No such file or directory\n\
         {NAME}: no such command\n"
    );
    runs(&["nosuchcmd"], 127, &says);
}

#[test]
fn a_command_that_is_not_executable_ends_with_126() {
    let says = format!(
        "{NAME}: execvp(/etc/passwd): Permission denied\n\
         {NAME}: it cannot be executed\n"
    );
    runs(&["/etc/passwd"], 126, &says);
}

#[test]
fn an_error_that_cannot_be_written_ends_with_its_status_all_the_same() {
    let full = File::options().write(true).open("/dev/full");
    let mut command = Command::new(PROGRAM);
    command.args(["--net", &net(), "nosuchcmd"]);
    let status = command.stderr(full.expect("/dev/full")).status();
    let code = if may_run() { 127 } else { 1 };
    assert_eq!(status.expect("an end").code(), Some(code));
}

#[test]
fn a_signal_that_ends_the_command_is_passed_on_as_128_and_more() {
    let mut parent = start("echo ready; read line");
    let mut line = String::new();
    let out = parent.stdout.take().expect("a pipe");
    BufReader::new(out).read_line(&mut line).expect("a line");
    if may_run() {
        assert_eq!(line, "ready\n");
        let child = child_of(parent.id());
        kill(child, Signal::SIGKILL).expect("our own child");
        assert_eq!(parent.wait().expect("an end").code(), Some(137));
    } else {
        assert_eq!(parent.wait().expect("an end").code(), Some(1));
    }
}

#[test]
fn the_command_does_not_outlive_us() {
    let mut parent = start("echo ready; read line; echo alive");
    let mut out = BufReader::new(parent.stdout.take().expect("a pipe"));
    let mut said = String::new();
    out.read_line(&mut said).expect("a line");
    let hold = parent.stdin.take();
    parent.kill().expect("our own child");
    parent.wait().expect("an end");
    // Now `read` would see the end of the pipe that it waits for.
    drop(hold);
    out.read_line(&mut said).expect("a line, or the end");
    assert_eq!(said, if may_run() { "ready\n" } else { "" });
}

/// The first process whose parent this is.
fn child_of(parent: u32) -> Pid {
    let line = format!("\nPPid:\t{parent}\n");
    let processes = fs::read_dir("/proc").expect("/proc").flatten();
    let child = processes
        .filter(|it| {
            let status = fs::read_to_string(it.path().join("status"));
            status.is_ok_and(|status| status.contains(&line))
        })
        .find_map(|it| it.file_name().to_str()?.parse().ok());
    Pid::from_raw(child.expect("a child"))
}
