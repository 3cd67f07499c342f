//! `just matrix --partition` and `just matrix --merge`: systems played on
//! several computers.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::chosen::System;
use super::fetched::Part;
use super::outcome::{Cell, Outcome, Plan, Versions};
use crate::course;
use crate::exercise::Number;
use crate::lesson::Version;
use crate::shares::course_digest;
use crate::shares::partition::Partition;
use crate::shares::share::{Share, SharedWork, first_other};

/// All systems of a matrix, as all its shares have to see them.
#[derive(Debug, Serialize, Deserialize)]
pub struct SharedMatrix {
    systems: Vec<SharedSystem>,
    lessons: Vec<u32>,
    exercises: Vec<Number>,
}

/// The names of a system's parts.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SharedSystem {
    kernel: String,
    userland: String,
    qemu: String,
    /// Number of lessons and exercises that its kernel can do.
    cost: u64,
}

/// The results of a system: an [`Outcome`] without the system.
#[derive(Debug, Serialize, Deserialize)]
pub struct Played {
    versions: Option<Versions>,
    lessons: BTreeMap<u32, Cell>,
    exercises: BTreeMap<Number, Cell>,
    not_tried: Option<String>,
    took: Duration,
}

impl SharedWork for SharedMatrix {
    const COMMAND: &'static str = "matrix";
    type Done = Played;

    fn costs(&self) -> Vec<u64> {
        self.systems.iter().map(|it| it.cost).collect()
    }

    fn difference(&self, other: &Self) -> Option<String> {
        let plan = |it: &Self| (it.lessons.clone(), it.exercises.clone());
        if plan(self) != plan(other) {
            return Some("other lessons or exercises were played".to_owned());
        }
        let [own, theirs] = [self, other].map(|it| &it.systems);
        (own != theirs).then(|| first_other(own, theirs, "has another cost"))
    }
}

impl fmt::Display for SharedSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.system().fmt(f)
    }
}

impl SharedSystem {
    fn system(&self) -> System {
        let part = |name: &str| Part::named(&plain(name));
        System {
            kernel: part(&self.kernel),
            userland: part(&self.userland),
            qemu: part(&self.qemu),
        }
    }
}

impl SharedMatrix {
    /// Returns the work, with the cost of each system.
    pub fn of(
        workspace: &Path,
        plan: &Plan,
        systems: &[System],
    ) -> Result<Self> {
        let costs = costs(workspace, plan)?;
        let shared = |it: &System| SharedSystem {
            kernel: it.kernel.name.clone(),
            userland: it.userland.name.clone(),
            qemu: it.qemu.name.clone(),
            cost: cost_on(&it.kernel.name, &costs),
        };
        Ok(Self {
            systems: systems.iter().map(shared).collect(),
            lessons: plan.lessons.clone(),
            exercises: plan.exercises.clone(),
        })
    }

    /// Returns the lessons and exercises that were played on each system.
    pub fn plan(&self) -> Plan {
        Plan {
            lessons: self.lessons.clone(),
            exercises: self.exercises.clone(),
        }
    }

    /// Returns the outcomes of all systems. Their texts come from other
    /// computers, so they are made harmless for a terminal.
    pub fn outcomes(&self, done: Vec<Played>) -> Vec<Outcome> {
        let both = self.systems.iter().zip(done);
        both.map(|(whose, played)| played.of(whose.system()))
            .collect()
    }

    /// Returns the share with the outcomes of a part.
    pub fn share(
        self,
        workspace: &Path,
        partition: Partition,
        outcomes: &[Outcome],
    ) -> Result<Share<Self>> {
        Ok(Share {
            command: Self::COMMAND.to_owned(),
            course: course_digest::of(workspace)?,
            partition,
            work: self,
            done: outcomes.iter().map(Played::from).collect(),
        })
    }
}

/// Returns the number of lessons and exercises of each chapter, with the kernel
/// that they need.
fn costs(workspace: &Path, plan: &Plan) -> Result<Vec<(Option<Version>, u64)>> {
    let mut costs = Vec::new();
    for chapter in course::chapters(workspace)? {
        let number = chapter.number;
        let lessons = plan.lessons.iter().filter(|it| **it == number);
        let exercises = plan.exercises.iter();
        let exercises = exercises.filter(|it| it.chapter == number);
        let count = (lessons.count() + exercises.count()) as u64;
        costs.push((chapter.read()?.lesson.kernel, count));
    }
    Ok(costs)
}

/// Returns the cost of a system: 1 for its machine, and what its kernel can do.
fn cost_on(kernel: &str, costs: &[(Option<Version>, u64)]) -> u64 {
    let release = Version::of(kernel);
    let can = |needed: &Option<Version>| {
        needed.as_ref().is_none_or(|since| release >= *since)
    };
    let able = costs.iter().filter(|(needed, _)| can(needed));
    1 + able.map(|(_, count)| count).sum::<u64>()
}

