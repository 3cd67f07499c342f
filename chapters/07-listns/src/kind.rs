//! The types: a name, a flag, and the text of a handle's link.

use std::fmt;

use clap::ValueEnum;
use libc::{CLONE_NEWCGROUP, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS};
use libc::{CLONE_NEWPID, CLONE_NEWUSER, CLONE_NEWUTS, c_int};

/// Flag that the C library has only where no signal is asked for as well.
const CLONE_NEWTIME: c_int = 0x80;

/// Type of a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Kind {
    Cgroup,
    Ipc,
    Mnt,
    Net,
    Pid,
    Time,
    User,
    Uts,
}

impl Kind {
    /// All types, as /proc/PID/ns sorts them.
    pub const ALL: [Self; 8] = [
        Self::Cgroup,
        Self::Ipc,
        Self::Mnt,
        Self::Net,
        Self::Pid,
        Self::Time,
        Self::User,
        Self::Uts,
    ];

    /// Name and flag.
    const fn row(self) -> (&'static str, c_int) {
        match self {
            Self::Cgroup => ("cgroup", CLONE_NEWCGROUP),
            Self::Ipc => ("ipc", CLONE_NEWIPC),
            Self::Mnt => ("mnt", CLONE_NEWNS),
            Self::Net => ("net", CLONE_NEWNET),
            Self::Pid => ("pid", CLONE_NEWPID),
            Self::Time => ("time", CLONE_NEWTIME),
            Self::User => ("user", CLONE_NEWUSER),
            Self::Uts => ("uts", CLONE_NEWUTS),
        }
    }

    pub const fn flag(self) -> u32 {
        self.row().1 as u32
    }

    pub fn of_flag(flag: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.flag() == flag)
    }

    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.row().0 == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.row().0)
    }
}

/// Reads the inode number in a handle's link text, such as `uts:[4026531838]`.
pub fn inode(link: &str) -> Option<u64> {
    let (name, rest) = link.split_once(":[")?;
    Kind::of_name(name)?;
    rest.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_handle_has_the_inode_number() {
        assert_eq!(inode("uts:[4026531838]"), Some(4_026_531_838));
        for wrong in ["socket:[4711]", "uts:4711", "uts:[4711", "/uts:[1]"] {
            assert_eq!(inode(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn each_type_has_a_flag_of_its_own() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_flag(kind.flag()), Some(kind));
            assert_eq!(Kind::of_name(&kind.to_string()), Some(kind));
        }
        assert_eq!(Kind::of_flag(0), None);
        assert_eq!(Kind::of_name("network"), None);
    }
}
