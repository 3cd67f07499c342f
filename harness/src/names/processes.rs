//! One label for one process.

use std::collections::BTreeMap;

use protocol::Facts;

use super::Member;

/// The labels of all processes that had a name or were printed.
#[derive(Debug, Default)]
pub(super) struct Labels {
    by_pid: BTreeMap<i32, Labelled>,
    members: Vec<Member>,
    counted: u32,
}

#[derive(Debug)]
struct Labelled {
    label: String,
    /// When it was started, if it was ever seen alive.
    start_time: Option<u64>,
}

impl Labels {
    pub(super) fn observe(&mut self, facts: &Facts, members: &[Member]) {
        for Member { pid, label } in members {
            let start_time = start_time(facts, *pid);
            let labelled = Labelled {
                label: label.clone(),
                start_time,
            };
            self.by_pid.insert(*pid, labelled);
        }
        self.members = members.to_vec();
    }

    /// All labels in use.
    pub(super) fn labels(&self) -> impl Iterator<Item = &str> {
        self.by_pid.values().map(|labelled| labelled.label.as_str())
    }

    /// The label of the process with this PID, which was seen alive `after`
    /// the command, or `before` it, or never.
    pub(super) fn label(
        &mut self,
        pid: i32,
        before: &Facts,
        after: &Facts,
    ) -> String {
        let start_time =
            start_time(after, pid).or_else(|| start_time(before, pid));
        if let Some(known) = self.by_pid.get(&pid) {
            // A PID that is seen no more still means the process it meant.
            let same = start_time.is_none() || known.start_time == start_time;
            let inherited = |member: &Member| {
                member.label == known.label && member.pid != pid
            };
            if same && !self.members.iter().any(inherited) {
                return known.label.clone();
            }
        }
        self.counted += 1;
        let label = format!("p{}", self.counted);
        let labelled = Labelled {
            label: label.clone(),
            start_time,
        };
        self.by_pid.insert(pid, labelled);
        label
    }
}

fn start_time(facts: &Facts, pid: i32) -> Option<u64> {
    let process = facts.processes.iter().find(|p| p.pid == pid)?;
    Some(process.start_time)
}
