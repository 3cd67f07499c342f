//! Version marks: `[since 6.6]` and `[before 6.6]` for kernels, and `[since
//! util-linux 2.41]` for tools. And the marks `[on a stage]` and `[not on a
//! stage]`, for what a Linux that is shared with others cannot be.
//!
//! A mark stands at the beginning of a line and applies to that line alone: a
//! line of output, `...` or `[exit N]` in a console block, or a line of a
//! snapshot. A snapshot shows what the kernel holds, so only a kernel's mark
//! has a meaning there.

use std::fmt;

/// A version as a mark names it: 6.12 for `6.12.117+deb12-cloud-amd64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// First number.
    pub major: u32,
    /// Second number.
    pub minor: u32,
}

impl Version {
    /// Version of something unknown: older than all others.
    pub const NONE: Self = Self { major: 0, minor: 0 };

    /// Reads a release as `uname -r` prints it. A release without a version
    /// counts as older than all others.
    pub fn of(release: &str) -> Self {
        let mut numbers = release
            .split(|c: char| !c.is_ascii_digit())
            .map(|number| number.parse().unwrap_or_default());
        let mut next = || numbers.next().unwrap_or_default();
        Self {
            major: next(),
            minor: next(),
        }
    }

    /// Finds the first version in what a program prints about itself, such as
    /// `lsns from util-linux 2.38.1` or `iproute2-6.1.0`.
    fn first_in(text: &str) -> Self {
        let is_part = |c: char| c.is_ascii_digit() || c == '.';
        let has_two_numbers = |word: &&str| {
            let numbers = word.split('.').take(2);
            numbers.filter(|number| !number.is_empty()).count() == 2
        };
        let mut words = text.split(|c| !is_part(c));
        words.find(has_two_numbers).map_or(Self::NONE, Self::of)
    }

    /// Parses exactly `MAJOR.MINOR`.
    pub fn read(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.')?;
        let number = |text: &str| -> Option<u32> {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            // Each number has one spelling: no leading zero.
            let short = text == "0" || !text.starts_with('0');
            (digits && short).then(|| text.parse().ok()).flatten()
        };
        Some(Self {
            major: number(major)?,
            minor: number(minor)?,
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Tools of the userland whose versions a mark can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// lsns, nsenter, unshare and others.
    UtilLinux,
    /// ip.
    Iproute2,
    /// ps and pgrep.
    Procps,
    /// The commands of the images, and the machine's httpd and ifconfig.
    Busybox,
}

impl Tool {
    /// All tools.
    pub const ALL: [Self; 4] =
        [Self::UtilLinux, Self::Iproute2, Self::Procps, Self::Busybox];

    /// Returns the tool's name in a mark: its package in Debian.
    pub fn name(self) -> &'static str {
        match self {
            Self::UtilLinux => "util-linux",
            Self::Iproute2 => "iproute2",
            Self::Procps => "procps",
            Self::Busybox => "busybox",
        }
    }

    /// Returns the command that prints the tool's version.
    pub fn question(self) -> &'static [&'static str] {
        match self {
            // `unshare` in the machine is the course's own program.
            Self::UtilLinux => &["lsns", "--version"],
            Self::Iproute2 => &["ip", "-Version"],
            Self::Procps => &["ps", "--version"],
            Self::Busybox => &["busybox"],
        }
    }
}

/// Versions of the kernel and the tools with which a lesson is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// Version of the kernel.
    pub kernel: Version,
    tools: [Version; Tool::ALL.len()],
    /// Whether the machine is a stage.
    on_a_stage: bool,
}

impl Versions {
    /// Versions of an unknown system: older than all others.
    pub const NONE: Self = Self {
        kernel: Version::NONE,
        tools: [Version::NONE; Tool::ALL.len()],
        on_a_stage: false,
    };

    /// Returns versions with this kernel release and with unknown tools.
    pub fn of_kernel(release: &str) -> Self {
        Self {
            kernel: Version::of(release),
            ..Self::NONE
        }
    }

    /// Records whether the machine is a stage.
    pub fn are_of_a_stage(&mut self, on_a_stage: bool) {
        self.on_a_stage = on_a_stage;
    }

    /// Records the version of a tool from what the tool has printed.
    pub fn hear(&mut self, tool: Tool, said: &str) {
        self.tools[tool as usize] = Version::first_in(said);
    }

    /// Returns the version of a tool, or the kernel's for `None`.
    pub fn of(&self, tool: Option<Tool>) -> Version {
        tool.map_or(self.kernel, |tool| self.tools[tool as usize])
    }

