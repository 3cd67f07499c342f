//! The kernel that a lesson and its exercises need: found, or refused with the
//! command that brings one.
//!
//! # Layout
//!
//! * here: finds the kernel, and refuses an older one
//! * [`offer`]: offers a person to fetch a newer one

pub mod offer;

use anyhow::Result;
use thiserror::Error;
use tr::tr;

use crate::lesson::Version;
use crate::machine::kernel::{self, Kernel};

/// First kernel that can do what a lesson or an exercise shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededKernel {
    /// Name of the lesson or the exercise, as at the beginning of a sentence.
    pub by: String,
    /// First release that will do.
    pub since: Version,
}

/// Reason why a lesson or an exercise cannot run on a kernel.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}", self.refusal())]
pub struct TooOld {
    needed: NeededKernel,
    release: String,
    /// Way to the Linux that has the kernel; `None` for a kernel of this
    /// computer.
    far: Option<String>,
    /// Whether the user has named the kernel.
    pub is_named: bool,
}

/// Finds the kernel for a machine: see [`kernel::find`]. A kernel that is too
/// old is refused with [`TooOld`].
pub fn find(needed: Option<&NeededKernel>) -> Result<Kernel> {
    let kernel = kernel::find()?;
    check(needed, &kernel)?;
    Ok(kernel)
}

/// Refuses a kernel that is too old.
pub fn check(
    needed: Option<&NeededKernel>,
    kernel: &Kernel,
) -> Result<(), TooOld> {
    let release = kernel.release();
    let refused = needed.filter(|needed| Version::of(&release) < needed.since);
    refused.map_or(Ok(()), |needed| {
        Err(TooOld {
            needed: needed.clone(),
            release: release.into(),
            far: None,
            is_named: kernel.is_named(),
        })
    })
}

/// Refuses the kernel of another Linux, if it is too old.
pub fn check_far(
    needed: Option<&NeededKernel>,
    release: &str,
    way: &str,
) -> Result<(), TooOld> {
    let refused = needed.filter(|needed| Version::of(release) < needed.since);
    check_stage(refused, release, way)
}

/// Refuses a lesson that needs a kernel, on a stage: that kernel may be too old,
/// and a stage is no member of the initial PID namespace, as whoever asks for
/// all of a kernel has to be (listns(2)).
pub fn check_stage(
    needed: Option<&NeededKernel>,
    release: &str,
    way: &str,
) -> Result<(), TooOld> {
    needed.map_or(Ok(()), |needed| {
        Err(TooOld {
            needed: needed.clone(),
            release: release.to_owned(),
            far: Some(way.to_owned()),
            is_named: false,
        })
    })
}

impl TooOld {
    /// Returns the refusal in a few words, for a table.
    pub fn in_short(&self) -> String {
        let NeededKernel { by, since } = &self.needed;
        if self.is_new_enough() {
            return tr!("{by} was NOT PLAYED: no stage shows it", by);
        }
        tr!(
            "{by} was NOT PLAYED: it needs Linux {since} or newer",
            by,
            since
        )
    }

    /// Whether the kernel would do, and only the stage does not.
    fn is_new_enough(&self) -> bool {
        Version::of(&self.release) >= self.needed.since
    }

    /// Returns the reason, without the command that helps.
    fn reason(&self) -> String {
        let NeededKernel { by, since } = &self.needed;
        let release = &self.release;
        tr!(
            "{by} needs Linux {since} or newer; the newest kernel here is \
             {release}.",
            by,
            since,
            release
        )
    }

    /// Returns the command that helps, in a line.
    fn cure(&self) -> String {
        tr!(
            "  just setup --kernel newest     fetches the newest kernel into \
             the cache, without installing it"
        )
    }

    fn refusal(&self) -> String {
        if let Some(way) = &self.far {
            let NeededKernel { by, since } = &self.needed;
            let release = &self.release;
            if self.is_new_enough() {
                return tr!(
                    "{by} is about a whole kernel, and a stage sees only a \
                     part of one: leave out --machine {way}",
                    by,
                    way
                );
            }
            return tr!(
                "{by} needs Linux {since} or newer; {way} has {release}.",
                by,
                since,
                way,
                release
            );
        }
        if !self.is_named {
            return format!("{}\n{}", self.reason(), self.cure());
        }
        let NeededKernel { by, since } = &self.needed;
        let release = &self.release;
        tr!(
            "{by} needs Linux {since} or newer, and MACHINE_KERNEL names \
             {release}: name a newer kernel, or none",
            by,
            since,
            release
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(release: &str, source: &'static str) -> Option<String> {
        let kernel = Kernel {
            image: "/any/vmlinuz".into(),
            modules: format!("/lib/modules/{release}").into(),
            source,
        };
        let needed = NeededKernel {
            by: "Chapter 7".into(),
            since: Version::of("7.0"),
        };
        let refused = check(Some(&needed), &kernel).err();
        refused.map(|why| why.to_string())
    }

    #[test]
    fn a_kernel_is_taken_from_the_needed_release_on() {
        for release in ["7.0.13+deb13-cloud-amd64", "7.3.4", "8.0", "10.1"] {
            assert_eq!(refused(release, kernel::CACHE), None);
        }
    }

    #[test]
    fn an_older_kernel_is_refused_with_the_command_that_brings_another() {
        let why = refused("6.19.14+deb13", kernel::CACHE).unwrap();
        for words in [
            "Chapter 7 needs Linux 7.0 or newer",
            "the newest kernel here is 6.19.14+deb13",
            "just setup --kernel newest",
        ] {
            assert!(why.contains(words), "{why}");
        }
    }

    #[test]
    fn the_kernel_of_another_linux_is_refused_with_the_way_there() {
        let needed = NeededKernel {
            by: "Chapter 7".into(),
            since: Version::of("7.0"),
        };
        let refused = check_far(Some(&needed), "6.1.0-56-amd64", "ssh:box");
        let why = refused.unwrap_err().to_string();
        let words = "Linux 7.0 or newer; ssh:box has 6.1.0-56-amd64";
        assert!(why.contains(words), "{why}");
        assert_eq!(check_far(Some(&needed), "7.3.4", "page"), Ok(()));
        let refused = check_stage(Some(&needed), "7.3.4", "ssh:box");
        let why = refused.unwrap_err().to_string();
        assert!(why.contains("leave out --machine ssh:box"), "{why}");
        assert_eq!(check_stage(None, "6.1.0-56-amd64", "ssh:box"), Ok(()));
    }

    #[test]
    fn a_kernel_that_the_user_has_named_is_refused_with_its_variable() {
        for release in ["6.1.0-48-cloud-amd64", "my-own-kernel"] {
            let why = refused(release, kernel::NAMED).unwrap();
            let words = format!("MACHINE_KERNEL names {release}");
            assert!(why.contains(&words), "{why}");
            assert!(!why.contains("just setup"), "{why}");
        }
    }
}
