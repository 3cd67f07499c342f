//! A made-up computer: namespaces of this one, with a cgroup, folders for files
//! and a host name of its own. Nothing else runs there.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

use nix::unistd::geteuid;

use super::place::Place;
use crate::faults::subject::{Subject, not_run};

/// Makes a cgroup and the computer in it, and removes the cgroup at the end.
const OUTSIDE: &str = r#"set -e
    place=$(awk '/ - cgroup2 / && $4 == "/" { print $5; exit }' /proc/self/mountinfo)
    [ -n "$place" ] || { echo "cgroup v2 is not mounted here"; exit; }
    before=$(sed -n s/^0:://p /proc/self/cgroup)
    own=$place/made-up-computer-$$
    mkdir "$own"
    echo $$ >"$own/cgroup.procs"
    unshare --mount --net --uts --ipc --cgroup --pid --fork --kill-child \
        --mount-proc sh -c "$0" || :
    echo $$ >"$place$before/cgroup.procs"
    rmdir "$own""#;

/// PID 1 of the computer: collects ended processes until its input ends.
const INSIDE: &str = r#"set -e
    mount -t sysfs none /sys
    mount -t cgroup2 none /sys/fs/cgroup
    for folder in /tmp /run /root; do mount -t tmpfs none $folder; done
    mkdir /root/.cache
    ip link set lo up
    hostname computer
    echo "ready $(cat /proc/sys/kernel/hostname)"
    cat
    :"#;

/// A computer that is up. Dropping it ends everything in it.
pub struct Computer {
    outside: Child,
    input: Option<ChildStdin>,
    /// Its PID 1, as this computer counts.
    pid_1: u32,
}

impl Computer {
    /// Makes a computer. `None` says why there is none.
    pub fn new(test: &str) -> Option<Self> {
        if !geteuid().is_root() {
            not_run(test, &"a stage needs root");
            return None;
        }
        let mut outside = Command::new("sh");
        outside.args(["-c", OUTSIDE, INSIDE]);
        outside.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut outside = outside.spawn().unwrap();
        let input = outside.stdin.take();
        let mut lines = BufReader::new(outside.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        if line.starts_with("cgroup") {
            not_run(test, &line);
            outside.wait().unwrap();
            return None;
        }
        assert_eq!(line, "ready computer");
        let unshare = child_of(outside.id());
        let pid_1 = child_of(unshare);
        Some(Self {
            outside,
            input,
            pid_1,
        })
    }

    /// Words that run the command after them there.
    pub fn way(&self) -> String {
        let pid = self.pid_1;
        format!(
            "nsenter --target {pid} --mount --net --uts --ipc --cgroup --pid \
             -- env -u XDG_CACHE_HOME HOME=/root"
        )
    }

    /// Name of the machine, for `--machine`.
    pub fn machine(&self) -> String {
        format!("command:{}", self.way())
    }
}

impl Place for Computer {
    #[track_caller]
    fn root_says(&self, script: &str) -> String {
        let mut command = Command::new("nsenter");
        let way = self.way();
        command
            .args(way.split(' ').skip(1))
            .args(["sh", "-c", script]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{script}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn harness(&self, arguments: &[&str]) -> Subject {
        let machine = self.machine();
        let mut all = vec!["--machine", &machine];
        all.extend(arguments);
        Subject::harness(&all).that_idles()
    }
}

impl Drop for Computer {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.outside.wait();
    }
}

fn child_of(parent: u32) -> u32 {
    let path = format!("/proc/{parent}/task/{parent}/children");
    let children = fs::read_to_string(path).unwrap();
    children.trim().parse().unwrap()
}
