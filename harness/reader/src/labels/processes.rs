//! Labels of processes.

use std::collections::BTreeMap;

use protocol::Facts;

use super::named::NamedProcess;

/// Labels of all processes that had a name or were printed.
#[derive(Debug, Default)]
pub(super) struct ProcessLabels {
    /// Process that has a name, or had it last.
    named: BTreeMap<String, Process>,
    /// Processes without a name, in the order in which they were printed.
    counted: Vec<Process>,
}

/// PID of a process, and its start, if it was ever seen alive.
#[derive(Clone, Copy, Debug)]
struct Process {
    pid: i32,
    start_time: Option<u64>,
}

impl Process {
    /// Finds the process with this PID that was alive `after` the command, or
    /// else `before` it.
    fn find(pid: i32, before: &Facts, after: &Facts) -> Self {
        let seen = |facts: &Facts| {
            let process = facts.processes.iter().find(|p| p.pid == pid)?;
            Some(process.start_time)
        };
        let start_time = seen(after).or_else(|| seen(before));
        Self { pid, start_time }
    }

    /// Whether this printed process is that labelled one. A PID that is seen no
    /// more still means the same process.
    fn is(self, labelled: Self) -> bool {
        self.pid == labelled.pid
            && (self.start_time.is_none()
                || self.start_time == labelled.start_time)
    }
}

impl ProcessLabels {
    /// Takes in the names. A name goes from the process that had it last, dead
    /// or alive, to the process that has it now.
    pub(super) fn observe(&mut self, facts: &Facts, members: &[NamedProcess]) {
        for NamedProcess { pid, label } in members {
            let process = Process::find(*pid, facts, facts);
            self.named.retain(|_, named| !process.is(*named));
            self.named.insert(label.clone(), process);
        }
    }

    /// Returns all names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.named.keys().map(String::as_str)
    }

    /// Returns the label of the process with this PID.
    pub(super) fn label(
        &mut self,
        pid: i32,
        before: &Facts,
        after: &Facts,
    ) -> String {
        let process = Process::find(pid, before, after);
        let name = self.named.iter().find(|(_, named)| process.is(**named));
        if let Some((name, _)) = name {
            return name.clone();
        }
        // The last one: the PID may have been given again.
        let known = self.counted.iter().rposition(|known| process.is(*known));
        let place = known.unwrap_or_else(|| {
            self.counted.push(process);
            self.counted.len() - 1
        });
        format!("p{}", place + 1)
    }
}
