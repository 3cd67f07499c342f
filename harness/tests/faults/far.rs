//! The Linux of a stage cannot be reached, or will not do. The other end is a
//! script here: tests with a real Debian are in `debian`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Runs the harness with this machine.
fn harness(machine: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(["--machine", machine]).args(arguments);
    command.env("NAMESPACE_WORKSHOP_LANGUAGE", "en");
    command
}

/// Asserts the exit code, and that standard error has each of these words.
#[track_caller]
fn ends_with(output: &Output, code: i32, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    for word in words {
        assert!(said.contains(word), "no {word:?} in {said}");
    }
}

/// Writes a script that stands for the way to a Linux.
fn way(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("way");
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    path
}

const CHAPTER: [&str; 3] = ["chapter", "1", "--auto"];

#[test]
fn a_name_that_is_no_machine_is_a_usage_error() {
    for name in ["", "qemu2", "ssh:", "ssh:-oProxyCommand=touch x"] {
        let output = harness(name, &CHAPTER).output().unwrap();
        let kinds = "qemu, page, vagrant, ssh:HOST or command:WORDS";
        ends_with(&output, 2, &[kinds]);
    }
}

#[test]
fn a_command_about_qemu_takes_no_other_machine() {
    let folder = TempDir::new().unwrap();
    let touched = folder.path().join("touched");
    let way = way(folder.path(), &format!("touch {}", touched.display()));
    let machine = format!("command:{}", way.display());
    let words = ["QEMU's machine alone", &machine];
    for arguments in [&["doctor"][..], &["bless", "1"], &["kernels"]] {
        let output = harness(&machine, arguments).output().unwrap();
        ends_with(&output, 2, &words);
    }
    assert!(!touched.exists());
}

#[test]
fn nobody_at_the_other_end_is_said_in_the_words_of_the_way() {
    let output = harness("command:false", &CHAPTER).output().unwrap();
    ends_with(&output, 69, &["command:false: "]);
    let output = harness("command:no-such-way", &CHAPTER).output().unwrap();
    ends_with(&output, 69, &["no-such-way"]);
    let folder = TempDir::new().unwrap();
    let config = folder.path().join("config");
    // Nobody listens on port 1.
    fs::write(&config, "Host box\n  HostName 127.0.0.1\n  Port 1\n").unwrap();
    let mut command = harness("ssh:box", &CHAPTER);
    command.env("NAMESPACE_WORKSHOP_SSH_CONFIG", config);
    let output = command.output().unwrap();
    ends_with(&output, 69, &["ssh:box: ", "Connection refused"]);
}

#[test]
fn a_shell_that_speaks_first_is_quoted() {
    let folder = TempDir::new().unwrap();
    let way = way(folder.path(), "echo Welcome to the lab; exec \"$@\"");
    let machine = format!("command:{}", way.display());
    let output = harness(&machine, &CHAPTER).output().unwrap();
    ends_with(&output, 69, &["Welcome to the lab", "startup files silent"]);
}

#[test]
fn a_full_disk_at_the_other_end_is_named() {
    let folder = TempDir::new().unwrap();
    let home = folder.path().join("home");
    fs::create_dir(&home).unwrap();
    let limit = "unset XDG_CACHE_HOME; trap '' XFSZ; ulimit -f 1";
    let text = format!("{limit}; HOME={} exec \"$@\"", home.display());
    let way = way(folder.path(), &text);
    let machine = format!("command:{}", way.display());
    let output = harness(&machine, &CHAPTER).output().unwrap();
    ends_with(&output, 69, &["there is no stage: ", "File too large"]);
    assert_eq!(home.read_dir().unwrap().count(), 0);
}
