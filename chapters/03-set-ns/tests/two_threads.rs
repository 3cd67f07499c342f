//! Messages and exit codes of two-threads, for every user on every kernel.

use assert_cmd::assert::Assert;
use assert_cmd::cargo::cargo_bin_cmd;
use predicates::str::contains;

fn two_threads(words: &[&str]) -> Assert {
    cargo_bin_cmd!("two-threads").args(words).assert()
}

#[test]
fn a_handle_is_required() {
    let usage = "Usage: two-threads HANDLE\n";
    two_threads(&[]).code(2).stdout("").stderr(usage);
}

#[test]
fn a_file_that_is_no_handle_cannot_be_joined() {
    two_threads(&["/etc/hosts"])
        .code(1)
        .stdout("")
        .stderr(contains(
            "two-threads: setns(/etc/hosts): Invalid argument\n",
        ));
    two_threads(&["/nosuch"])
        .code(1)
        .stderr(contains("open(/nosuch): No such file or directory\n"));
}

/// Joining the own namespace changes nothing, but takes the capability.
#[test]
fn the_process_and_both_threads_have_a_line() {
    let assert = two_threads(&["/proc/self/ns/uts"]);
    let output = assert.get_output().clone();
    let said = String::from_utf8(output.stdout).unwrap();
    if said.is_empty() {
        let refused = "two-threads: setns(/proc/self/ns/uts): Operation not";
        assert.code(1).stderr(contains(refused));
        return;
    }
    assert.success().stderr("");
    let lines: Vec<_> = said.lines().collect();
    let [process, first, second] = lines[..] else {
        panic!("{said}")
    };
    assert!(process.starts_with("/proc/self/ns/uts -> uts:["), "{said}");
    for thread in [first, second] {
        let (handle, target) = thread.split_once(" -> ").unwrap();
        assert!(handle.starts_with("/proc/self/task/"), "{said}");
        assert!(process.ends_with(target), "{said}");
    }
}

#[test]
fn threads_that_share_a_folder_cannot_be_in_two_mount_namespaces() {
    let assert = two_threads(&["/proc/self/ns/mnt"]);
    let stderr = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    let may = !stderr.contains("Operation not permitted");
    let assert = assert.code(1).stdout("");
    if may {
        assert.stderr(contains("(/proc/self/ns/mnt): Invalid argument\n"));
    }
}
