//! The arguments: an option for each type, in the words of unshare(1).

use std::ffi::OsString;

use clap::Parser;
use nix::sched::CloneFlags;

/// Run a command in new namespaces
#[rustfmt::skip]
#[derive(Parser)]
#[command(version, term_width = 80)]
pub struct Args {
    #[arg(short='C', long, help="Cgroup: root of cgroup paths")]   cgroup: bool,
    #[arg(short='i', long, help="IPC: System V, message queues")]  ipc: bool,
    #[arg(short='n', long, help="Network: devices, ports, ...")]   net: bool,
    #[arg(short='m', long, help="Mount: mount points")]            mount: bool,
    #[arg(short='p', long, help="PID: process IDs (add --fork)")]  pid: bool,
    #[arg(short='T', long, help="Time: boot, monotonic clocks")]   time: bool,
    #[arg(short='U', long, help="User: IDs, capabilities")]        user: bool,
    #[arg(short='u', long, help="UTS: hostname, domain name")]     uts: bool,
    /// Run the command in a child process
    #[arg(short, long)] pub fork: bool,
    /// Be root in a new user namespace (implies --user)
    #[arg(short = 'r', long)] pub map_root_user: bool,
    /// Mount a new /proc for the command (implies --mount)
    #[arg(long)] pub mount_proc: bool,
    /// What the old mount namespace and the new one see of each other
    #[arg(long, value_parser = ["private", "shared", "slave", "unchanged"])]
    #[arg(value_name = "HOW", default_value = "private")]
    pub propagation: String,
    /// The command and its arguments
    #[arg(env = "SHELL", hide_env_values = true, default_value = "/bin/sh")]
    #[arg(trailing_var_arg = true)] pub command: Vec<OsString>,
}

impl Args {
    /// The flags of the types asked for, and their names.
    pub fn types(&self) -> (CloneFlags, String) {
        let asked = TYPES.iter().filter(|(.., asked)| asked(self));
        let names: Vec<_> = asked.clone().map(|(name, ..)| *name).collect();
        let flags = asked.fold(0, |flags, (_, flag, _)| flags | flag);
        (CloneFlags::from_bits_retain(flags), names.join("|"))
    }

    /// Whether a mount namespace is asked for.
    pub fn unshares_mounts(&self) -> bool {
        self.mount || self.mount_proc
    }

    fn unshares_users(&self) -> bool {
        self.user || self.map_root_user
    }
}

type Asked = fn(&Args) -> bool;

/// The types, in the order of namespaces(7). nix has no CLONE_NEWTIME yet.
#[rustfmt::skip]
const TYPES: [(&str, i32, Asked); 8] = [
    ("CLONE_NEWCGROUP", libc::CLONE_NEWCGROUP, |a| a.cgroup),
    ("CLONE_NEWIPC",    libc::CLONE_NEWIPC,    |a| a.ipc),
    ("CLONE_NEWNET",    libc::CLONE_NEWNET,    |a| a.net),
    ("CLONE_NEWNS",     libc::CLONE_NEWNS,     Args::unshares_mounts),
    ("CLONE_NEWPID",    libc::CLONE_NEWPID,    |a| a.pid),
    ("CLONE_NEWTIME",   libc::CLONE_NEWTIME,   |a| a.time),
    ("CLONE_NEWUSER",   libc::CLONE_NEWUSER,   Args::unshares_users),
    ("CLONE_NEWUTS",    libc::CLONE_NEWUTS,    |a| a.uts),
];
