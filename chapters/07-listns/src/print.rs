//! The answer: a list of some types, or the tree of owners.

use std::collections::BTreeMap;
use std::io::{ErrorKind::BrokenPipe, Write, stdout};

use nix::errno::Errno;

use crate::args::Args;
use crate::failure::fail;
use crate::handle;
use crate::holders::Holders;
use crate::kind::Kind;
use crate::namespace::Namespace;

/// Prints a line for each namespace.
pub fn print(
    args: &Args,
    namespaces: &BTreeMap<u64, Namespace>,
    holders: Option<&Holders>,
) {
    let lines = if args.types.is_empty() {
        tree(namespaces)
    } else {
        list(args, namespaces)
    };
    let text = if args.inode || args.members {
        table(&lines, namespaces, holders)
    } else {
        lines.into_iter().map(|(_, line)| line + "\n").collect()
    };
    // A reader that is gone wants no more.
    let written = stdout().write_all(text.as_bytes()).err();
    if let Some(error) = written.filter(|it| it.kind() != BrokenPipe) {
        let errno = error.raw_os_error().unwrap_or(0);
        fail("write", "stdout", Errno::from_raw(errno));
    }
}

/// Identifier, and the line that begins with it.
type Line = (u64, String);

fn list(args: &Args, namespaces: &BTreeMap<u64, Namespace>) -> Vec<Line> {
    let line = |(&id, namespace): (&u64, &Namespace)| {
        let kind = namespace.kind.filter(|kind| args.shows(*kind))?;
        Some((id, format!("{kind}:{id}")))
    };
    namespaces.iter().filter_map(line).collect()
}

/// Namespaces by owner. Those whose owner we do not see are at the top.
type Owned = BTreeMap<Option<u64>, Vec<(u64, Kind)>>;

fn tree(namespaces: &BTreeMap<u64, Namespace>) -> Vec<Line> {
    let mut owned = Owned::new();
    for (&id, namespace) in namespaces {
        // Without a type: it was made after the question for its type.
        let Some(kind) = namespace.kind else { continue };
        let is_seen = |owner: &u64| namespaces[owner].kind.is_some();
        let owner = namespace.owner.filter(is_seen);
        owned.entry(owner).or_default().push((id, kind));
    }
    let mut lines = Vec::new();
    for (id, kind) in owned.get(&None).into_iter().flatten() {
        lines.push((*id, format!("{kind}:{id}")));
        branches(*id, "", &owned, &mut lines);
    }
    lines
}

/// Draws what a user namespace owns, below the line of that namespace.
fn branches(owner: u64, indent: &str, owned: &Owned, lines: &mut Vec<Line>) {
    let Some(owns) = owned.get(&Some(owner)) else {
        return;
    };
    for (place, (id, kind)) in owns.iter().enumerate() {
        let is_last = place + 1 == owns.len();
        let branch = if is_last { "└─" } else { "├─" };
        lines.push((*id, format!("{indent}{branch}{kind}:{id}")));
        let below = if is_last { "  " } else { "│ " };
        branches(*id, &format!("{indent}{below}"), owned, lines);
    }
}

/// Width of an identifier with its type and its place in the tree.
const WIDTH: usize = 15;

fn table(
    lines: &[Line],
    namespaces: &BTreeMap<u64, Namespace>,
    holders: Option<&Holders>,
) -> String {
    let width = lines.iter().map(|(_, line)| line.chars().count());
    let width = width.max().unwrap_or(0).max(WIDTH);
    let mut text = format!("{:width$}  {:19}", "ID", "INODE");
    text += if holders.is_some() { "  HELD BY" } else { "" };
    text.truncate(text.trim_end().len());
    text += "\n";
    for (id, line) in lines {
        // A namespace that has ended since the kernel listed it is no more.
        let inode = handle::open(*id).and_then(|it| handle::inode(&it));
        let Ok(inode) = inode else { continue };
        let kind = namespaces[id].kind.map(|kind| kind.to_string());
        let link = format!("{}:[{inode}]", kind.unwrap_or_default());
        text += &format!("{line:width$}  ");
        match holders {
            None => text += &link,
            Some(holders) => {
                let holder = holders.of(inode);
                let holder = holder.or_else(|| owns(*id, namespaces));
                let holder = holder.as_deref().unwrap_or(NOBODY);
                text += &format!("{link:19}  {holder}");
            }
        }
        text += "\n";
    }
    text
}

/// Such as a thing of the kernel's own, or a process that we may not look into.
const NOBODY: &str = "nobody that can be seen";

/// A user namespace lives as long as anything that it owns.
fn owns(owner: u64, namespaces: &BTreeMap<u64, Namespace>) -> Option<String> {
    let is_owned = |it: &(&u64, &Namespace)| it.1.owner == Some(owner);
    let (id, namespace) = namespaces.iter().find(is_owned)?;
    Some(format!("its own {}:{id}", namespace.kind?))
}
