//! The answer, in one of four forms.

use std::collections::BTreeMap;
use std::io::{ErrorKind::BrokenPipe, Write, stdout};

use serde::Serialize;
use serde_json::json;

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
        |process: &&Process| process.1.values().any(Option::is_none);
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
        json("processes", BTreeMap::from_iter(processes.to_vec()))
    } else {
        by_process::table(&args.types, processes)
    }
}

fn json(name: &str, value: impl Serialize) -> String {
    format!("{:#}\n", json!({ name: value }))
}
