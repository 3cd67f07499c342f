//! Messages and exit codes of net-container, for every user on every kernel.
//! The donor is this test: to join its network namespace changes nothing, so
//! whether a user may do so can be asked of the kernel first.

mod in_new_namespaces;

use std::process;

use assert_cmd::assert::Assert;
use assert_cmd::cargo::cargo_bin_cmd;
use predicates::str::contains;

/// The program, and its name in its messages.
const PROGRAM: &str = env!("CARGO_BIN_EXE_net-container");
const NAME: &str = "net-container";

fn program(words: &[&str]) -> Assert {
    let mut command = cargo_bin_cmd!("net-container");
    command
        .env("RUST_BACKTRACE", "1")
        .env("PATH", "/usr/bin:/bin");
    command.args(words).assert()
}

/// The --net that names this test as the donor.
fn net() -> String {
    format!("container:{}", process::id())
}

/// Checks the message for a user who may not join.
fn is_refused(assert: Assert) {
    let handle = format!("/proc/{}/ns/net", process::id());
    assert.stderr(format!(
        "net-container: setns({handle}): Operation not permitted\n\
         net-container: this needs CAP_SYS_ADMIN: try it as root\n"
    ));
}

#[test]
fn help_shows_the_form_of_net() {
    program(&["--help"])
        .success()
        .stdout(contains("--net <container:PID> <COMMAND>..."))
        .stderr("");
}

#[test]
fn net_is_required() {
    program(&["true"])
        .code(2)
        .stderr(contains("--net <container:PID>"));
}

#[test]
fn a_command_is_required() {
    program(&["--net", "container:1"])
        .code(2)
        .stderr(contains("<COMMAND>..."));
}

#[test]
fn another_form_of_net_is_refused_in_dockers_words() {
    for net in ["container", "container:", "host", "bridge", ""] {
        program(&["--net", net, "true"])
            .code(2)
            .stdout("")
            .stderr(contains("invalid container format container:<name|id>"));
    }
}

#[test]
fn a_name_is_nothing_without_the_runtime_that_keeps_it() {
    for net in [
        "container:web",
        "container:4ddf4638572d",
        "container:-1",
        "container:+1",
    ] {
        program(&["--net", net, "true"])
            .code(1)
            .stdout("")
            .stderr(
                "net-container: execvp(container): No such file or directory\n\
                 net-container: it knows the names of containers: or name a PID\n",
            );
    }
}

#[test]
fn a_process_that_has_ended_is_no_donor() {
    // 0 is what Docker says of a stopped container; 2^22 is the greatest PID.
    for pid in [0, 4194305] {
        program(&["--net", &format!("container:{pid}"), "true"])
            .code(1)
            .stdout("")
            .stderr(format!(
                "net-container: cannot join network namespace of a non \
                 running container: container {pid} is exited\n"
            ));
    }
}
