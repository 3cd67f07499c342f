//! What listns says on this kernel, whichever that is.

use assert_cmd::Command;
use predicates::str::{contains, is_empty};

/// Number of listns(2).
const LISTNS: libc::c_long = 470;

/// No namespace has this identifier: the kernel counts from 1.
const NEVER: &str = "18446744073709551615";

fn listns(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_listns"));
    command.args(arguments).env("PATH", "/usr/bin:/bin");
    command
}

/// Why this kernel has no list for us; `None` if it has one.
fn refusal() -> Option<&'static str> {
    let null = std::ptr::null::<u8>();
    // SAFETY: without a request the call reads and writes nothing.
    let answer = unsafe { libc::syscall(LISTNS, null, null, 0, 0) };
    let error = std::io::Error::last_os_error();
    assert_eq!(answer, -1, "a request is missing");
    match error.raw_os_error() {
        Some(libc::ENOSYS) => Some(
            "listns: listns(): Function not implemented\n\
             listns: Linux has this call since 6.19\n",
        ),
        Some(libc::EPERM) => Some(
            "listns: listns(): Operation not permitted\n\
             listns: a filter for system calls forbids it\n",
        ),
        _ => None,
    }
}

#[test]
fn a_kernel_without_a_list_is_told_with_the_release_that_has_one() {
    for arguments in [&[][..], &["--type", "net"], &["--members"]] {
        let assert = listns(arguments).assert();
        match refusal() {
            Some(text) => assert.code(1).stdout(is_empty()).stderr(text),
            None => assert.code(0).stderr(is_empty()),
        };
    }
}

#[test]
fn our_own_namespaces_are_in_the_list() {
    for kind in ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"] {
        let assert = listns(&["--type", kind, "--inode"]).assert();
        let link = std::fs::read_link(format!("/proc/self/ns/{kind}"));
        let link = link.expect("our own handle");
        let link = link.to_str().expect("a type and digits").to_owned();
        match refusal() {
            Some(text) => assert.code(1).stderr(text),
            None => assert.code(0).stdout(contains(link)),
        };
    }
}

#[test]
fn an_identifier_that_nothing_has_cannot_be_joined() {
    let assert = listns(&["--join", NEVER, "true"]).assert();
    assert
        .code(1)
        .stdout(is_empty())
        .stderr(contains(format!("listns: open_by_handle_at({NEVER}): ")));
}

#[test]
fn help_shows_both_forms_and_fits_a_page() {
    let assert = listns(&["--help"]).assert().success();
    let help = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    for text in ["Usage: listns [OPTIONS]\n", "listns --join ID COMMAND...\n"] {
        assert!(help.contains(text), "{text} is not in:\n{help}");
    }
    assert!(help.lines().all(|line| line.len() <= 80), "{help}");
}

#[test]
fn nothing_but_a_number_is_an_identifier() {
    for id in ["", "0", "x", "uts:", "uts:x", "nosuch:12", "+1", "1.5"] {
        let assert = listns(&["--join", id, "true"]).assert();
        assert.code(2).stdout(is_empty());
    }
}

#[test]
fn other_words_that_cannot_be_meant_are_usage_errors() {
    for arguments in [
        &["--join", "12"][..],
        &["true"],
        &["--nope"],
        &["--type", "network"],
        &["--members", "--join", "12", "true"],
    ] {
        listns(arguments).assert().code(2).stdout(is_empty());
    }
}
