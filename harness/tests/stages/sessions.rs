//! The number of commands that go to the Linux of stages. An ssh that counts
//! them stands for sshd there.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::computer::Computer;
use crate::faults::subject::{Subject, lesson};

/// Writes a program `ssh` that adds a line to the file `calls` beside it for
/// each command, and runs the command on the computer.
fn ssh_that_counts(computer: &Computer) -> TempDir {
    let folder = TempDir::new().unwrap();
    let calls = folder.path().join("calls");
    let text = format!(
        "#!/bin/sh\necho >>'{}'\nfor script; do :; done\n\
         exec {} sh -c \"$script\"\n",
        calls.display(),
        computer.way()
    );
    let ssh = folder.path().join("ssh");
    fs::write(&ssh, text).unwrap();
    fs::set_permissions(&ssh, PermissionsExt::from_mode(0o755)).unwrap();
    folder
}

/// Runs the harness over that ssh, and returns the number of commands.
#[track_caller]
fn commands_of(ssh: &TempDir, arguments: &[&str], words: &str) -> usize {
    let calls = ssh.path().join("calls");
    let _ = fs::remove_file(&calls);
    let path = env::var_os("PATH").unwrap();
    let path = [ssh.path().to_owned()]
        .into_iter()
        .chain(env::split_paths(&path));
    let path = env::join_paths(path).unwrap();
    let machine = ["--machine", "ssh:box"];
    Subject::harness(&[&machine[..], arguments].concat())
        .that_idles()
        .env("PATH", path)
        .outcome()
        .is(0, &[words]);
    fs::read_to_string(calls).unwrap().lines().count()
}

/// The session that stays open, and the program that makes stages.
#[test]
fn all_stages_of_a_run_take_two_commands_as_one_stage_does() {
    let Some(computer) = Computer::new("commands of stages") else {
        return;
    };
    let ssh = ssh_that_counts(&computer);
    let right = lesson("right");
    let one = ["lesson", right.to_str().unwrap(), "--auto"];
    let first = commands_of(&ssh, &one, "as in the book");
    assert!(first > 2, "no file was sent: {first}");
    assert_eq!(commands_of(&ssh, &one, "as in the book"), 2);
    // A stage for each program of the exercise, right and wrong ones.
    let many = ["check", "--course", "3.1"];
    let words = "all is as it should be";
    assert_eq!(commands_of(&ssh, &many, words), 2);
}
