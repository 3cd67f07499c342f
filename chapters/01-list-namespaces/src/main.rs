//! list-namespaces - show which namespaces processes are members of
//!
//! Each process has a directory /proc/PID/ns with one handle for each type of
//! namespace. Two processes are in the same namespace if their handles lead to
//! the same inode number and device ID (namespaces(7)). All namespaces are on
//! one device, and the number stands in the handle's text: `net:[4026531833]`.
//! `ls -l /proc/PID/ns` shows these texts; lsns(8) prints what `--all` prints
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
//! See: readlink(2), namespaces(7), lsns(8)

mod by_namespace;
mod by_process;
mod pids;
mod print;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::metadata as stat;
use std::io::{self, Write};
use std::num::NonZeroU32;
use std::os::unix::fs::MetadataExt;
use std::process::exit;

use clap::Parser;
use nix::errno::Errno::{self, EACCES, EPERM};
use nix::fcntl::{OFlag, open, readlinkat};
use nix::sys::stat::Mode;

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

/// Opens a folder only as the place to look things up in (open(2)).
const O_PATH: OFlag = OFlag::O_PATH;

/// The types, as /proc/PID/ns names them and ls(1) sorts them.
const TYPES: [&str; 8] =
    ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"];

/// A process, its owner, and the inode numbers of the namespaces that it is a
/// member of, by type: `None` if we may not look.
type Process<'a> = (String, u32, BTreeMap<&'a str, Option<u64>>);

fn main() {
    let args = Args::read();
    let mut processes = Vec::new();
    for pid in pids::pids(&args) {
        let directory = format!("/proc/{pid}");
        let mut namespaces = BTreeMap::new();

        // A handle looks like a link, but no path stands behind it: its text
        // is a type and a number, net:[4026531833]. To read it takes the right
        // to look into the process; a user has it for their own only
        // (ptrace(2)).
        let folder = open(&*format!("{directory}/ns"), O_PATH, Mode::empty());
        let folder = folder.as_ref().map_err(Errno::clone);
        for kind in &args.types {
            let text = folder.and_then(|it| readlinkat(it, kind.as_str()));
            let namespace = match text {
                Ok(text) => number(text.to_str()),
                Err(EACCES | EPERM) => None,
                Err(_) => continue,
            };
            namespaces.insert(kind.as_str(), namespace);
        }

        // Is it still there? One that ended while we looked is a member of
        // nothing any more, and what its handles answered does not count.
        match stat(&directory) {
            Ok(it) => processes.push((pid, it.uid(), namespaces)),
            Err(_) if args.all => {}
            Err(error) => fail("stat", &directory, &error),
        }
    }
    print::print(&args, &processes);
}

/// The number in a handle's text, `net:[4026531833]`.
fn number(text: Option<&str>) -> Option<u64> {
    let (_, number) = text?.strip_suffix(']')?.split_once('[')?;
    number.parse().ok()
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
