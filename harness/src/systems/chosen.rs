//! The choice of systems: which kernels, userlands and QEMUs are combined.
//!
//! All combinations would be too many: ten kernels, three userlands and three
//! QEMUs make 90 systems. A difference mostly comes from one of the three
//! parts, so the rule is:
//!
//! * every kernel with this computer's own userland and QEMU
//! * every userland with the oldest and the newest kernel
//! * every QEMU with the newest kernel and the userland of its suite
//! * the machine of the page, which has its own kernel and userland

use std::fmt;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;

use super::fetched::{Fetched, OWN, Part, USERLAND_OF_THE_PAGE, V86};
use crate::shares::partition::Partition;

/// The user's choice of systems. Without an option, the rule of this module.
#[derive(Args, Clone, Debug, Default)]
pub struct Wanted {
    /// Play this kernel: a release or its beginning, `oldest` or `newest`; may
    /// be repeated
    #[arg(long, value_name = "RELEASE")]
    pub kernel: Vec<String>,
    /// Play this userland: a suite, or `own`; may be repeated
    #[arg(long, value_name = "SUITE")]
    pub userland: Vec<String>,
    /// Play this QEMU: a suite, or `own`; or `v86`, the machine of the page with
    /// its own kernel and userland; may be repeated
    #[arg(long, value_name = "SUITE")]
    pub qemu: Vec<String>,
    /// Play every kernel with every userland and every QEMU
    #[arg(long, conflicts_with_all = ["kernel", "userland", "qemu"])]
    pub all: bool,
    /// Only warn about a difference on a system whose versions are not those in
    /// docs/src/systems.md: for suites that change daily
    #[arg(long)]
    pub outside_warns: bool,
    /// Play only this lesson, which need not be a chapter, and no exercise
    #[arg(long, value_name = "FILE", conflicts_with = "write", hide = true)]
    pub lesson: Option<PathBuf>,
    /// Measure how fast machines are made, and write docs/src/systems.md
    #[arg(long, conflicts_with_all = ["kernel", "userland", "qemu"])]
    pub write: bool,
    /// Play only this part of the systems, for example the third of eight, and
    /// write a share: the result is that of --merge
    #[arg(long, value_name = "3/8", conflicts_with_all = ["write", "merge"])]
    pub partition: Option<Partition>,
    /// Where to write the share [default: workshop/matrix-3-of-8.jsonl]
    #[arg(long, value_name = "FILE", requires = "partition")]
    pub to: Option<PathBuf>,
    /// Put the shares of all parts together, and play nothing
    #[arg(
        long,
        value_name = "SHARE",
        num_args = 1..,
        conflicts_with_all = ["kernel", "userland", "qemu", "all", "lesson"]
    )]
    pub merge: Vec<PathBuf>,
}

impl Wanted {
    fn names_some(&self) -> bool {
        let all = [&self.kernel, &self.userland, &self.qemu];
        all.iter().any(|names| !names.is_empty())
    }
}

/// A combination of parts that the course is played on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    /// Kernel of the machine.
    pub kernel: Part,
    /// Source of the machine's tools.
    pub userland: Part,
    /// QEMU that runs the machine, or v86.
    pub qemu: Part,
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kernel,
            userland,
            qemu,
        } = self;
        let kernel = short(&kernel.name);
        write!(f, "Linux {kernel}, userland {}, ", userland.name)?;
        if self.is_page() {
            return f.write_str(V86);
        }
        write!(f, "QEMU {}", qemu.name)
    }
}

impl System {
    /// Whether the machine is that of the page.
    pub fn is_page(&self) -> bool {
        self.qemu.name == V86
    }

    /// Returns the reason why the system cannot be tried, if a part is broken.
    pub fn broken(&self) -> Option<&str> {
        let parts = [&self.kernel, &self.userland, &self.qemu];
        parts.iter().find_map(|part| part.broken.as_deref())
    }
}

/// Returns a release without Debian's flavour, such as `-cloud-amd64`.
pub fn short(release: &str) -> &str {
    release.split("-cloud").next().unwrap_or(release)
}

