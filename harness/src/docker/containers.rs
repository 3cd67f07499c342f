//! The kernel's state of each container, read from outside through procfs and
//! netlink. It is read in the same way for both runtimes.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs::{self, File};
use std::mem;
use std::os::unix::ffi::OsStrExt;
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use guest::facts::Observer;
use nix::sched::{CloneFlags, setns};
use nix::unistd::gethostname;
use procfs::FromRead;
use procfs::process::{MountInfos, Status};
use protocol::{Facts, Kind, Process, name};
use regex::{Captures, Regex};

use super::normal::Labels;
use crate::labels::{NamedProcess, Namer};
use crate::snapshot_text as text;

/// Mount options that restrict what the mount allows. Other options are not
/// compared.
const RESTRICTIONS: [&str; 4] = ["ro", "nosuid", "nodev", "noexec"];

/// A number that may be a PID: PIDs begin at 10000 here.
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?-u)\b[1-9][0-9]{4}\b").expect("valid"));

/// Limit for the wait until a container's first process has become its command.
/// Until then the process is runc, and Docker does not wait for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The containers of a run, at this moment.
///
/// Every look assigns new labels. A process that only one runtime still showed
/// is thus forgotten with the next command.
pub(super) struct Containers {
    shell: i32,
    /// PID of the daemon, which may have a mount namespace of its own.
    daemon: Option<i32>,
    namer: Namer,
    before: (Facts, Vec<NamedProcess>),
    /// All PIDs that containers' first processes have had.
    pids: BTreeSet<i32>,
    /// PIDs of first processes that were printed, in the order of their
    /// printing.
    printed: Vec<i32>,
}

impl Containers {
    /// Begins without containers. The host's namespaces are those of `shell`.
    pub(super) fn new(shell: i32, daemon: Option<i32>) -> Self {
        Self {
            shell,
            daemon,
            namer: Namer::new("", &[]),
            before: (Facts::default(), Vec::new()),
            pids: BTreeSet::new(),
            printed: Vec::new(),
        }
    }

    /// Reads the kernel's state.
    pub(super) fn observe(&mut self, labels: &mut Labels) -> Result<()> {
        let mut facts = settled(self.daemon)?;
        let first = first_processes(&facts, self.daemon);
        self.pids.extend(first.iter().map(|process| process.pid));
        // The number of other processes (daemon, shims, monitors, a server's
        // children) at this moment is not compared.
        let named = |p: &Process| p.pid == 1 || p.pid == self.shell;
        facts.processes.retain(|p| named(p) || first.contains(p));
        labels.rename_interfaces(&mut facts);
        let mut shells = vec![NamedProcess {
            pid: self.shell,
            label: "host".into(),
        }];
        shells.extend(first.iter().enumerate().map(|(n, process)| {
            NamedProcess {
                pid: process.pid,
                label: format!("c{}", n + 1),
            }
        }));
        self.namer = Namer::new("", &[]);
        let (before, names) = mem::take(&mut self.before);
        self.namer.observe(&before, &names);
        self.namer.observe(&facts, &shells);
        self.before = (facts, shells);
        Ok(())
    }

    /// Returns the state at the last look, as text, without the parts that
    /// [`Labels`] replaces.
    pub(super) fn facts(&self) -> String {
        let (facts, shells) = &self.before;
        let mut text = text::text(facts, &self.namer);
        for NamedProcess { pid, label } in &shells[1..] {
            let printed = self.printed.iter().position(|known| known == pid);
            let number = printed.map(|place| format!(" (pid {})", place + 1));
            let number = number.unwrap_or_default();
            // A process that has ended meanwhile is left out.
            let about = describe(*pid).unwrap_or_default();
            text += &format!("{label}{number}: {about}");
        }
        text
    }

    /// Replaces the numbers in a command's output with labels.
    pub(super) fn normalise(&mut self, output: &str) -> Result<String> {
        let text = self.namer.normalise(output)?;
        let label = |found: &Captures| {
            let pid = found[0].parse().ok();
            let label = pid.and_then(|pid| self.label(pid));
            label.unwrap_or_else(|| found[0].into())
        };
        Ok(NUMBER.replace_all(&text, label).into_owned())
    }

    /// Returns the label of a container's PID; none for another number.
    fn label(&mut self, pid: i32) -> Option<String> {
        if pid == self.shell {
            return Some("<host>".into());
        }
        if !self.pids.contains(&pid) {
            return None;
        }
        if !self.printed.contains(&pid) {
            self.printed.push(pid);
        }
        let place = self.printed.iter().position(|known| *known == pid)?;
        Some(format!("<pid {}>", place + 1))
    }
}

