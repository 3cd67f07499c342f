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

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind::{BrokenPipe, PermissionDenied};
use std::io::{self, Write};
use std::num::{NonZeroU32, ParseIntError};
use std::os::unix::fs::MetadataExt;
use std::{fs, process};

use by_namespace::rows;
use clap::Parser;
use nix::errno::Errno;
use serde::Serialize;
use serde_json::json;

/// Show which namespaces processes are members of
#[derive(Parser)]
#[command(version, term_width = 80)]
struct Args {
    /// Processes to show side by side, at most 5 [default: this one]
    #[arg(value_name = "PID", num_args = 0..=5, conflicts_with = "all")]
    #[arg(value_parser = pid)]
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

/// What makes it this namespace and no other, for as long as it lives. The
/// number is what everyone prints, but it is unique on its device only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Namespace {
    ino: u64,
    dev: u64,
}

/// A process, and what it is a member of, by type: none if we may not know.
type Process<'a> = (String, BTreeMap<&'a str, Option<Namespace>>);

fn main() {
    let mut args = Args::parse();
    let mut asked = BTreeSet::new();
    args.types.retain(|kind| asked.insert(kind.clone()));
    let mut processes = Vec::new();
    for pid in pids(&args) {
        let directory = format!("/proc/{pid}");
        let mut namespaces = BTreeMap::new();

        // A handle looks like a link, but no path stands behind it: stat(2)
        // follows it straight to the namespace. It takes the right to look
        // into the process; a user has it for their own only (ptrace(2)).
        for kind in &args.types {
            let answer = fs::metadata(format!("{directory}/ns/{kind}"));
            let namespace = match answer.map(|stat| (stat.ino(), stat.dev())) {
                Ok((ino, dev)) => Some(Namespace { ino, dev }),
                Err(error) if error.kind() == PermissionDenied => None,
                Err(_) => continue,
            };
            namespaces.insert(kind.as_str(), namespace);
        }

        // Is it still there? One that ended while we looked is a member of
        // nothing any more, and what its handles answered does not count.
        match fs::metadata(&directory) {
            Ok(_) => processes.push((pid, namespaces)),
            Err(_) if args.all => {}
            Err(error) => die("stat", &directory, &error),
        }
    }

    let text = match (args.all, args.json) {
        (true, false) => by_namespace::table(&rows(&processes)),
        (false, false) => side_by_side(&args.types, &processes),
        (true, true) => json("namespaces", rows(&processes)),
        (false, true) => {
            json("processes", BTreeMap::from_iter(processes.clone()))
        }
    };
    // A reader that is gone wants no more.
    let written = io::stdout().write_all(text.as_bytes()).err();
    if let Some(error) = written.filter(|it| it.kind() != BrokenPipe) {
        die("write", "stdout", &error);
    }
    let denied = |process: &&Process| process.1.values().any(Option::is_none);
    match processes.iter().filter(denied).count() {
        0 => {}
        n => say(format!("processes that may not be read: {n}")),
    }
}

/// A PID has digits, and no sign.
fn pid(word: &str) -> Result<NonZeroU32, ParseIntError> {
    if word.starts_with('+') { "+" } else { word }.parse()
}

/// The names in /proc of the processes asked for: of all, lowest PID first.
fn pids(args: &Args) -> Vec<String> {
    let mut pids = args.pids.clone();
    if args.all {
        let proc = fs::read_dir("/proc");
        let proc = proc.unwrap_or_else(|error| die("open", "/proc", &error));
        let names = proc.flatten().map(|entry| entry.file_name());
        pids = names.filter_map(|n| n.to_str()?.parse().ok()).collect();
        pids.sort_unstable();
    } else if pids.is_empty() {
        return vec!["self".to_owned()];
    }
    pids.iter().map(NonZeroU32::to_string).collect()
}

/// A line for each type, a column for each process; and are they the same?
fn side_by_side(types: &[String], processes: &[Process]) -> String {
    let pids = processes.iter().map(|(pid, _)| format!("  {pid:>10}"));
    let mut text = format!("TYPE  {}", pids.collect::<String>());
    for kind in types {
        text += &format!("\n{kind:6}");
        let mut distinct = BTreeSet::new();
        for (_, namespaces) in processes {
            let namespace = namespaces.get(kind.as_str());
            let cell = match namespace {
                Some(Some(namespace)) => namespace.ino.to_string(),
                Some(None) => "denied".to_owned(),
                None => "-".to_owned(),
            };
            text += &format!("  {cell:>10}");
            distinct.insert(namespace.and_then(Option::as_ref));
        }
        text += match distinct.len() {
            _ if processes.len() == 1 || distinct.contains(&None) => "",
            1 => "  same",
            _ => "  differ",
        };
    }
    text + "\n"
}

fn json(name: &str, value: impl Serialize) -> String {
    format!("{:#}\n", json!({ name: value }))
}

/// Names the call, its object and the error, and has advice for the likely.
fn die(call: &str, object: &str, error: &io::Error) -> ! {
    let errno = Errno::from_raw(error.raw_os_error().unwrap_or(0));
    say(format!("{call}({object}): {}", errno.desc()));
    if errno == Errno::ENOENT {
        say("no such process, or not in this /proc".to_owned());
    }
    process::exit(1)
}

/// Where stderr cannot be written, nobody is there to be told.
fn say(text: String) {
    let _ = writeln!(io::stderr(), "list-namespaces: {text}");
}
