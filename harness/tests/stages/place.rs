//! A Linux on which stages are made, and what is left there.

use std::io::Read;
use std::time::{Duration, Instant};

use crate::faults::subject::{Outcome, Subject, lesson};

/// Longest time for a Linux to remove everything of a stage. The kernel removes
/// a network namespace some time after its last member has ended.
const REMOVING: Duration = Duration::from_secs(120);

/// Prints everything that a stage has of its own, and that the Linux there has,
/// for root: processes of a stage, mounts, cgroups, cards, namespaces, modules,
/// names and settings. Without what changes by itself: sessions, counters, and
/// the lifetime of an address.
const FACTS: &str = r#"
    pgrep -lx guest; pgrep -lx init
    cut -d" " -f3- /proc/self/mountinfo
    find /sys/fs/cgroup -type d | grep -v user.slice | sort
    ip -o link; ip -o addr | sed "s/valid_lft.*//"
    hostname; cut -d" " -f1 /proc/modules | sort; lsns -n -o TYPE,NS | sort
    find /proc/sys -type f -perm -400 | sort | xargs grep -s . |
        grep -Ev "random|quota|-nr|state|ns_last_pid|pty/nr|stat_refresh"
    ls -A /tmp /run /root"#;

/// The process that was started first, the supervisor, and PID 1 of the only
/// stage there, as a shell writes them. PID 1 has another name: it has become
/// `/init`.
pub const FIRST: &str = "$(pgrep -xo guest)";
pub const SUPERVISOR: &str = "$(pgrep -xn guest)";
pub const PID_1: &str = "$(pgrep -P $(pgrep -xn guest))";

/// A Linux on which stages are made.
pub trait Place {
    /// Runs a script as root, which succeeds, and returns its output.
    fn root_says(&self, script: &str) -> String;

    /// Returns a harness whose machines are stages there.
    fn harness(&self, arguments: &[&str]) -> Subject;

    /// Returns the facts of that Linux.
    fn facts(&self) -> String {
        self.root_says(&format!("{FACTS}; :"))
    }

    /// Waits until the facts are as before.
    #[track_caller]
    fn is_as(&self, before: &str) {
        let begin = Instant::now();
        loop {
            let after = self.facts();
            if after == before {
                return;
            }
            let in_time = begin.elapsed() < REMOVING;
            assert!(in_time, "{}", difference(before, &after));
        }
    }

    /// Breaks a stage while a lesson's command waits on it, and returns the
    /// outcome of the harness.
    #[track_caller]
    fn breaks(&self, how: impl FnOnce()) -> Outcome {
        let long = lesson("long");
        let arguments = ["lesson", long.to_str().unwrap(), "--auto"];
        let mut subject = self.harness(&arguments);
        let (child, mut stdout) = subject.start_and_wait();
        how();
        let mut text = String::new();
        stdout.read_to_string(&mut text).unwrap();
        let end = child.wait_with_output().unwrap();
        text += &String::from_utf8_lossy(&end.stderr);
        subject.leaves_no_process();
        let code = end.status.code().unwrap_or(-1);
        Outcome { code, text }
    }

    /// Kills the process while a lesson's command waits: the machine is lost,
    /// in these words, and everything there is as before.
    #[track_caller]
    fn loses_a_stage_with(&self, process: &str, words: &str, before: &str) {
        let outcome = self.breaks(|| {
            self.root_says(&format!("kill -KILL {process}"));
        });
        outcome.is(70, &["run: the machine is lost: ", words]);
        self.is_as(before);
    }
}

fn difference(before: &str, after: &str) -> String {
    let news = after.lines().filter(|line| !before.contains(line));
    let news = news.map(|line| format!("+ {line}\n")).collect::<String>();
    let lost = before.lines().filter(|line| !after.contains(line));
    news + &lost.map(|line| format!("- {line}\n")).collect::<String>()
}
