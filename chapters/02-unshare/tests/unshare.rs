//! Behaviour of unshare for any user, on any kernel. The lesson proves the
//! rest, which takes privilege, in the machine.

use std::fs;

use assert_cmd::Command;
use nix::sys::signal::{SigHandler, SigSet, SigmaskHow, Signal, signal};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::{contains, is_empty, starts_with};

fn unshare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unshare"));
    // A folder of PATH that we may not search would turn 127 into 126.
    command.args(arguments).env("PATH", "/usr/bin:/bin");
    command.env("RUST_BACKTRACE", "1");
    command
}

#[test]
fn without_a_type_the_command_keeps_every_membership() {
    for kind in ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"] {
        let handle = format!("/proc/self/ns/{kind}");
        let ours = fs::read_link(&handle).unwrap();
        unshare(&["readlink", &handle])
            .assert()
            .success()
            .stdout(format!("{}\n", ours.display()));
    }
}

#[test]
fn a_new_namespace_is_another_one_or_the_error_says_what_it_takes() {
    let ours = fs::read_link("/proc/self/ns/uts").unwrap();
    let asserted =
        unshare(&["--uts", "readlink", "/proc/self/ns/uts"]).assert();
    if asserted.get_output().status.success() {
        asserted
            .stdout(
                starts_with("uts:[")
                    .and(contains(ours.to_str().unwrap()).not()),
            )
            .stderr(is_empty());
    } else {
        asserted.code(1).stdout(is_empty()).stderr(
            "unshare: unshare(CLONE_NEWUTS): Operation not permitted\n\
             unshare: needs CAP_SYS_ADMIN: be root or add --user\n",
        );
    }
}

#[test]
fn the_exit_status_is_the_commands_own() {
    unshare(&["true"]).assert().code(0);
    unshare(&["false"]).assert().code(1);
    unshare(&["sh", "-c", "exit 42"]).assert().code(42);
}

#[test]
fn with_fork_the_exit_status_is_the_commands_own_too() {
    unshare(&["--fork", "true"]).assert().code(0);
    unshare(&["--fork", "sh", "-c", "exit 42"])
        .assert()
        .code(42);
    unshare(&["--fork", "no-such-command"]).assert().code(127);
}

#[test]
fn with_fork_the_exit_status_is_not_lost_where_the_caller_ignores_sigchld() {
    let program = env!("CARGO_BIN_EXE_unshare");
    let script = format!("trap '' CHLD; exec {program} --fork sh -c 'exit 3'");
    let status = std::process::Command::new("sh")
        .args(["-c", &script])
        .status();
    assert_eq!(status.unwrap().code(), Some(3));
}

#[test]
fn an_error_that_cannot_be_written_ends_with_its_status_all_the_same() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_unshare"));
    let status = command.arg("no-such-command").stderr(full).status();
    assert_eq!(status.unwrap().code(), Some(127));
}

#[test]
fn a_signal_that_the_caller_blocks_stays_blocked_for_the_command() {
    let ours = |options: &[&str]| {
        let words = ["grep", "SigBlk", "/proc/self/status"];
        let assert = unshare(&[options, &words].concat()).assert();
        String::from_utf8(assert.get_output().stdout.clone()).unwrap()
    };
    let before = SigSet::from(Signal::SIGTERM)
        .thread_swap_mask(SigmaskHow::SIG_BLOCK)
        .unwrap();
    let directly = ours(&[]);
    let in_a_child = ours(&["--fork"]);
    before.thread_set_mask().unwrap();
    assert_eq!(directly, "SigBlk:\t0000000000004000\n");
    assert_eq!(in_a_child, directly);
}

#[test]
fn with_fork_a_command_killed_by_a_signal_gives_128_and_its_number() {
    // Who is started in the background of a script ignores SIGINT, and hands
    // that down. SAFETY: the default action needs no handler.
    unsafe { signal(Signal::SIGINT, SigHandler::SigDfl) }.unwrap();
    unshare(&["--fork", "sh", "-c", "kill -KILL $$"])
        .assert()
        .code(137);
    unshare(&["--fork", "sh", "-c", "kill -TERM $$"])
        .assert()
        .code(143);
    unshare(&["--fork", "sh", "-c", "kill -INT $$"])
        .assert()
        .code(130);
    let real_time = unshare(&["--fork", "sh", "-c", "kill -40 $$"]).assert();
    real_time.code(168).stderr(is_empty());
}

#[test]
fn the_command_dies_of_a_broken_pipe_as_it_does_without_us() {
    unshare(&["--fork", "sh", "-c", "kill -PIPE $$"])
        .assert()
        .code(141);
}

#[test]
fn with_fork_the_parent_outlives_what_is_meant_for_the_child() {
    let script = "kill -INT $PPID; kill -TERM $PPID; exit 7";
    unshare(&["--fork", "sh", "-c", script]).assert().code(7);
}

#[test]
fn with_fork_the_command_is_a_child_and_without_it_is_this_process() {
    let own = format!("{}\n", std::process::id());
    let parent = ["sh", "-c", "echo $PPID"];
    unshare(&parent).assert().stdout(own.clone());
    unshare(&["--fork", "sh", "-c", "echo $PPID"])
        .assert()
        .success()
        .stdout(predicates::ord::ne(own));
}

#[test]
fn a_command_that_is_not_found_is_127() {
    unshare(&["no-such-command"]).assert().code(127).stderr(
        "unshare: execvp(no-such-command): No such file or directory\n\
         unshare: no such command\n",
    );
}

#[test]
fn a_command_that_cannot_be_executed_is_126() {
    unshare(&["/"]).assert().code(126).stderr(
        "unshare: execvp(/): Permission denied\n\
             unshare: it cannot be executed\n",
    );
}

#[test]
fn options_after_the_command_are_the_commands() {
    unshare(&["echo", "--fork", "-n", "--", "--help"])
        .assert()
        .success()
        .stdout("--fork -n -- --help\n");
    unshare(&["--", "echo", "-u"]).assert().stdout("-u\n");
}

#[test]
fn without_a_command_it_runs_the_shell_of_the_environment() {
    unshare(&[]).env("SHELL", "true").assert().code(0);
    unshare(&[]).env("SHELL", "false").assert().code(1);
    unshare(&[])
        .env_remove("SHELL")
        .write_stdin("echo $0; exit 9")
        .assert()
        .code(9)
        .stdout("/bin/sh\n");
}

#[test]
fn help_has_all_eight_types_and_fits_a_page() {
    let assert = unshare(&["--help"]).assert().success();
    let help = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    for option in [
        "-C, --cgroup",
        "-i, --ipc",
        "-n, --net",
        "-m, --mount",
        "-p, --pid",
        "-T, --time",
        "-U, --user",
        "-u, --uts",
        "-f, --fork",
        "-r, --map-root-user",
        "--mount-proc",
        "--propagation <HOW>",
    ] {
        assert!(help.contains(option), "{option} is not in:\n{help}");
    }
    assert!(help.lines().all(|line| line.len() <= 80), "{help}");
}

#[test]
fn what_cannot_be_meant_is_a_usage_error() {
    for wrong in ["--nope", "-x", "--propagation=sideways", "--uts=file"] {
        unshare(&[wrong, "true"])
            .assert()
            .code(2)
            .stdout(is_empty());
    }
}
