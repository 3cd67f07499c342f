//! Processes with a name, and processes to watch.

/// A process with a name: a shell, or a process that the lesson watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedProcess {
    /// PID in the machine's initial PID namespace.
    pub pid: i32,
    /// Name in the lesson: `web`, or `host:web` for a shell started in `host`.
    pub label: String,
}

/// A process to watch: the oldest one with this name in `/proc/PID/comm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Name in the lesson.
    pub label: String,
    /// Name in `/proc/PID/comm`.
    pub command: String,
}
