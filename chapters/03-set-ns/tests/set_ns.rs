//! Messages and exit codes of set_ns, for every user on every kernel. A test
//! asks the kernel whether its user may join, by joining.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::Duration;

use assert_cmd::assert::Assert;
use assert_cmd::cargo::cargo_bin_cmd;
use nix::sched::{CloneFlags, setns};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use predicates::str::contains;

/// No process has this PID: 2^22 is the greatest there is.
const ENDED: &str = "/proc/4194305/ns/net";

fn set_ns(words: &[&str]) -> Assert {
    let mut command = cargo_bin_cmd!("set_ns");
    command
        .env("RUST_BACKTRACE", "1")
        .env("PATH", "/usr/bin:/bin");
    command.args(words).assert()
}

/// May we join the namespace we are a member of? If so, nothing changes.
fn may_join(handle: &str) -> bool {
    let handle = File::open(handle).expect("our own handle");
    setns(handle, CloneFlags::empty()).is_ok()
}

/// Joins namespaces of our own and runs a command there, which ends with `code`
/// and `says` why; or, without the capability, is told that it is missing.
fn runs(words: &[&str], code: i32, says: &str) {
    let assert = set_ns(words);
    let mut handles = words.iter().take_while(|word| word.starts_with("/proc"));
    if let Some(refused) = handles.find(|handle| !may_join(handle)) {
        assert.code(1).stdout("").stderr(format!(
            "set_ns: setns({refused}): Operation not permitted\n\
             set_ns: this needs CAP_SYS_ADMIN: try it as root\n"
        ));
    } else {
        let out =
            [&assert.get_output().stdout[..], &assert.get_output().stderr];
        assert_eq!(String::from_utf8_lossy(&out.concat()), says);
        assert.code(code);
    }
}

const NET: &str = "/proc/self/ns/net";
const PID: &str = "/proc/self/ns/pid";

#[test]
fn help_shows_both_forms() {
    set_ns(&["--help"])
        .success()
        .stdout(contains("Usage: set_ns HANDLE COMMAND...\n"))
        .stdout(contains("       set_ns HANDLE... -- COMMAND...\n"))
        .stderr("");
}

#[test]
fn without_words_it_shows_its_usage() {
    set_ns(&[])
        .code(2)
        .stderr(contains("Usage: set_ns HANDLE COMMAND"));
}

#[test]
fn a_handle_needs_a_command() {
    let missing = || contains("error: a command is missing\n");
    set_ns(&[NET]).code(2).stdout("").stderr(missing());
    set_ns(&[NET, "--"]).code(2).stdout("").stderr(missing());
    set_ns(&[NET, PID, "--"])
        .code(2)
        .stdout("")
        .stderr(missing());
}

#[test]
fn an_unknown_option_is_a_usage_error() {
    set_ns(&["--nope", NET, "true"])
        .code(2)
        .stderr(contains("unexpected argument '--nope'"));
}

#[test]
fn a_command_keeps_its_own_options() {
    runs(&[NET, "printf", "%s.", "-n", "--help"], 0, "-n.--help.");
}

#[test]
fn after_dashes_a_command_keeps_its_own_dashes() {
    runs(
        &[NET, "--", "printf", "%s.", "-n", "--", "x"],
        0,
        "-n.--.x.",
    );
}

#[test]
fn dashes_among_the_commands_arguments_are_the_commands() {
    let echo = ["-c", "echo $0 $@", "--", "a", "b"];
    for sh in ["sh", "/bin/sh"] {
        runs(&[&[NET, sh], &echo[..]].concat(), 0, "-- a b\n");
    }
    // Nobody knows yet what there will be once the namespace is joined.
    let says = "set_ns: execvp(/no/command): No such file or directory\n\
                set_ns: no such command in this mnt namespace\n";
    runs(&[NET, "/no/command", "--", "a"], 127, says);
}

#[test]
fn dashes_behind_handles_are_not() {
    let echo = ["sh", "-c", "echo $0 $@", "--", "a", "b"];
    runs(&[&[NET, PID, "--"], &echo[..]].concat(), 0, "-- a b\n");
    runs(&[&[NET, "--"], &echo[..]].concat(), 0, "-- a b\n");
}

#[test]
fn a_file_that_is_no_namespace_is_called_so() {
    for file in ["/etc/passwd", "/proc", "/dev/null"] {
        set_ns(&[file, "true"]).code(1).stdout("").stderr(format!(
            "set_ns: setns({file}): Invalid argument\n\
             set_ns: not a namespace: see /proc/PID/ns\n"
        ));
    }
}

