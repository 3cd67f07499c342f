//! The view from the other end: not what a process is a member of, but who is
//! a member of a namespace. The columns are those of lsns(8).

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;

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
    let mut rows = BTreeMap::new();
    for (pid, namespaces) in processes {
        for (&kind, namespace) in namespaces {
            let Some(namespace) = namespace else { continue };
            let first_member = || Row {
                ns: namespace.ino,
                kind,
                nprocs: 0,
                pid: pid.parse().unwrap_or_default(),
                user: user(pid),
                command: command(pid),
            };
            let row = rows.entry((namespace, kind));
            row.or_insert_with(first_member).nprocs += 1;
        }
    }
    rows.into_values().collect()
}

/// The table of lsns(8), cut off where the page ends.
pub fn table(rows: &[Row]) -> String {
    let heading = "        NS TYPE   NPROCS     PID USER     COMMAND\n";
    rows.iter().fold(heading.to_owned(), |text, row| {
        let membership = format!("{:>10} {:6}", row.ns, row.kind);
        let member = format!("{:>7} {:8} {}", row.pid, row.user, row.command);
        let line = format!("{membership} {:>6} {member}", row.nprocs);
        text + &format!("{line:.80}\n")
    })
}

/// The user's name in /etc/passwd or, if it has none there, the number.
fn user(pid: &str) -> String {
    let owner = fs::metadata(format!("/proc/{pid}")).map(|stat| stat.uid());
    let uid = owner.map_or("?".to_owned(), |uid| uid.to_string());
    let passwd = fs::read("/etc/passwd").unwrap_or_default();
    let passwd = String::from_utf8_lossy(&passwd);
    let mut users = passwd.lines().map(|user| user.split(':'));
    let known = users.find(|user| user.clone().nth(2) == Some(&uid));
    let name = known.map(|user| user.take(1).collect::<String>());
    name.unwrap_or(uid).replace(char::is_control, " ")
}

/// The command line; of a kernel thread, which has none, the name.
fn command(pid: &str) -> String {
    let read = |file| fs::read(format!("/proc/{pid}/{file}"));
    let line = read("cmdline").ok().filter(|line| !line.is_empty());
    let bytes = line.or_else(|| read("comm").ok()).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).replace(char::is_control, " ");
    text.trim_end().to_owned()
}
