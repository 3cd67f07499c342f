//! Output of list-namespaces, on any kernel and for any user.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::{contains, is_empty, starts_with};
use serde_json::Value;

/// No process has this PID: it is one more than the kernel's highest limit.
const NOBODY: &str = "4194304";

fn list_namespaces(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_list-namespaces"));
    command.args(arguments);
    command
}

fn stdout(arguments: &[&str]) -> String {
    let assert = list_namespaces(arguments).assert().success();
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(arguments)).unwrap()
}

/// Our own memberships, which every child of ours inherits: (type, number).
fn memberships() -> Vec<(String, String)> {
    let mut memberships = Vec::new();
    for entry in fs::read_dir("/proc/self/ns").unwrap() {
        let link = fs::read_link(entry.unwrap().path()).unwrap();
        let link = link.to_str().unwrap().strip_suffix(']').unwrap();
        let (kind, number) = link.split_once(":[").unwrap();
        memberships.push((kind.to_owned(), number.to_owned()));
    }
    memberships.sort();
    memberships.dedup();
    memberships
}

fn own_pid() -> String {
    std::process::id().to_string()
}

#[test]
fn without_a_pid_it_lists_its_own_memberships_as_readlink_does() {
    let text = stdout(&[]);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("TYPE          self"));
    for (kind, number) in memberships() {
        assert_eq!(lines.next(), Some(&*format!("{kind:6}  {number}")));
    }
}

#[test]
fn processes_with_the_same_memberships_are_the_same_in_every_line() {
    let text = stdout(&[&own_pid(), &own_pid()]);
    for (kind, number) in memberships() {
        let line = format!("{kind:6}  {number}  {number}  same\n");
        assert!(text.contains(&line), "{line:?} is not in:\n{text}");
    }
}

#[test]
fn five_processes_fit_a_page_and_six_are_a_usage_error() {
    let pid = own_pid();
    let text = stdout(&[&*pid; 5]);
    assert!(text.lines().all(|line| line.len() <= 80), "{text}");
    list_namespaces(&[&*pid; 6]).assert().code(2);
}

#[test]
fn only_the_types_asked_for_are_listed() {
    let text = stdout(&["--type", "uts", "-t", "net"]);
    let kinds = text.lines().map(|line| line.split(' ').next().unwrap());
    assert_eq!(kinds.collect::<Vec<_>>(), ["TYPE", "uts", "net"]);
}

#[test]
fn a_type_that_is_asked_for_twice_is_listed_once() {
    let text = stdout(&["-t", "net", "-t", "uts", "-t", "net"]);
    let kinds = text.lines().map(|line| line.split(' ').next().unwrap());
    assert_eq!(kinds.collect::<Vec<_>>(), ["TYPE", "net", "uts"]);
}

#[test]
fn a_process_that_may_not_be_read_is_shown_so_and_counted() {
    // Who may read process 1 is the system's business: ask it first.
    let handle = fs::metadata("/proc/1/ns/uts").map(|stat| stat.ino());
    let asserted = list_namespaces(&["--type", "uts", "1"]).assert().success();
    match handle {
        Ok(number) => asserted
            .stdout(format!("TYPE             1\nuts     {number}\n"))
            .stderr(is_empty()),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::PermissionDenied);
            asserted
                .stdout("TYPE             1\nuts         denied\n")
                .stderr("list-namespaces: processes that may not be read: 1\n")
        }
    };
}

#[test]
fn a_process_that_does_not_exist_is_an_error() {
    list_namespaces(&[&own_pid(), NOBODY])
        .env("RUST_BACKTRACE", "1")
        .assert()
        .code(1)
        .stdout(is_empty())
        .stderr(format!(
            "list-namespaces: stat(/proc/{NOBODY}): No such file or directory\n\
             list-namespaces: no such process, or not in this /proc\n"
        ));
}

