//! The comparison with real Docker ends whole, however it ends. Where Docker
//! cannot run, it says so, and is not taken for a comparison that was made:
//! nor is the test that needs it, which is then counted as ignored.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;
use harness::docker::install::Docker;
use libtest_mimic::{Arguments, Trial};
use nix::unistd::geteuid;

mod english;

fn main() {
    let test = |name, run: fn()| {
        Trial::test(name, move || {
            run();
            Ok(())
        })
    };
    let unavailable = Docker::find().err();
    if let Some(why) = &unavailable {
        println!("a_killed_harness_leaves_no_docker is NOT RUN: {why}");
    }
    let tests = vec![
        test(
            "a_killed_harness_leaves_no_docker",
            a_killed_harness_leaves_no_docker,
        )
        .with_ignored_flag(unavailable.is_some()),
        test(
            "who_may_not_run_docker_is_told_so",
            who_may_not_run_docker_is_told_so,
        ),
    ];
    libtest_mimic::run(&Arguments::from_args(), tests).exit()
}

fn harness(arguments: &[&str]) -> Command {
    let mut command = english::harness();
    command.args(arguments).stdin(Stdio::null());
    command
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begin.elapsed() < Duration::from_secs(240), "no {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Returns the names of all processes below a process, by PID.
fn descendants(pid: u32) -> BTreeMap<u32, String> {
    let mut found = BTreeMap::new();
    let threads = fs::read_dir(format!("/proc/{pid}/task"));
    for thread in threads.into_iter().flatten().flatten() {
        let children = fs::read_to_string(thread.path().join("children"));
        let children = children.unwrap_or_default();
        for child in children.split_whitespace().flat_map(str::parse) {
            let name = fs::read_to_string(format!("/proc/{child}/comm"));
            found.insert(child, name.unwrap_or_default().trim().to_owned());
            found.extend(descendants(child));
        }
    }
    found
}

/// A harness that has a container running in real Docker, and all processes
/// below it.
fn harness_in_mid_scenario() -> (Child, BTreeMap<u32, String>) {
    let mut child = harness(&["docker"]);
    let child = child.stdout(Stdio::null()).stderr(Stdio::null());
    let child = child.spawn().unwrap();
    let all = wait_for("container in Docker", || {
        let all = descendants(child.id());
        let is = |name: &str| all.values().any(|it| it.starts_with(name));
        (is("dockerd") && is("containerd-shim") && is("httpd")).then_some(all)
    });
    (child, all)
}

/// Returns the path of a process's cgroup, if the cgroup is a sandbox's.
fn cgroup(pid: u32) -> Option<PathBuf> {
    let all = fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
    let own = all.lines().find_map(|line| line.strip_prefix("0::"))?;
    let (parent, rest) = own.split_once("/namespace-workshop-")?;
    let id = rest.split('/').next()?;
    let mounts = fs::read_to_string("/proc/self/mounts").ok()?;
    let mut mounts = mounts.lines().map(|line| line.split(' '));
    let mount = mounts.find_map(|mut words| {
        let path = words.nth(1)?;
        (words.next()? == "cgroup2").then(|| path.to_owned())
    })?;
    Some(format!("{mount}{parent}/namespace-workshop-{id}").into())
}

fn is_gone(pid: u32) -> Option<()> {
    let Ok(stat) = fs::read(format!("/proc/{pid}/stat")) else {
        return Some(());
    };
    let stat = String::from_utf8_lossy(&stat);
    stat.contains(") Z ").then_some(())
}

fn a_killed_harness_leaves_no_docker() {
    let mounts = || fs::read("/proc/self/mountinfo").unwrap();
    let lines =
        |bytes: Vec<u8>| bytes.iter().filter(|it| **it == b'\n').count();
    let links = || lines(fs::read("/proc/net/dev").unwrap());
    let before = (mounts(), links());
    let (mut child, all) = harness_in_mid_scenario();
    let cgroups: Vec<PathBuf> =
        all.keys().filter_map(|pid| cgroup(*pid)).collect();
    assert!(!cgroups.is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    for (pid, name) in all {
        wait_for(&format!("end of {name}"), || is_gone(pid));
    }
    for cgroup in cgroups {
        let path: &Path = &cgroup;
        wait_for("end of the cgroup", || (!path.exists()).then_some(()));
    }
    // Others may be at work on this computer, too: theirs come and go.
    wait_for("same mounts and links as before", || {
        ((mounts(), links()) == before).then_some(())
    });
}

fn who_may_not_run_docker_is_told_so() {
    // Nobody may, but has to be able to read the program.
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("harness");
    fs::copy(cargo_bin("harness"), &program).unwrap();
    let readable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(folder.path(), readable).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        if geteuid().is_root() {
            command = Command::new("setpriv");
            command.args(["--reuid=65534", "--clear-groups", "--"]);
            command.arg(&program);
        }
        let output = english::speaks(&mut command).args(arguments).output();
        let output = output.unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    let (code, text) = run(&["docker"]);
    assert!(text.contains("real Docker cannot run here: "), "{text}");
    assert_eq!(code, Some(69));
    let (code, text) = run(&["docker", "--if-possible"]);
    assert!(text.contains("NOT RUN: the comparison with real"), "{text}");
    assert!(text.contains("To run it: ./just docker"), "{text}");
    assert_eq!(code, Some(0));
}
