//! The types of namespaces by their flags and options.

use protocol::Kind;

/// The types that take CAP_SYS_ADMIN: all but `user`.
pub const PRIVILEGED: &[Kind] = &[
    Kind::Cgroup,
    Kind::Ipc,
    Kind::Mnt,
    Kind::Net,
    Kind::Pid,
    Kind::Time,
    Kind::Uts,
];

/// Each type with its flag, in the order of [`Kind::ALL`]: clone(2).
const FLAGS: [(Kind, &str, i32); 8] = [
    (Kind::Cgroup, "CLONE_NEWCGROUP", libc::CLONE_NEWCGROUP),
    (Kind::Ipc, "CLONE_NEWIPC", libc::CLONE_NEWIPC),
    (Kind::Mnt, "CLONE_NEWNS", libc::CLONE_NEWNS),
    (Kind::Net, "CLONE_NEWNET", libc::CLONE_NEWNET),
    (Kind::Pid, "CLONE_NEWPID", libc::CLONE_NEWPID),
    (Kind::Time, "CLONE_NEWTIME", libc::CLONE_NEWTIME),
    (Kind::User, "CLONE_NEWUSER", libc::CLONE_NEWUSER),
    (Kind::Uts, "CLONE_NEWUTS", libc::CLONE_NEWUTS),
];

/// Returns the type whose flag has this value.
pub fn of_flag(value: i32) -> Option<Kind> {
    let found = FLAGS.iter().find(|(_, _, flag)| *flag == value);
    found.map(|(kind, ..)| *kind)
}

/// Returns the type with this name or flag, also as a long option.
pub fn parse(word: &str) -> Option<Kind> {
    let word = word.strip_prefix("--").unwrap_or(word);
    let found = FLAGS
        .iter()
        .find(|(kind, flag, _)| [kind.name(), flag].contains(&word));
    found.map(|(kind, ..)| *kind)
}

/// Returns the types that a text names by their flags.
pub fn all_in(text: &str) -> Vec<Kind> {
    let words = text.split(|c: char| !c.is_ascii_uppercase() && c != '_');
    let is_named = |flag: &str| words.clone().any(|it| it == flag);
    let found = FLAGS.iter().filter(|(_, flag, _)| is_named(flag));
    found.map(|(kind, ..)| *kind).collect()
}
