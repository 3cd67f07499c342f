//! A shell in the machine on a person's terminal: `just shell`.

use std::io::Write;
use std::process::Stdio;

use nix::sys::wait::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::english;

/// Booting under emulation on a busy computer takes its time.
const PATIENCE_MS: u64 = 900_000;

fn shell() -> PtySession {
    let mut command = english::harness();
    command.arg("shell").env("TERM", "dumb");
    let mut session = spawn_command(command, Some(PATIENCE_MS)).unwrap();
    session.exp_string("host:~# ").unwrap();
    session
}

/// Types a line; the answer is what comes before the next prompt. The line
/// itself is echoed, so what is looked for must not stand in it.
fn type_line(session: &mut PtySession, line: &str) -> String {
    session.send_line(line).unwrap();
    session.exp_string("\n").unwrap();
    session.exp_string("host:~# ").unwrap()
}

#[test]
fn set_ns_starts_an_interactive_shell_in_another_network_namespace() {
    let mut shell = shell();
    let sleep = "unshare --net sleep infinity & other=$!";
    type_line(&mut shell, sleep);
    let cards = type_line(&mut shell, "ip -brief link | wc -l");
    assert_eq!(cards.trim(), "2");

    type_line(&mut shell, "set_ns /proc/$other/ns/net bash");
    let cards = type_line(&mut shell, "ip -brief link | wc -l");
    assert_eq!(cards.trim(), "1");
    let same = "test /proc/self/ns/net -ef /proc/$PPID/ns/net; echo $?";
    assert_eq!(type_line(&mut shell, same).trim(), "1");

    type_line(&mut shell, "exit");
    let cards = type_line(&mut shell, "ip -brief link | wc -l");
    assert_eq!(cards.trim(), "2");
}

#[test]
fn ctrl_c_ends_the_command_and_not_the_shell() {
    let mut shell = shell();
    // It says so itself: then the terminal is its own, and no longer bash's.
    let line = "bash -c \"echo beg''un; exec sleep infinity\"";
    shell.send_line(line).unwrap();
    shell.exp_string("begun").unwrap();
    shell.send_control('c').unwrap();
    shell.exp_string("host:~# ").unwrap();
    assert_eq!(type_line(&mut shell, "echo $((6 * 7))").trim(), "42");
}

#[test]
fn the_exit_code_is_the_shells() {
    let mut shell = shell();
    shell.send_line("exit 7").unwrap();
    let status = shell.process().wait().unwrap();
    assert!(matches!(status, WaitStatus::Exited(_, 7)), "{status:?}");
}

#[test]
fn a_shell_can_be_had_in_the_state_of_a_step() {
    let mut child = english::harness()
        .args(["shell", "3.2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"ip -brief link | wc -l; exit 5").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "4\n");
    assert_eq!(output.status.code(), Some(5));
}
