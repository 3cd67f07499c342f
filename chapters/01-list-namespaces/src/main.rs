//! list-namespaces - show which namespaces processes are members of
//!
//! Each process has a directory /proc/PID/ns with one handle for each type of
//! namespace. Two processes are in the same namespace if their handles lead to
//! the same device ID and inode number: "an application can check this using
//! the stat.st_dev and stat.st_ino fields returned by stat(2)" (namespaces(7)).
//! `ls -l /proc/PID/ns` shows the numbers; lsns(8) prints what `--all` prints
//! and, since util-linux 2.41, namespaces that have no member as well.
//!
//! ```console
//! host# list-namespaces $$ $web
//! TYPE         25003       25011
//! cgroup  4026531835  4026531835  same
//! ...
//! uts     4026531838  4026532177  differ
//! ```
//!
//! See: namespaces(7), lsns(8)

mod by_namespace;
mod by_process;
mod pids;
mod print;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{Metadata, metadata as stat};
use std::io::{self, ErrorKind::PermissionDenied, Write};
use std::num::NonZeroU32;
use std::os::unix::fs::MetadataExt;
use std::process::exit;

use clap::Parser;
use nix::errno::Errno;
use serde::Serialize;

/// Show which namespaces processes are members of
#[derive(Parser)]
#[command(version, term_width = 80)]
struct Args {
    /// Processes to show side by side, at most 5 [default: this one]
    #[arg(value_name = "PID", num_args = 0..=5, conflicts_with = "all")]
    #[arg(value_parser = pids::pid)]
    pids: Vec<NonZeroU32>,
    /// Show every namespace that has a member, in the columns of lsns(8)
    #[arg(short, long)]
    all: bool,
    /// Show this type only; may be repeated
    #[arg(short, long = "type", value_name = "TYPE", value_parser = TYPES)]
    #[arg(default_values = TYPES, hide_default_value = true)]
    types: Vec<String>,
    /// Print JSON
    #[arg(short = 'J', long)]
    json: bool,
}

/// The types, as /proc/PID/ns names them and ls(1) sorts them.
const TYPES: [&str; 8] =
    ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"];

/// Identity of a namespace, for as long as the namespace lives. Everyone prints
/// the inode number, but that is unique on its device only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Namespace {
    ino: u64,
    dev: u64,
}

impl Namespace {
    fn new(handle: &Metadata) -> Self {
        Self {
            ino: handle.ino(),
            dev: handle.dev(),
        }
    }
}

/// A process and its memberships, by type: `None` if we may not look.
type Process<'a> = (String, BTreeMap<&'a str, Option<Namespace>>);

fn main() {
    let args = Args::read();
    let mut processes = Vec::new();
    for pid in pids::pids(&args) {
        let directory = format!("/proc/{pid}");
        let mut namespaces = BTreeMap::new();

        // A handle looks like a link, but no path stands behind it: stat(2)
        // follows it straight to the namespace. It takes the right to look
        // into the process; a user has it for their own only (ptrace(2)).
        for kind in &args.types {
            let namespace = match stat(format!("{directory}/ns/{kind}")) {
                Ok(handle) => Some(Namespace::new(&handle)),
                Err(error) if error.kind() == PermissionDenied => None,
                Err(_) => continue,
            };
            namespaces.insert(kind.as_str(), namespace);
        }

        // Is it still there? One that ended while we looked is a member of
        // nothing any more, and what its handles answered does not count.
        match stat(&directory) {
            Ok(_) => processes.push((pid, namespaces)),
            Err(_) if args.all => {}
            Err(error) => fail("stat", &directory, &error),
        }
    }
    print::print(&args, &processes);
}

impl Args {
    /// Reads the arguments. A type that is named twice is shown once.
    fn read() -> Self {
        let mut args = Self::parse();
        let mut asked = BTreeSet::new();
        args.types.retain(|kind| asked.insert(kind.clone()));
        args
    }
}

/// Names the call, its object and the error, and has advice for the likely.
fn fail(call: &str, object: &str, error: &io::Error) -> ! {
    let errno = Errno::from_raw(error.raw_os_error().unwrap_or(0));
    say(format!("{call}({object}): {}", errno.desc()));
    if errno == Errno::ENOENT {
        say("no such process, or not in this /proc".to_owned());
    }
    exit(1)
}

/// Prints a line on stderr. If that fails, nobody is there to be told.
fn say(text: String) {
    let _ = writeln!(io::stderr(), "list-namespaces: {text}");
}