    /// Forgets the versions of the tools.
    pub fn of_the_kernel_alone(self) -> Self {
        Self {
            kernel: self.kernel,
            ..Self::NONE
        }
    }

    /// Whether both have the same tools, as far as their versions are known.
    pub fn have_the_same_tools(&self, other: &Self) -> bool {
        self.tools == other.tools
    }
}

/// Condition of a mark: the kernels, or versions of a tool, for which it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// This version and all later ones.
    Since(Option<Tool>, Version),
    /// All versions before this one.
    Before(Option<Tool>, Version),
    /// A machine that is a stage, or one that is none.
    Stage(bool),
}

/// Marks about stages, as a lesson writes them.
const STAGE_MARKS: [(&str, When); 2] = [
    ("[on a stage]", When::Stage(true)),
    ("[not on a stage]", When::Stage(false)),
];

impl When {
    /// Whether the condition holds with these versions.
    pub fn is_with(self, versions: &Versions) -> bool {
        match self {
            Self::Stage(stage) => stage == versions.on_a_stage,
            _ => self.is_on(versions.of(self.tool())),
        }
    }

    /// Whether the condition holds for this version of its kernel or tool.
    pub fn is_on(self, version: Version) -> bool {
        match self {
            Self::Since(_, first) => version >= first,
            Self::Before(_, first) => version < first,
            Self::Stage(stage) => !stage,
        }
    }

    /// Whether the mark is about stages, and about no version.
    pub fn is_about_stages(self) -> bool {
        matches!(self, Self::Stage(_))
    }

    /// Returns the tool the condition is about; `None` for the kernel, and for
    /// stages.
    pub fn tool(self) -> Option<Tool> {
        match self {
            Self::Since(tool, _) | Self::Before(tool, _) => tool,
            Self::Stage(_) => None,
        }
    }

    /// Splits the mark off a line. Returns `None` if there is no mark, and an
    /// error if its version is malformed.
    pub(super) fn split(line: &str) -> Result<Option<(Self, &str)>, &str> {
        for (mark, when) in STAGE_MARKS {
            if let Some(line) = line.strip_prefix(mark) {
                return Ok(Some((
                    when,
                    line.strip_prefix(' ').unwrap_or(line),
                )));
            }
        }
        let Some((word, rest)) = mark(line) else {
            return Ok(None);
        };
        let (named, line) = rest.split_once(']').ok_or(line)?;
        let (tool, version) = match named.split_once(' ') {
            Some((name, version)) => {
                let is_named = |tool: &Tool| tool.name() == name;
                let tool = Tool::ALL.into_iter().find(is_named);
                (Some(tool.ok_or(named)?), version)
            }
            None => (None, named),
        };
        let version = Version::read(version).ok_or(named)?;
        Ok(Some((
            word(tool, version),
            line.strip_prefix(' ').unwrap_or(line),
        )))
    }
}

type Word = fn(Option<Tool>, Version) -> When;

fn mark(line: &str) -> Option<(Word, &str)> {
    let since = line.strip_prefix("[since ");
    let since = since.map(|rest| (When::Since as Word, rest));
    since.or_else(|| {
        let rest = line.strip_prefix("[before ")?;
        Some((When::Before as Word, rest))
    })
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, tool, version) = match self {
            Self::Since(tool, version) => ("since", tool, version),
            Self::Before(tool, version) => ("before", tool, version),
            Self::Stage(true) => return f.write_str(STAGE_MARKS[0].0),
            Self::Stage(false) => return f.write_str(STAGE_MARKS[1].0),
        };
        match tool {
            Some(tool) => write!(f, "[{word} {} {version}]", tool.name()),
            None => write!(f, "[{word} {version}]"),
        }
    }
}

/// Splits the mark off a snapshot's line, if the mark is about the kernel.
fn kernel_mark(line: &str) -> Option<(When, &str)> {
    let mark = When::split(line).ok().flatten();
    mark.filter(|(when, _)| when.tool().is_none())
}

/// Returns the lines of a snapshot that hold with these versions, without their
/// marks, each with its line number from 0.
pub fn lines_on<'a>(
    text: &'a str,
    versions: &Versions,
) -> Vec<(usize, &'a str)> {
    let on = |line| match kernel_mark(line) {
        Some((when, rest)) => when.is_with(versions).then_some(rest),
        None => Some(line),
    };
    let lines = text.lines().enumerate();
    lines.filter_map(|(n, line)| Some((n, on(line)?))).collect()
}

