//! The view from the other end: not what a process is a member of, but who is
//! a member of a namespace. The columns are those of lsns(8).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;

use serde::Serialize;

use crate::Process;

/// A namespace, the number of its members, and its member of the lowest PID.
#[derive(Serialize)]
pub struct Row<'a> {
    ns: u64,
    #[serde(rename = "type")]
    kind: &'a str,
    nprocs: u32,
    pid: u32,
    user: String,
    command: String,
}

/// A row for each namespace, in the order of their numbers.
pub fn rows<'a>(processes: &[Process<'a>]) -> Vec<Row<'a>> {
    let passwd = fs::read("/etc/passwd").unwrap_or_default();
    let users = users(&String::from_utf8_lossy(&passwd));
    let mut page = [0; 4096];
    let mut rows = BTreeMap::new();
    for (pid, uid, namespaces) in processes {
        for (&kind, &namespace) in namespaces {
            let Some(ns) = namespace else { continue };
            let first_member = || Row {
                ns,
                kind,
                nprocs: 0,
                pid: pid.parse().unwrap_or_default(),
                user: users
                    .get(uid)
                    .cloned()
                    .unwrap_or_else(|| uid.to_string()),
                command: command(pid, &mut page),
            };
            rows.entry(ns).or_insert_with(first_member).nprocs += 1;
        }
    }
    rows.into_values().collect()
}

/// The table of lsns(8), cut off where the page ends.
pub fn table(rows: &[Row]) -> String {
    let heading = "        NS TYPE   NPROCS     PID USER     COMMAND\n";
    rows.iter().fold(heading.to_owned(), |mut text, row| {
        let membership = format!("{:>10} {:6}", row.ns, row.kind);
        let member = format!("{:>7} {:8} {}", row.pid, row.user, row.command);
        let line = format!("{membership} {:>6} {member}", row.nprocs);
        text.extend(line.chars().take(80).chain(['\n']));
        text
    })
}

/// The names in /etc/passwd by number: of two for one number, the first.
fn users(passwd: &str) -> BTreeMap<u32, String> {
    let fields = |user: &str| {
        let (name, rest) = user.split_once(':')?;
        let uid = rest.split(':').nth(1)?.parse().ok()?;
        Some((uid, name.replace(char::is_control, " ")))
    };
    passwd.lines().rev().filter_map(fields).collect()
}

/// The command line, or its first page; of a kernel thread, which has none, the
/// name.
fn command(pid: &str, page: &mut [u8]) -> String {
    let mut read = |file| File::open(format!("/proc/{pid}/{file}"))?.read(page);
    let line = read("cmdline").ok().filter(|&length| length > 0);
    let length = line.or_else(|| read("comm").ok()).unwrap_or_default();
    let text = String::from_utf8_lossy(&page[..length]);
    text.replace(char::is_control, " ").trim_end().to_owned()
}