/// Reads the state until every container has begun.
fn settled(daemon: Option<i32>) -> Result<Facts> {
    let begin = Instant::now();
    loop {
        let facts = Observer::default().observe(|| Ok(()))?;
        let mut commands = facts.processes.iter().map(|p| &p.command);
        let first = first_processes(&facts, daemon);
        let begun = !commands.any(|command| command.starts_with("runc:["))
            && !first.iter().any(|process| is_in_exec(process.pid));
        if begun || begin.elapsed() > PATIENCE {
            return Ok(facts);
        }
        // The kernel announces an exec to the parent alone.
        thread::sleep(Duration::from_millis(2));
    }
}

/// Returns whether execve(2) is under way: a process has no arguments while its
/// program is loaded (fs/binfmt_elf.c, create_elf_tables).
fn is_in_exec(pid: i32) -> bool {
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|it| it.is_empty())
}

fn member(process: &Process, kind: Kind) -> Option<(u64, u64)> {
    let mut all = process.namespaces.iter();
    let found = all.find(|namespace| namespace.kind == kind)?;
    Some((found.device, found.inode))
}

/// Returns the first process of each container: a process with other mounts
/// than the host and the daemon, whose parent has the mounts of one of these.
fn first_processes(facts: &Facts, daemon: Option<i32>) -> Vec<Process> {
    let all = &facts.processes;
    let daemon = daemon.and_then(|pid| all.iter().find(|p| p.pid == pid));
    let hosts = [all.first(), daemon].map(|p| p.map(|p| member(p, Kind::Mnt)));
    let outside: BTreeSet<i32> = all
        .iter()
        .filter(|p| hosts.contains(&Some(member(p, Kind::Mnt))))
        .map(|p| p.pid)
        .collect();
    let first = facts
        .processes
        .iter()
        .filter(|p| !outside.contains(&p.pid) && outside.contains(&p.ppid));
    first.cloned().collect()
}

/// Describes a process: command, hostname, capabilities, restrictions, mounts.
fn describe(pid: i32) -> Result<String> {
    let read = |file| fs::read(format!("/proc/{pid}/{file}")).context(file);
    // Only the process's name may be other than UTF-8.
    let status = String::from_utf8_lossy(&read("status")?).into_owned();
    let status = Status::from_read(status.as_bytes())?;
    let command = texts(&read("cmdline")?, 0).join(" ");
    let mut text = format!("{}\n", command.trim_end());
    writeln!(text, "  hostname {}", hostname(pid)?)?;
    for (name, set) in [
        ("inheritable", status.capinh),
        ("permitted", status.capprm),
        ("effective", status.capeff),
        ("bounding", status.capbnd.unwrap_or(0)),
        ("ambient", status.capamb.unwrap_or(0)),
    ] {
        writeln!(text, "  {name} capabilities {set:016x}")?;
    }
    let no_new_privs = status.nonewprivs.unwrap_or(0);
    writeln!(text, "  no_new_privs {no_new_privs}")?;
    writeln!(text, "  seccomp {}", status.seccomp.unwrap_or(0))?;
    let mut mounts = BTreeSet::new();
    let mountinfo = texts(&read("mountinfo")?, b'\n').join("\n");
    for mount in MountInfos::from_read(mountinfo.as_bytes())? {
        let options = RESTRICTIONS.into_iter();
        let options: Vec<&str> = options
            .filter(|option| mount.mount_options.contains_key(*option))
            .collect();
        let path = mount.mount_point.display();
        let kind = mount.fs_type;
        let line = format!("  mount {path} {kind} {}", options.join(","));
        mounts.insert(line.trim_end().to_owned());
    }
    for mount in mounts {
        writeln!(text, "{mount}")?;
    }
    Ok(text)
}

fn texts(bytes: &[u8], between: u8) -> Vec<String> {
    bytes
        .split(|byte| *byte == between)
        .map(name::text)
        .collect()
}

/// Returns the hostname inside a process's UTS namespace.
fn hostname(pid: i32) -> Result<String> {
    let handle = File::open(format!("/proc/{pid}/ns/uts"))?;
    // A thread joins the namespace and ends: the rest of this process stays
    // outside.
    let asked = thread::spawn(move || {
        setns(handle, CloneFlags::CLONE_NEWUTS).context("setns(uts)")?;
        let name = gethostname().context("gethostname")?;
        anyhow::Ok(name::text(name.as_bytes()))
    });
    asked.join().map_err(|_| anyhow!("gethostname"))?
}