/// Returns the chosen systems, ordered by kernel, the newest last, and then the
/// machine of the page.
pub fn systems(fetched: &Fetched, wanted: &Wanted) -> Result<Vec<System>> {
    ensure!(
        !fetched.kernels.is_empty(),
        "no kernel has been fetched yet: just setup brings one"
    );
    let all = product(&fetched.kernels, &fetched.userlands, &fetched.qemus);
    let page = Some(page(fetched)).filter(|it| it.broken().is_none());
    if wanted.all {
        return Ok(all.into_iter().chain(page).collect());
    }
    if wanted.names_some() {
        return Ok(named(fetched, wanted));
    }
    let oldest = first_whole(fetched);
    let newest = newest(fetched);
    let is_own = |part: &Part| part.name == OWN;
    let by_rule = |it: &System| {
        let own_tools = is_own(&it.userland);
        if is_own(&it.qemu) {
            return own_tools || it.kernel == oldest || it.kernel == newest;
        }
        let suite = &it.qemu.name;
        let both = fetched.userlands.iter().any(|part| part.name == *suite);
        let fits = if both {
            it.userland.name == *suite
        } else {
            own_tools
        };
        it.kernel == newest && fits
    };
    Ok(all.into_iter().filter(by_rule).chain(page).collect())
}

/// Returns the machine of the page, whose parts belong together.
fn page(fetched: &Fetched) -> System {
    System {
        kernel: fetched.page.clone(),
        userland: Part::named(USERLAND_OF_THE_PAGE),
        qemu: Part::named(V86),
    }
}

fn named(fetched: &Fetched, wanted: &Wanted) -> Vec<System> {
    let kernels = if wanted.kernel.is_empty() {
        vec![newest(fetched)]
    } else {
        wanted.kernel.iter().map(|it| kernel(fetched, it)).collect()
    };
    let trees = |names: &[String], parts: &[Part], option: &str| match names {
        [] => vec![Part::own()],
        names => names.iter().map(|it| exactly(parts, it, option)).collect(),
    };
    let userlands = trees(&wanted.userland, &fetched.userlands, "--userland");
    let (v86, qemu): (Vec<String>, _) =
        wanted.qemu.iter().cloned().partition(|it| it == V86);
    let mut systems = Vec::new();
    if v86.is_empty() || !qemu.is_empty() {
        let qemus = trees(&qemu, &fetched.qemus, "--qemu");
        systems = product(&kernels, &userlands, &qemus);
    }
    if !v86.is_empty() {
        systems.push(page(fetched));
    }
    systems
}

fn product(
    kernels: &[Part],
    userlands: &[Part],
    qemus: &[Part],
) -> Vec<System> {
    let mut systems: Vec<System> = Vec::new();
    for kernel in kernels {
        for userland in userlands {
            for qemu in qemus {
                let system = System {
                    kernel: kernel.clone(),
                    userland: userland.clone(),
                    qemu: qemu.clone(),
                };
                // Two options may name the same part.
                if !systems.contains(&system) {
                    systems.push(system);
                }
            }
        }
    }
    systems
}

fn whole(fetched: &Fetched) -> impl DoubleEndedIterator<Item = &Part> {
    let kernels = fetched.kernels.iter();
    kernels.filter(|kernel| kernel.broken.is_none())
}

fn first_whole(fetched: &Fetched) -> Part {
    let first = whole(fetched).next();
    first.unwrap_or(&fetched.kernels[0]).clone()
}

fn newest(fetched: &Fetched) -> Part {
    let last = whole(fetched).next_back();
    last.unwrap_or(&fetched.kernels[0]).clone()
}

/// Returns a system of another computer, with the parts of the same names that
/// have been fetched here.
pub fn here(fetched: &Fetched, system: &System) -> System {
    if system.is_page() {
        return page(fetched);
    }
    let System {
        kernel,
        userland,
        qemu,
    } = system;
    System {
        kernel: exactly(&fetched.kernels, &kernel.name, "--kernel"),
        userland: exactly(&fetched.userlands, &userland.name, "--userland"),
        qemu: exactly(&fetched.qemus, &qemu.name, "--qemu"),
    }
}

/// Finds the newest kernel whose release is `name` or begins with it. A number
/// is matched as a whole: 6.1 does not find 6.12.
fn kernel(fetched: &Fetched, name: &str) -> Part {
    let begins = |part: &&Part| {
        let rest = part.name.strip_prefix(name);
        rest.is_some_and(|it| !it.starts_with(|c: char| c.is_ascii_digit()))
    };
    match name {
        "newest" => newest(fetched),
        "oldest" => first_whole(fetched),
        _ => {
            let found = fetched.kernels.iter().rfind(begins);
            let missing = || Part::missing(name, "--kernel");
            found.cloned().unwrap_or_else(missing)
        }
    }
}

