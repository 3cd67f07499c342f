//! What came of a system, and what a system's process says of itself: a line
//! of JSON for each thing.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::chosen::System;
use crate::bench::rounds::Row;
use crate::exercise::Number;
use crate::exit_code::{DIFFERS, ENVIRONMENT, SOFTWARE};

/// All that is played on a system.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The chapters' numbers, in order.
    pub lessons: Vec<u32>,
    /// The exercises' numbers, in order.
    pub exercises: Vec<Number>,
}

impl Plan {
    /// A lesson that is no chapter: it has the number 0.
    pub fn one_lesson() -> Self {
        Self {
            lessons: vec![0],
            exercises: Vec::new(),
        }
    }

    /// How many lessons and exercises there are.
    pub fn len(&self) -> usize {
        self.lessons.len() + self.exercises.len()
    }

    /// Whether there is nothing to play.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What came of a lesson, or of the solution of an exercise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cell {
    /// The lesson is as in the book; the solution is accepted.
    Same,
    /// It is not: the first place where it differs.
    Differs(String),
    /// The machine broke: that says nothing of the lesson.
    Broken(String),
}

/// What a system is made of, in the words of its programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// The kernel's release.
    pub kernel: String,
    /// QEMU's version.
    pub qemu: String,
    /// The names of packages, and their versions.
    pub tools: Vec<(String, String)>,
}

/// A word of a system's process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Said {
    /// What the machine is made of: the first word.
    Versions(Versions),
    /// A lesson has been played.
    Lesson(u32, Cell),
    /// A solution has been graded: the chapter, and the number in it.
    Exercise(u32, u32, Cell),
    /// What a cold boot and a clone took.
    Times(Vec<Row>),
}

/// What came of a system.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Which.
    pub system: System,
    /// What it is made of; none if it could not be tried.
    pub versions: Option<Versions>,
    /// What came of the lessons that were played.
    pub lessons: BTreeMap<u32, Cell>,
    /// What came of the exercises that were tried.
    pub exercises: BTreeMap<Number, Cell>,
    /// Why it was not tried, or not to the end.
    pub not_tried: Option<String>,
    /// How long it took.
    pub took: Duration,
}

/// How long machines take on one QEMU.
#[derive(Clone, Debug)]
pub struct Times {
    /// With which other parts.
    pub system: System,
    /// A cold boot and a clone, or why there is neither.
    pub rows: Result<Vec<Row>, String>,
}

impl Outcome {
    /// All cells, each with what it is about.
    pub fn cells(&self) -> impl Iterator<Item = (String, &Cell)> {
        let lessons = self.lessons.iter();
        let lessons = lessons.map(|(n, it)| (format!("chapter {n}"), it));
        let exercises = self.exercises.iter();
        let exercises = exercises.map(|(n, it)| (format!("exercise {n}"), it));
        lessons.chain(exercises)
    }

    /// Whether everything was played, and all of it was as in the book.
    pub fn passed(&self, plan: &Plan) -> bool {
        self.not_tried.is_none()
            && self.cells().count() == plan.len()
            && self.cells().all(|(_, cell)| *cell == Cell::Same)
    }

    fn exit_code(&self, plan: &Plan) -> u8 {
        let some = |wanted: fn(&Cell) -> bool| {
            self.cells().any(|(_, cell)| wanted(cell))
        };
        if some(|cell| matches!(cell, Cell::Differs(_))) {
            DIFFERS
        } else if some(|cell| matches!(cell, Cell::Broken(_))) {
            SOFTWARE
        } else if self.passed(plan) {
            0
        } else {
            ENVIRONMENT
        }
    }
}

/// Of all of them: what differs weighs more than what broke, and that more
/// than what could not be tried.
pub fn exit_code<'a>(
    plan: &Plan,
    outcomes: impl IntoIterator<Item = &'a Outcome>,
) -> u8 {
    let codes = outcomes.into_iter().map(|it| it.exit_code(plan));
    let codes: Vec<u8> = codes.collect();
    let weights = [DIFFERS, SOFTWARE, ENVIRONMENT];
    let worst = weights.into_iter().find(|code| codes.contains(code));
    worst.unwrap_or(0)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::systems::fetched::Part;

    pub fn plan() -> Plan {
        let number = |text: &str| text.parse().unwrap();
        Plan {
            lessons: vec![1, 2],
            exercises: ["1.1", "1.2", "2.1"].map(number).into(),
        }
    }

    /// A system with these cells: lessons, and then exercises.
    pub fn outcome(kernel: &str, cells: &[Cell]) -> Outcome {
        let Plan { lessons, exercises } = plan();
        let part = Part {
            name: kernel.to_owned(),
            ..Part::own()
        };
        let tools = [("bash", "5.2.15"), ("util-linux", "2.38.1")];
        let both =
            |(name, version): (&str, &str)| (name.into(), version.into());
        Outcome {
            system: System {
                kernel: part,
                userland: Part::own(),
                qemu: Part::own(),
            },
            versions: Some(Versions {
                kernel: kernel.to_owned(),
                qemu: "7.2.22".to_owned(),
                tools: tools.map(both).into(),
            }),
            lessons: lessons.into_iter().zip(cells.to_vec()).collect(),
            exercises: exercises
                .into_iter()
                .zip(cells.iter().skip(2).cloned())
                .collect(),
            not_tried: None,
            took: Duration::from_secs(31),
        }
    }

    /// One that could not be tried.
    pub fn not_tried(kernel: &str, why: &str) -> Outcome {
        Outcome {
            versions: None,
            not_tried: Some(why.to_owned()),
            ..outcome(kernel, &[])
        }
    }

    #[test]
    fn only_what_was_played_to_its_end_and_did_not_differ_has_passed() {
        let code = |outcomes: &[Outcome]| exit_code(&plan(), outcomes);
        let same = outcome("6.1", &[const { Cell::Same }; 5]);
        assert_eq!(code(std::slice::from_ref(&same)), 0);
        let one_less = outcome("6.1", &[const { Cell::Same }; 4]);
        assert_eq!(code(&[same.clone(), one_less]), ENVIRONMENT);
        let missing = not_tried("6.2", "it has not been fetched");
        assert_eq!(code(&[missing.clone(), same.clone()]), ENVIRONMENT);
        let mut cells = [const { Cell::Same }; 5];
        cells[4] = Cell::Broken("lost".into());
        let broken = outcome("6.1", &cells);
        assert_eq!(code(&[broken.clone(), missing.clone()]), SOFTWARE);
        cells[0] = Cell::Differs("there".into());
        let differs = outcome("6.1", &cells);
        assert_eq!(code(&[broken, missing, differs, same]), DIFFERS);
    }
}