impl From<&Outcome> for Played {
    fn from(outcome: &Outcome) -> Self {
        let outcome = outcome.clone();
        Self {
            versions: outcome.versions,
            lessons: outcome.lessons,
            exercises: outcome.exercises,
            not_tried: outcome.not_tried,
            took: outcome.took,
        }
    }
}

impl Played {
    fn of(self, system: System) -> Outcome {
        let lessons = self.lessons.into_iter();
        let exercises = self.exercises.into_iter();
        Outcome {
            system,
            versions: self.versions.map(Versions::plain),
            lessons: lessons.map(|(n, it)| (n, it.plain())).collect(),
            exercises: exercises.map(|(n, it)| (n, it.plain())).collect(),
            not_tried: self.not_tried.as_deref().map(plain),
            took: self.took,
        }
    }
}

impl Versions {
    fn plain(self) -> Self {
        let tools = self.tools.iter();
        Self {
            kernel: plain(&self.kernel),
            qemu: plain(&self.qemu),
            tools: tools.map(|(a, b)| (plain(a), plain(b))).collect(),
        }
    }
}

impl Cell {
    fn plain(self) -> Self {
        match self {
            Self::Same => Self::Same,
            Self::Differs(text) => Self::Differs(plain(&text)),
            Self::Broken(text) => Self::Broken(plain(&text)),
            Self::NotPlayed(text) => Self::NotPlayed(plain(&text)),
        }
    }
}

/// Replaces the control characters, but for line ends and tabs.
fn plain(text: &str) -> String {
    let harmful = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    text.replace(harmful, "�")
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::{not_tried, outcome, plan};
    use super::super::{page, table};
    use super::*;

    #[test]
    fn the_outcomes_are_the_same_after_the_way_through_a_share() {
        let mut cells = [const { Cell::Same }; 5];
        cells[1] = Cell::Differs("L.md:7: \x1b[2Jnot\ras\n".into());
        cells[3] = Cell::NotPlayed("NOT PLAYED".into());
        let before = [outcome("7.3.4", &cells), not_tried("6.2", "why")];
        let systems = before.clone().map(|it| it.system);
        let workspace = course::workspace();
        let work = SharedMatrix::of(&workspace, &plan(), &systems).unwrap();
        let partition: Partition = "1/1".parse().unwrap();
        let share = work.share(&workspace, partition, &before).unwrap();
        let json = serde_json::to_string(&share).unwrap();
        let share: Share<SharedMatrix> = serde_json::from_str(&json).unwrap();
        let after = share.work.outcomes(share.done);
        let table = |all: &[Outcome]| table::text(&plan(), all);
        assert_eq!(table(&before), table(&after));
        let page = |outcomes: &[Outcome]| {
            page::text(&page::Page {
                date: String::new(),
                computer: String::new(),
                plan: &plan(),
                outcomes,
                marks: Vec::new(),
                times: Vec::new(),
            })
        };
        // What is harmful on a terminal is not in the page either.
        let before = page(&before).replace(['\x1b', '\r'], "�");
        assert_eq!(page(&after), before);
        let rows = after.iter().map(|it| table::row(&plan(), it));
        let rows: String = rows.collect();
        assert!(rows.contains("L.md:7: �[2Jnot�as\n"), "{rows}");
        assert!(rows.contains("NOT TRIED: why"), "{rows}");
    }

    #[test]
    fn a_system_with_a_newer_kernel_costs_more_and_another_one_is_named() {
        let workspace = course::workspace();
        let plan = Plan {
            lessons: vec![1, 7],
            exercises: ["1.1", "7.1"].map(|it| it.parse().unwrap()).into(),
        };
        let work = |kernels: &[&str]| {
            let systems = kernels.iter().map(|it| outcome(it, &[]).system);
            let systems: Vec<System> = systems.collect();
            SharedMatrix::of(&workspace, &plan, &systems).unwrap()
        };
        let own = work(&["6.1.0-57-cloud-amd64", "7.3.4"]);
        assert_eq!(own.costs(), [3, 5]);
        let other = work(&["6.1.0-58-cloud-amd64", "7.3.4"]);
        assert_eq!(
            own.difference(&other).unwrap(),
            "Linux 6.1.0-58, userland own, QEMU own stands in the place of \
             Linux 6.1.0-57, userland own, QEMU own"
        );
        assert_eq!(
            own.difference(&work(&["6.1.0-57-cloud-amd64"])).unwrap(),
            "Linux 7.3.4, userland own, QEMU own is not in it"
        );
    }
}
