//! Messages and exit codes of net-host, for every user on every kernel. A test
//! asks the kernel first whether its user has the capability.

// The tests of a command in new namespaces are those of chapter 4.
#[path = "../../04-net-container/tests/in_new_namespaces/mod.rs"]
mod in_new_namespaces;

use assert_cmd::assert::Assert;
use assert_cmd::cargo::cargo_bin_cmd;
use predicates::str::contains;

/// The program, and its name in its messages.
const PROGRAM: &str = env!("CARGO_BIN_EXE_net-host");
const NAME: &str = "net-host";

fn program(words: &[&str]) -> Assert {
    let mut command = cargo_bin_cmd!("net-host");
    command
        .env("RUST_BACKTRACE", "1")
        .env("PATH", "/usr/bin:/bin");
    command.args(words).assert()
}

/// The only --net there is.
fn net() -> String {
    "host".to_owned()
}

/// Checks the message for a user without the capability.
fn is_refused(assert: Assert) {
    let advice = "net-host: this needs CAP_SYS_ADMIN: try it as root\n";
    assert
        .stderr(contains("Operation not permitted\n"))
        .stderr(contains(advice));
}

#[test]
fn help_names_the_only_value_of_net() {
    program(&["--help"])
        .success()
        .stdout(contains("--net <NET> <COMMAND>..."))
        .stdout(contains("[possible values: host]"))
        .stderr("");
}

#[test]
fn net_is_required() {
    program(&["true"]).code(2).stderr(contains("--net <NET>"));
}

#[test]
fn a_command_is_required() {
    program(&["--net", "host"])
        .code(2)
        .stderr(contains("<COMMAND>..."));
}

#[test]
fn another_network_is_refused_and_the_only_one_named() {
    for net in ["bridge", "none", "container:1", "HOST", ""] {
        program(&["--net", net, "true"])
            .code(2)
            .stdout("")
            .stderr(contains("[possible values: host]"));
    }
}