/// Returns the marks of a snapshot, each with its line number from 0.
pub fn marks(text: &str) -> impl Iterator<Item = (usize, When)> {
    text.lines().enumerate().filter_map(|(n, line)| {
        let (when, _) = kernel_mark(line)?;
        Some((n, when))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        let of = Version::of;
        assert!(of("6.12.117+deb12-cloud-amd64") > of("6.9.1"));
        assert_eq!(of("6.1.0-56-cloud-amd64").to_string(), "6.1");
        assert!(of("7.0") > of("6.99"));
        assert!(of("linux") < of("0.1"));
    }

    #[test]
    fn a_tool_s_version_is_the_first_number_with_a_point_that_it_prints() {
        let first_in = |text| Version::first_in(text).to_string();
        assert_eq!(first_in("unshare from util-linux 2.38.1"), "2.38");
        assert_eq!(first_in("ip utility, iproute2-6.15.0, libbpf"), "6.15");
        assert_eq!(first_in("ps from procps-ng 4.0.2\n"), "4.0");
        let banner = "BusyBox v1.37.0 (Debian 1:1.38.0-6+b9) multi-call";
        assert_eq!(first_in(banner), "1.37");
        for text in ["", "no 2. and .5, 7", "bash: unshare: not found"] {
            assert_eq!(Version::first_in(text), Version::NONE, "{text}");
        }
    }

    #[test]
    fn a_line_may_be_printed_on_a_stage_alone_or_nowhere_else() {
        let text = "a\n[on a stage] b\n[not on a stage] c";
        let mut versions = Versions::of_kernel("6.12.1");
        assert_eq!(lines_on(text, &versions), [(0, "a"), (2, "c")]);
        versions.are_of_a_stage(true);
        assert_eq!(lines_on(text, &versions), [(0, "a"), (1, "b")]);
        for (mark, when) in STAGE_MARKS {
            assert_eq!(when.to_string(), mark);
            assert_eq!(
                When::split(&format!("{mark} x")),
                Ok(Some((when, "x")))
            );
        }
    }

    #[test]
    fn a_mark_is_about_its_line_alone() {
        let text = "a\n[before 6.6] b\n[since 6.6] c\nd [since 9.9] e";
        let on = |release| lines_on(text, &Versions::of_kernel(release));
        assert_eq!(on("6.5.9"), [(0, "a"), (1, "b"), (3, "d [since 9.9] e")]);
        assert_eq!(on("6.6.0"), [(0, "a"), (2, "c"), (3, "d [since 9.9] e")]);
        let lines: Vec<usize> = marks(text).map(|(n, _)| n).collect();
        assert_eq!(lines, [1, 2]);
    }

    #[test]
    fn a_mark_of_a_tool_asks_that_tool_alone() {
        let (since, rest) =
            When::split("[since util-linux 2.41] x").unwrap().unwrap();
        assert_eq!(since.to_string(), "[since util-linux 2.41]");
        assert_eq!((since.tool(), rest), (Some(Tool::UtilLinux), "x"));
        let line = "[before util-linux 2.41] x";
        let (before, _) = When::split(line).unwrap().unwrap();
        let mut versions = Versions::of_kernel("7.3.4");
        for (said, is_new) in [
            ("unshare from util-linux 2.38.1", false),
            ("unshare from util-linux 2.41", true),
            ("unshare from util-linux 2.42.4", true),
        ] {
            versions.hear(Tool::UtilLinux, said);
            versions.hear(Tool::Busybox, "BusyBox v9.9.9");
            assert_eq!(since.is_with(&versions), is_new, "{said}");
            assert_eq!(before.is_with(&versions), !is_new, "{said}");
        }
    }

    #[test]
    fn in_a_snapshot_a_tool_s_mark_is_a_line_like_any_other() {
        let text = "[since util-linux 2.41] a";
        assert_eq!(lines_on(text, &Versions::NONE), [(0, text)]);
        assert_eq!(marks(text).count(), 0);
    }

    #[test]
    fn a_mark_has_a_version_in_one_way_of_writing() {
        for wrong in [
            "6",
            "6.",
            "6.6.1",
            "06.6",
            "six",
            "6.6 ",
            "",
            "+6.6",
            "util-linux",
            "util-linux ",
            "util-linux 2",
            "util-linux  2.41",
            "Util-linux 2.41",
            "emacs 2.41",
        ] {
            let line = format!("[since {wrong}] x");
            assert_eq!(When::split(&line), Err(wrong), "{line}");
        }
        assert_eq!(When::split("[before 6.6 x"), Err("[before 6.6 x"));
        assert_eq!(When::split("[sincere]"), Ok(None));
        let (when, rest) = When::split("[since 6.6]   x").unwrap().unwrap();
        assert_eq!((when.to_string().as_str(), rest), ("[since 6.6]", "  x"));
    }
}
