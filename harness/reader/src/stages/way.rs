//! The kind of machine that was chosen, and the way to the Linux of a stage.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use thiserror::Error;
use tr::tr;

/// Kind of the machine in which lessons and exercises run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MachineKind {
    /// A QEMU of its own, on this computer.
    Qemu,
    /// A stage on a Linux that is already up.
    Stage(Way),
    /// The machine of the page: v86, under Node.
    Page,
}

/// The way to a Linux that is already up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// The machine of `vm/Vagrantfile`.
    Vagrant,
    /// A destination of ssh(1).
    Ssh(String),
    /// A command that runs the words after it there.
    Command(Vec<String>),
}

/// A name that is no kind of machine.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "{}",
    tr!(
        "a machine is qemu, page, vagrant, ssh:HOST or command:WORDS: \
         docs/src/machines.md"
    )
)]
pub struct UnknownMachine;

/// A command that has no use for the chosen kind of machine.
#[derive(Debug, Error)]
#[error(
    "{}",
    tr!("this command uses QEMU's machine alone: leave out --machine {0}", .0)
)]
pub struct OnlyQemu(pub String);

static CHOSEN: OnceLock<MachineKind> = OnceLock::new();

impl MachineKind {
    /// Chooses this kind for the rest of the program. The first choice holds.
    pub fn choose(self) {
        let _ = CHOSEN.set(self);
    }

    /// Returns the kind that was chosen: QEMU if none was.
    pub fn chosen() -> &'static Self {
        CHOSEN.get().unwrap_or(&Self::Qemu)
    }

    /// Refuses the machine of the page: programs of exercises are built for
    /// this computer's processor.
    pub fn must_not_be_page() -> Result<(), OnlyQemu> {
        match Self::chosen() {
            Self::Page => Err(OnlyQemu(Self::chosen().to_string())),
            Self::Qemu | Self::Stage(_) => Ok(()),
        }
    }

    /// Whether QEMU was chosen.
    pub fn is_qemu() -> bool {
        *Self::chosen() == Self::Qemu
    }

    /// Refuses any other choice than QEMU.
    pub fn must_be_qemu() -> Result<(), OnlyQemu> {
        if Self::is_qemu() {
            return Ok(());
        }
        Err(OnlyQemu(Self::chosen().to_string()))
    }
}

impl FromStr for MachineKind {
    type Err = UnknownMachine;

    fn from_str(name: &str) -> Result<Self, UnknownMachine> {
        if name == "qemu" {
            return Ok(Self::Qemu);
        }
        if name == "page" {
            return Ok(Self::Page);
        }
        if name == "vagrant" {
            return Ok(Self::Stage(Way::Vagrant));
        }
        let way = match name.split_once(':') {
            // A destination that begins with a dash would be an option.
            Some(("ssh", host))
                if !host.is_empty()
                    && !host.starts_with('-')
                    && !host.contains(char::is_whitespace) =>
            {
                Way::Ssh(host.to_owned())
            }
            Some(("command", words)) if !words.trim().is_empty() => {
                let words = words.split_whitespace().map(str::to_owned);
                Way::Command(words.collect())
            }
            _ => return Err(UnknownMachine),
        };
        Ok(Self::Stage(way))
    }
}

impl fmt::Display for MachineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Qemu => f.write_str("qemu"),
            Self::Stage(way) => way.fmt(f),
            Self::Page => f.write_str("page"),
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vagrant => f.write_str("vagrant"),
            Self::Ssh(host) => write!(f, "ssh:{host}"),
            Self::Command(words) => write!(f, "command:{}", words.join(" ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_qemu_or_a_way() {
        let parse = |name: &str| name.parse::<MachineKind>();
        assert_eq!(parse("qemu"), Ok(MachineKind::Qemu));
        assert_eq!(parse("page"), Ok(MachineKind::Page));
        for name in [
            "vagrant",
            "ssh:me@box",
            "ssh:ssh://box:22",
            "command:lxc exec box",
        ] {
            let Ok(MachineKind::Stage(way)) = parse(name) else {
                panic!("{name}");
            };
            assert_eq!(way.to_string(), name);
        }
        for name in [
            "",
            "QEMU",
            "ssh",
            "ssh:",
            "ssh:-oProxyCommand=x",
            "ssh:a b",
            "command:",
            "command: ",
            "vagrant:box",
        ] {
            assert_eq!(parse(name), Err(UnknownMachine), "{name}");
        }
    }
}
