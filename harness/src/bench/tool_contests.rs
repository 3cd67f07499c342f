//! The contests of small tools: who runs, how often, and the goals.

use anyhow::Result;

use super::page::{Goal, Section};
use super::rounds::Row;
use super::turns::{Answer, read};

/// Contenders that give the same answer.
pub(super) struct Contest {
    /// Heading of its sections, in front of the place.
    pub title: &'static str,
    /// First kernel that it can run on.
    pub needs: Option<&'static str>,
    about: &'static str,
    /// Number of rounds that count.
    rounds: usize,
    /// Processes that stand by, and the type of the namespace that each has.
    crowd: (usize, &'static str),
    /// Names and commands: ours, that of util-linux, and that of C.
    contenders: [(&'static str, &'static str); 3],
    goals: fn(&[Row]) -> Vec<Goal>,
}

const LIST: &str = "`list-namespaces --all`";
const LSNS: &str = "`lsns`";
const LISTNS: &str = "`listns --type net`";
const LSNS_NET: &str = "`lsns --type net`";
const SET_NS: &str = "`set_ns`";
const NSENTER: &str = "`nsenter`";
const UNSHARE: &str = "`unshare --uts`";
const UNSHARE_1: &str = "the same with unshare(1)";
const C: &str = "a C program, the necessary calls";

pub(super) const CONTESTS: [Contest; 4] = [
    Contest {
        title: LIST,
        needs: None,
        about: "With 4,000 processes, each a member of a `uts` namespace of \
            its own. QEMU's -icount has counted once, on Linux 6.12, in \
            millions of instructions: C 304, `list-namespaces` 366, `lsns` \
            2,582. It makes the 14 system calls a process that C makes; the \
            rest is memory for texts, and the table.",
        rounds: 9,
        crowd: (4000, "uts"),
        contenders: [
            (LIST, "list-namespaces --all"),
            (LSNS, "/usr/bin/lsns"),
            (C, "tools list"),
        ],
        goals: |rows| {
            let fast = Goal::times_faster(rows, LIST, LSNS, 6.0);
            vec![fast, Goal::times_slower(rows, LIST, C, 1.25)]
        },
    },
    Contest {
        title: LISTNS,
        needs: Some("6.19"),
        about: "With 4,000 processes, each a member of a `net` namespace of \
            its own. The kernel has a list, so nobody asks each process.",
        rounds: 5,
        crowd: (4000, "net"),
        contenders: [
            (LISTNS, "listns --type net"),
            (LSNS_NET, "/usr/bin/lsns --type net"),
            (C, "tools numbers"),
        ],
        goals: |rows| {
            let fast = Goal::times_faster(rows, LISTNS, LSNS_NET, 25.0);
            vec![fast, Goal::times_slower(rows, LISTNS, C, 1.5)]
        },
    },
    Contest {
        title: SET_NS,
        needs: None,
        about: "A command that ends at once joins a `uts` namespace. Its own \
            start is a part of each time. QEMU's -icount has counted once, on \
            Linux 6.12, in thousands of instructions: the command alone 507, \
            C 927, `set_ns` 1,168, `nsenter` 1,914. Of the 241 that C has not, \
            141 are the start of any Rust program, which looks for its stack \
            in /proc/self/maps and makes another one for signals; 100 read the \
            arguments.",
        rounds: 300,
        crowd: (0, "uts"),
        contenders: [
            (SET_NS, "set_ns /proc/self/ns/uts tools end"),
            (
                NSENTER,
                "/usr/bin/nsenter --uts=/proc/self/ns/uts tools end",
            ),
            (C, "tools join /proc/self/ns/uts tools end"),
        ],
        goals: |rows| {
            let fast = Goal::times_slower(rows, SET_NS, NSENTER, 0.7);
            vec![fast, Goal::times_slower(rows, SET_NS, C, 1.15)]
        },
    },
    Contest {
        title: UNSHARE,
        needs: None,
        about: "A command that ends at once moves to a new `uts` namespace. \
            Its own start is a part of each time. Counted in the same way: the \
            command alone 508, C 906, `unshare` 1,296, unshare(1) 1,458. Of \
            the 390 that C has not, 141 are the start of any Rust program; 249 \
            read the arguments, which can be thirteen options.",
        rounds: 300,
        crowd: (0, "uts"),
        contenders: [
            (UNSHARE, "unshare --uts tools end"),
            (UNSHARE_1, "/usr/bin/unshare --uts tools end"),
            (C, "tools move tools end"),
        ],
        goals: |rows| {
            let fast = Goal::times_slower(rows, UNSHARE, UNSHARE_1, 0.7);
            vec![fast, Goal::times_slower(rows, UNSHARE, C, 1.15)]
        },
    },
];

impl Contest {
    /// Returns the words that run it: `turns` with all commands. The programs
    /// of this folder are named by their paths.
    pub fn words(&self, folder: &str, quick: bool) -> Vec<String> {
        let (processes, kind) = self.crowd;
        let rounds = self.rounds(quick);
        let mut line = format!("turns {rounds} {processes} {kind}");
        for (_, command) in self.contenders {
            line += &format!(" -- {command}");
        }
        let path = |word: &str| {
            if word == "turns" || self.has(word) {
                format!("{folder}/{word}")
            } else {
                word.to_owned()
            }
        };
        line.split(' ').map(path).collect()
    }

    /// Whether the word is the name of a program that a command begins with.
    fn has(&self, word: &str) -> bool {
        let commands = self.contenders.iter().map(|(_, command)| command);
        let mut first = commands.filter_map(|it| it.split(' ').next());
        first.any(|it| it == word && !it.starts_with('/'))
    }

    fn rounds(&self, quick: bool) -> usize {
        if quick {
            self.rounds.div_ceil(5)
        } else {
            self.rounds
        }
    }

    /// Returns the section with what `turns` has printed in this place.
    pub fn section(
        &self,
        place: &str,
        lines: &[&str],
        quick: bool,
    ) -> Result<Section> {
        let Answer { rows, memory } = read(&self.names(), lines)?;
        let mut goals = (self.goals)(&rows);
        if self.crowd.0 > 0 {
            let [ours, theirs, _] = self.names();
            let both = memory[0].zip(memory[1]);
            let ours = format!("memory of {ours}");
            goals.push(Goal::part_of(&ours, theirs, both, 1.0));
        }
        Ok(Section {
            title: format!("{}, on {place}", self.title),
            about: self.about.to_owned(),
            rounds: self.rounds(quick),
            base: C.into(),
            rows,
            goals,
        })
    }

    /// Returns a section that has only the reason why there is no number.
    pub fn skipped(&self, place: &str, reason: &str) -> Section {
        Section {
            title: format!("{}, on {place}", self.title),
            about: format!("{} NOT RUN: {reason}.", self.about),
            rounds: 0,
            base: C.into(),
            rows: Vec::new(),
            goals: Vec::new(),
        }
    }

    fn names(&self) -> [&'static str; 3] {
        self.contenders.map(|(name, _)| name)
    }
}

/// Returns the place of a section on the page: by contest.
pub(super) fn position(section: &Section) -> Option<usize> {
    let is_of = |contest: &Contest| section.title.starts_with(contest.title);
    CONTESTS.iter().position(is_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_ours_have_paths_and_those_of_util_linux_keep_theirs() {
        let words = CONTESTS[3].words("/bench", true).join(" ");
        let turns = "/bench/turns 60 0 uts \
            -- /bench/unshare --uts /bench/tools end \
            -- /usr/bin/unshare --uts /bench/tools end \
            -- /bench/tools move /bench/tools end";
        assert_eq!(words, turns);
    }
}
