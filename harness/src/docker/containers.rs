//! What the kernel holds of each container, seen from outside: by procfs and
//! netlink, whoever has made it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs::File;
use std::thread;

use anyhow::{Context, Result, anyhow};
use guest::facts;
use nix::sched::{CloneFlags, setns};
use nix::unistd::gethostname;
use procfs::process::Process as Proc;
use protocol::{Facts, Kind, Process};

use super::normal::Labels;
use crate::facts as text;
use crate::names::{Namer, Shell};

/// What a mount may not do: the rest of its options says how, not what.
const RESTRICTIONS: [&str; 4] = ["ro", "nosuid", "nodev", "noexec"];

/// All containers of a run, by the order in which they were seen first.
pub(super) struct Containers {
    shell: i32,
    /// PID and start.
    known: Vec<(i32, u64)>,
    namer: Namer,
}

impl Containers {
    /// None yet; the host is where this shell is.
    pub(super) fn new(shell: i32) -> Self {
        Self {
            shell,
            known: Vec::new(),
            namer: Namer::new("", &[]),
        }
    }

    /// Looks at the kernel. The facts, but for what [`Labels`] are for.
    pub(super) fn observe(&mut self, labels: &mut Labels) -> Result<String> {
        let mut facts = facts::observe()?;
        let first = first_processes(&facts);
        for process in &first {
            let identity = (process.pid, process.start_time);
            if !self.known.contains(&identity) {
                self.known.push(identity);
            }
        }
        self.leave_out_the_runtime(&mut facts);
        labels.rename_interfaces(&mut facts);
        let names = self.names(&first);
        let mut shells = vec![Shell {
            pid: self.shell,
            label: "host".into(),
        }];
        shells.extend(names.iter().cloned());
        self.namer.observe(&facts, &shells);
        let mut text = text::text(&facts, &self.namer);
        for Shell { pid, label } in &names {
            // One that has ended meanwhile is not there.
            text += &describe(*pid, label).unwrap_or_default();
        }
        Ok(text)
    }

    /// Labels for the numbers in a command's output.
    pub(super) fn normalise(&mut self, output: &str) -> Result<String> {
        Ok(self.namer.normalise(output)?)
    }

    fn names(&self, first: &[Process]) -> Vec<Shell> {
        let name = |process: &Process| {
            let identity = (process.pid, process.start_time);
            let place = self.known.iter().position(|it| *it == identity)?;
            let (pid, label) = (process.pid, format!("c{}", place + 1));
            Some(Shell { pid, label })
        };
        first.iter().filter_map(name).collect()
    }

    /// Daemon, shims, monitors: how many there are is nobody's business.
    fn leave_out_the_runtime(&self, facts: &mut Facts) {
        let host = facts.processes.first().and_then(|p| member(p, Kind::Mnt));
        let inside = |p: &Process| member(p, Kind::Mnt) != host;
        facts
            .processes
            .retain(|p| p.pid == 1 || p.pid == self.shell || inside(p));
    }
}

fn member(process: &Process, kind: Kind) -> Option<(u64, u64)> {
    let mut all = process.namespaces.iter();
    let found = all.find(|namespace| namespace.kind == kind)?;
    Some((found.device, found.inode))
}

/// A container has other mounts than the host, and its first process has a
/// parent that has not.
fn first_processes(facts: &Facts) -> Vec<Process> {
    let host = facts.processes.first().and_then(|p| member(p, Kind::Mnt));
    let outside: BTreeSet<i32> = facts
        .processes
        .iter()
        .filter(|p| member(p, Kind::Mnt) == host)
        .map(|p| p.pid)
        .collect();
    let first = facts
        .processes
        .iter()
        .filter(|p| !outside.contains(&p.pid) && outside.contains(&p.ppid));
    first.cloned().collect()
}

/// Its command, name, rights and mounts.
fn describe(pid: i32, label: &str) -> Result<String> {
    let process = Proc::new(pid)?;
    let status = process.status()?;
    let command = process.cmdline()?.join(" ");
    let folder = process.cwd()?;
    let mut text = format!("{label}: {command}\n");
    writeln!(text, "  hostname {}", hostname(pid)?)?;
    writeln!(text, "  working directory {}", folder.display())?;
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
    for mount in process.mountinfo()? {
        let options = RESTRICTIONS.into_iter();
        let options: Vec<&str> = options
            .filter(|option| mount.mount_options.contains_key(*option))
            .collect();
        let (path, kind) = (mount.mount_point.display(), mount.fs_type);
        let line = format!("  mount {path} {kind} {}", options.join(","));
        mounts.insert(line.trim_end().to_owned());
    }
    for mount in mounts {
        writeln!(text, "{mount}")?;
    }
    Ok(text)
}

/// What it is called inside.
fn hostname(pid: i32) -> Result<String> {
    let handle = File::open(format!("/proc/{pid}/ns/uts"))?;
    // A thread is a member of its own; it ends, and nobody has moved.
    let asked = thread::spawn(move || {
        setns(handle, CloneFlags::CLONE_NEWUTS).context("setns(uts)")?;
        let name = gethostname().context("gethostname")?;
        anyhow::Ok(name.to_string_lossy().into_owned())
    });
    asked.join().map_err(|_| anyhow!("gethostname"))?
}
