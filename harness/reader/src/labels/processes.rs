//! One label for one process.

use std::collections::BTreeMap;

use protocol::Facts;

use super::named::NamedProcess;

/// The labels of all processes that had a name or were printed.
#[derive(Debug, Default)]
pub(super) struct ProcessLabels {
    /// Who has a name, or had it last.
    named: BTreeMap<String, Process>,
    /// Those without a name, by the order in which they were printed.
    counted: Vec<Process>,
}

/// A PID, and when the process was started, if it was ever seen alive.
#[derive(Clone, Copy, Debug)]
struct Process {
    pid: i32,
    start_time: Option<u64>,
}

impl Process {
    /// Among those with its PID, the process is the last one that was seen
    /// alive `after` the command, or else `before` it, or else at all.
    fn find(pid: i32, before: &Facts, after: &Facts) -> Self {
        let seen = |facts: &Facts| {
            let process = facts.processes.iter().find(|p| p.pid == pid)?;
            Some(process.start_time)
        };
        let start_time = seen(after).or_else(|| seen(before));
        Self { pid, start_time }
    }

    /// Whether this, which has been printed, is that, which has a label. A
    /// PID that is seen no more still means the process it meant.
    fn is(self, labelled: Self) -> bool {
        self.pid == labelled.pid
            && (self.start_time.is_none()
                || self.start_time == labelled.start_time)
    }
}

impl ProcessLabels {
    /// Takes in who is called what. A name goes from the process that had it
    /// last, dead or alive, to the one that has it now.
    pub(super) fn observe(&mut self, facts: &Facts, members: &[NamedProcess]) {
        for NamedProcess { pid, label } in members {
            let process = Process::find(*pid, facts, facts);
            self.named.retain(|_, named| !process.is(*named));
            self.named.insert(label.clone(), process);
        }
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.named.keys().map(String::as_str)
    }

    /// The label of the process with this PID.
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
