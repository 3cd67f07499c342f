//! The answer, in one of four forms.

use std::collections::BTreeMap;
use std::fs::metadata as stat;
use std::io::{ErrorKind::BrokenPipe, Write, stdout};
use std::os::unix::fs::MetadataExt;

use serde::Serialize;
use serde_json::{Value, json};

use crate::by_namespace::{self, rows};
use crate::{Args, Process, by_process, fail, say};

/// Prints what was found, and how many processes could not be read.
pub fn print(args: &Args, processes: &[Process]) {
    // A reader that is gone wants no more.
    let written = stdout().write_all(answer(args, processes).as_bytes()).err();
    if let Some(error) = written.filter(|it| it.kind() != BrokenPipe) {
        fail("write", "stdout", &error);
    }
    let is_denied =
        |process: &&Process| process.2.values().any(Option::is_none);
    let denied = processes.iter().filter(is_denied).count();
    if denied > 0 {
        say(format!("processes that may not be read: {denied}"));
    }
}

fn answer(args: &Args, processes: &[Process]) -> String {
    if args.all && args.json {
        json("namespaces", rows(processes))
    } else if args.all {
        by_namespace::table(&rows(processes))
    } else if args.json {
        json("processes", by_pid(processes))
    } else {
        by_process::table(&args.types, processes)
    }
}

/// The whole identity of each namespace: a number is unique on its device only.
/// All namespaces are files of one file system, nsfs, and so of one device.
fn by_pid<'a>(processes: &'a [Process]) -> BTreeMap<&'a str, Value> {
    let dev = stat("/proc/self/ns/uts").map(|nsfs| nsfs.dev()).ok();
    let identity =
        |ino: &Option<u64>| ino.map(|ino| json!({ "ino": ino, "dev": dev }));
    let memberships = |(pid, _, namespaces): &'a Process| {
        let all = namespaces.iter().map(|(kind, ino)| (*kind, identity(ino)));
        (pid.as_str(), json!(BTreeMap::from_iter(all)))
    };
    processes.iter().map(memberships).collect()
}

fn json(name: &str, value: impl Serialize) -> String {
    format!("{:#}\n", json!({ name: value }))
}