#[test]
fn a_process_that_has_ended_is_an_error() {
    let mut child = std::process::Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let pid = child.id().to_string();
    list_namespaces(&[&pid]).assert().code(1).stdout(is_empty());
}

#[test]
fn all_lists_our_namespaces_by_ascending_number_on_a_page_of_80_columns() {
    let text = stdout(&["--all"]);
    let heading = "        NS TYPE   NPROCS     PID USER     COMMAND\n";
    assert!(text.starts_with(heading), "{text}");
    for (kind, number) in memberships() {
        let membership = format!("{number} {kind:6} ");
        assert!(
            text.contains(&membership),
            "{membership:?} is not in:\n{text}"
        );
    }
    let numbers = || text.lines().skip(1).map(|line| &line[..10]);
    assert!(numbers().is_sorted(), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
}

#[test]
fn all_in_json_has_the_fields_of_lsns() {
    let answer = json(&["--all", "--json"]);
    let namespaces = answer["namespaces"].as_array().unwrap();
    let fields = ["ns", "type", "nprocs", "pid", "user", "command"];
    for namespace in namespaces {
        let keys = namespace.as_object().unwrap().keys().map(String::as_str);
        assert_eq!(keys.collect::<BTreeSet<_>>(), BTreeSet::from(fields));
        assert!(namespace["nprocs"].as_u64() > Some(0));
        assert!(namespace["pid"].as_u64() > Some(0));
    }
    for (kind, number) in memberships() {
        let number = number.parse::<u64>().unwrap();
        let ours = |n: &&Value| n["type"] == *kind && n["ns"] == number;
        assert_eq!(namespaces.iter().filter(ours).count(), 1, "{answer}");
    }
}

#[test]
fn processes_in_json_have_their_namespaces_with_device_and_number() {
    let pid = own_pid();
    let answer = json(&["--json", &pid]);
    let process = &answer["processes"][&pid];
    for (kind, number) in memberships() {
        let stat = fs::metadata(format!("/proc/self/ns/{kind}")).unwrap();
        let namespace = &process[&kind];
        assert_eq!(namespace["ino"].to_string(), number);
        assert_eq!(namespace["dev"], stat.dev());
    }
}

#[test]
fn help_explains_each_argument_and_fits_a_page() {
    let help = stdout(&["--help"]);
    for argument in ["[PID]...", "--all", "--type <TYPE>", "--json"] {
        assert!(help.contains(argument), "{argument} is not in:\n{help}");
    }
    assert!(help.lines().all(|line| line.len() <= 80), "{help}");
}

#[test]
fn what_cannot_be_meant_is_a_usage_error() {
    for pid in ["abc", "0", "-1", "+1", "1.5", "", "4294967296"] {
        list_namespaces(&[pid]).assert().code(2).stdout(is_empty());
    }
    list_namespaces(&["--nope"]).assert().code(2);
    list_namespaces(&["--all", "1"]).assert().code(2);
    list_namespaces(&["--type", "network"])
        .assert()
        .code(2)
        .stderr(starts_with("error: ").and(contains("cgroup, ipc, mnt, net")));
}

#[test]
fn an_output_that_cannot_be_written_is_an_error_and_no_panic() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let program = env!("CARGO_BIN_EXE_list-namespaces");
    let output = std::process::Command::new(program)
        .stdout(full)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "list-namespaces: write(stdout): No space left on device\n"
    );
}

#[test]
fn a_reader_that_is_gone_wants_no_more() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let program = env!("CARGO_BIN_EXE_list-namespaces");
    let mut command = std::process::Command::new(program);
    let output = command.stdout(writer).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn an_error_that_cannot_be_written_ends_with_its_status_all_the_same() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let program = env!("CARGO_BIN_EXE_list-namespaces");
    let mut command = std::process::Command::new(program);
    let status = command.arg(NOBODY).stderr(full).status().unwrap();
    assert_eq!(status.code(), Some(1));
}
