//! Labels for processes.

use std::collections::BTreeMap;

use protocol::Facts;

use super::named::NamedProcess;

/// Labels of all processes that had a name or were printed.
#[derive(Debug, Default)]
pub(super) struct ProcessLabels {
    /// Processes that have a name, or had the name last.
    named: BTreeMap<String, Process>,
    /// Processes without a name, in the order in which they were printed.
    counted: Vec<Process>,
}

/// A PID, with the process's start time if the process was ever seen alive.
#[derive(Clone, Copy, Debug)]
struct Process {
    pid: i32,
    start_time: Option<u64>,
}

impl Process {
    /// Finds the process that a PID means: the last one seen alive, `after` the
    /// command or else `before` it. A process never seen has no start time.
    fn find(pid: i32, before: &Facts, after: &Facts) -> Self {
        let seen = |facts: &Facts| {
            let process = facts.processes.iter().find(|p| p.pid == pid)?;
            Some(process.start_time)
        };
        let start_time = seen(after).or_else(|| seen(before));
        Self { pid, start_time }
    }

    /// Whether a printed process is this labelled one. A PID that is no longer
    /// in use still means the process that had it.
    fn is(self, labelled: Self) -> bool {
        self.pid == labelled.pid
            && (self.start_time.is_none()
                || self.start_time == labelled.start_time)
    }
}

impl ProcessLabels {
    /// Takes in the names of processes. A name moves from the process that had
    /// it last, dead or alive, to its new owner.
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
        // The last one counts, because the kernel may have reused the PID.
        let known = self.counted.iter().rposition(|known| process.is(*known));
        let place = known.unwrap_or_else(|| {
            self.counted.push(process);
            self.counted.len() - 1
        });
        format!("p{}", place + 1)
    }
}