fn exactly(parts: &[Part], name: &str, option: &str) -> Part {
    let found = parts.iter().find(|part| part.name == name);
    found
        .cloned()
        .unwrap_or_else(|| Part::missing(name, option))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str) -> Part {
        Part {
            name: name.to_owned(),
            folder: Some(name.into()),
            broken: None,
        }
    }

    fn fetched() -> Fetched {
        let own_and = |name| vec![Part::own(), part(name)];
        Fetched {
            kernels: ["6.1.0-57", "6.12.1", "6.12.7", "7.3.4"].map(part).into(),
            userlands: own_and("sid"),
            qemus: own_and("sid"),
            page: part("7.3.4-page"),
        }
    }

    fn shown(wanted: &Wanted) -> Vec<String> {
        let systems = systems(&fetched(), wanted).unwrap();
        let line = |it: &System| {
            let System {
                kernel,
                userland,
                qemu,
            } = it;
            format!("{} {} {}", kernel.name, userland.name, qemu.name)
        };
        systems.iter().map(line).collect()
    }

    #[test]
    fn each_part_is_tried_and_not_all_combinations() {
        let all = shown(&Wanted::default());
        assert_eq!(
            all,
            [
                "6.1.0-57 own own",
                "6.1.0-57 sid own",
                "6.12.1 own own",
                "6.12.7 own own",
                "7.3.4 own own",
                "7.3.4 sid own",
                "7.3.4 sid sid",
                "7.3.4-page trixie-i386 v86",
            ]
        );
        let wanted = Wanted {
            all: true,
            ..Wanted::default()
        };
        assert_eq!(shown(&wanted).len(), 4 * 2 * 2 + 1);
    }

    #[test]
    fn what_is_named_is_played_in_every_combination_and_no_other() {
        let words = |all: &[&str]| all.iter().map(|it| (*it).into()).collect();
        let wanted = Wanted {
            kernel: words(&["6.12", "newest", "7.3"]),
            userland: words(&["sid"]),
            ..Wanted::default()
        };
        assert_eq!(shown(&wanted), ["6.12.7 sid own", "7.3.4 sid own"]);
        let wanted = Wanted {
            qemu: words(&["sid", "own"]),
            ..Wanted::default()
        };
        assert_eq!(shown(&wanted), ["7.3.4 own sid", "7.3.4 own own"]);
        let wanted = |names: &[&str]| Wanted {
            qemu: words(names),
            ..Wanted::default()
        };
        let page = "7.3.4-page trixie-i386 v86";
        assert_eq!(shown(&wanted(&["v86"])), [page]);
        assert_eq!(shown(&wanted(&["v86", "own"])), ["7.3.4 own own", page]);
    }

    #[test]
    fn a_machine_of_the_page_that_was_not_built_is_named() {
        let why = "the machine of the page has not been built: just web";
        let page = Part {
            broken: Some(why.into()),
            ..Part::own()
        };
        let fetched = Fetched { page, ..fetched() };
        let wanted = Wanted {
            qemu: vec!["v86".into()],
            ..Wanted::default()
        };
        let systems = systems(&fetched, &wanted).unwrap();
        assert_eq!(systems[0].broken(), Some(why));
        assert_eq!(here(&fetched, &systems[0]), systems[0]);
    }

    #[test]
    fn what_was_not_fetched_stays_in_the_list_with_the_reason() {
        let wanted = Wanted {
            kernel: vec!["6.2".into()],
            ..Wanted::default()
        };
        let systems = systems(&fetched(), &wanted).unwrap();
        assert_eq!(
            systems[0].broken(),
            Some("6.2 has not been fetched: just setup --kernel 6.2")
        );
    }

    #[test]
    fn a_system_of_another_computer_has_the_parts_of_this_one_or_the_reason() {
        let away = |name: &str| System {
            kernel: Part {
                name: name.to_owned(),
                ..Part::own()
            },
            userland: Part::own(),
            qemu: Part::own(),
        };
        assert_eq!(here(&fetched(), &away("7.3.4")).kernel, part("7.3.4"));
        // Another release is no substitute, even if its name begins alike.
        assert_eq!(
            here(&fetched(), &away("7.3")).broken(),
            Some("7.3 has not been fetched: just setup --kernel 7.3")
        );
    }
}