#[test]
fn a_file_that_would_wait_for_somebody_is_called_so_at_once() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = folder.join(format!("waits-{}", std::process::id()));
    fs::create_dir(&folder).expect("a folder");
    let fifo = folder.join("fifo");
    let socket = folder.join("socket");
    mkfifo(&fifo, Mode::S_IRUSR).expect("a FIFO");
    let _listener = UnixListener::bind(&socket).expect("a socket");
    let name = |path: &Path| path.to_str().expect("a name").to_owned();
    let fifo = name(&fifo);
    let socket = name(&socket);
    let several = [NET, &fifo, "--", "true"];
    for words in [&[&*fifo, "true"][..], &[&*socket, "true"], &several] {
        let mut command = cargo_bin_cmd!("set_ns");
        command.timeout(Duration::from_secs(60)).args(words);
        command
            .assert()
            .code(1)
            .stdout("")
            .stderr(contains("\nset_ns: not a namespace: see /proc/PID/ns\n"));
    }
    fs::remove_dir_all(&folder).expect("our own folder");
}

#[test]
fn an_ended_process_has_no_handles() {
    set_ns(&[ENDED, "true"]).code(1).stdout("").stderr(format!(
        "set_ns: open({ENDED}): No such file or directory\n\
         set_ns: no such handle, or its process has ended\n"
    ));
}

#[test]
fn a_misspelt_type_is_no_handle() {
    set_ns(&["/proc/self/ns/nte", "true"])
        .code(1)
        .stderr(contains("open(/proc/self/ns/nte): No such file"))
        .stderr(contains("no such handle"));
}

#[test]
fn every_handle_is_opened_before_one_is_joined() {
    set_ns(&[NET, ENDED, "--", "true"])
        .code(1)
        .stderr(contains(format!("set_ns: open({ENDED})")));
}

#[test]
fn our_own_user_namespace_cannot_be_joined_again() {
    set_ns(&["/proc/self/ns/user", "true"]).code(1).stderr(
        "set_ns: setns(/proc/self/ns/user): Invalid argument\n\
         set_ns: we are a member already\n",
    );
}

#[test]
fn a_file_that_may_not_be_read_is_not_opened() {
    let file = format!("unreadable-{}", std::process::id());
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    fs::write(&file, "").expect("a file");
    let nobody = fs::Permissions::from_mode(0o000);
    fs::set_permissions(&file, nobody).expect("our own file");
    let name = file.to_str().expect("a name");
    let assert = set_ns(&[name, "true"]).code(1).stdout("");
    let readable = File::open(&file).is_ok();
    fs::remove_file(&file).expect("our own file");
    if readable {
        assert.stderr(contains("not a namespace"));
    } else {
        assert.stderr(format!(
            "set_ns: open({name}): Permission denied\n\
             set_ns: another user's process: try it as root\n"
        ));
    }
}

#[test]
fn the_command_is_a_member_of_the_joined_namespace() {
    let net = fs::read_link(NET).expect("our own handle");
    let net = format!("{}\n", net.display());
    runs(&[NET, "readlink", NET], 0, &net);
}

#[test]
fn the_status_of_the_command_is_passed_on() {
    runs(&[NET, "sh", "-c", "exit 42"], 42, "");
    runs(&[PID, "sh", "-c", "exit 42"], 42, "");
}

#[test]
fn a_signal_that_ends_the_child_is_passed_on_as_128_and_more() {
    runs(&[PID, "sh", "-c", "kill -KILL $$"], 137, "");
    runs(&[PID, "sh", "-c", "kill -TERM $$"], 143, "");
    runs(&[PID, "sh", "-c", "kill -40 $$"], 168, "");
}

#[test]
fn a_pid_handle_anywhere_makes_the_command_a_child() {
    // $PPID is set_ns itself, which has stayed; without a fork it is us.
    let us = format!("{}\n", std::process::id());
    runs(&[NET, "sh", "-c", "echo $PPID"], 0, &us);
    let name = "cat /proc/$PPID/comm";
    runs(&[NET, PID, "--", "sh", "-c", name], 0, "set_ns\n");
    runs(&[PID, NET, "--", "sh", "-c", name], 0, "set_ns\n");
}

#[test]
fn a_command_that_is_not_found_ends_with_127() {
    for handle in [NET, PID] {
        let says = "set_ns: execvp(nosuchcmd): No such file or directory\n\
                    set_ns: no such command in this mnt namespace\n";
        runs(&[handle, "nosuchcmd"], 127, says);
    }
}

#[test]
fn a_command_that_is_not_executable_ends_with_126() {
    for handle in [NET, PID] {
        let says = "set_ns: execvp(/etc/passwd): Permission denied\n\
                    set_ns: it cannot be executed\n";
        runs(&[handle, "/etc/passwd"], 126, says);
    }
}
