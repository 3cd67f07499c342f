//! The result of a system, and the messages of its process: one line of JSON
//! for each event.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::chosen::System;
use crate::bench::rounds::Row;
use crate::exercise::Number;
use crate::exit_code::{DIFFERS, ENVIRONMENT, SOFTWARE};

/// The lessons and exercises played on every system.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Numbers of the chapters, in order.
    pub lessons: Vec<u32>,
    /// Numbers of the exercises, in order.
    pub exercises: Vec<Number>,
}

impl Plan {
    /// Returns the plan for a single lesson outside of the chapters, which gets
    /// the number 0.
    pub fn one_lesson() -> Self {
        Self {
            lessons: vec![0],
            exercises: Vec::new(),
        }
    }

    /// Returns the number of lessons and exercises.
    pub fn count(&self) -> usize {
        self.lessons.len() + self.exercises.len()
    }
}

/// The result of a lesson, or of an exercise's solution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cell {
    /// The lesson is as in the book, or the solution is accepted.
    Same,
    /// The lesson or the solution is not: the first difference.
    Differs(String),
    /// The machine broke, which says nothing about the lesson.
    Broken(String),
    /// The system cannot play the lesson or the exercise: its kernel is too old,
    /// or has 32 bits.
    NotPlayed(String),
}

impl Cell {
    /// Returns whether the cell is neither as it should be, nor left out for
    /// the kernel's sake.
    pub fn is_wrong(&self) -> bool {
        matches!(self, Self::Differs(_) | Self::Broken(_))
    }
}

/// The versions of a system, as its own programs print them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Release of the kernel.
    pub kernel: String,
    /// Version of QEMU, or of v86.
    pub qemu: String,
    /// Names of packages, each with its version.
    pub tools: Vec<(String, String)>,
}

/// A message of a system's process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Message {
    /// The system's versions: the first message.
    Versions(Versions),
    /// A lesson was played: the chapter, and the result.
    Lesson(u32, Cell),
    /// A solution was graded: the chapter, the number in the chapter, and the
    /// result.
    Exercise(u32, u32, Cell),
    /// Times of cold boots and clones.
    Times(Vec<Row>),
}

/// The result of a system.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The system.
    pub system: System,
    /// Versions of the system; none if it could not be tried.
    pub versions: Option<Versions>,
    /// Result of each lesson that was played.
    pub lessons: BTreeMap<u32, Cell>,
    /// Result of each exercise that was tried.
    pub exercises: BTreeMap<Number, Cell>,
    /// Reason why the system was not tried, or not to the end.
    pub not_tried: Option<String>,
    /// Duration of the whole system.
    pub took: Duration,
}

/// Times of boots and clones on one QEMU.
#[derive(Clone, Debug)]
pub struct BootTimes {
    /// The QEMU, with the other parts of its system.
    pub system: System,
    /// Times of cold boots and clones, or the reason why there are none.
    pub rows: Result<Vec<Row>, String>,
}

impl Outcome {
    /// Returns all cells, each with the name of its lesson or exercise.
    pub fn cells(&self) -> impl Iterator<Item = (String, &Cell)> {
        let lessons = self.lessons.iter();
        let lessons = lessons.map(|(n, it)| (format!("chapter {n}"), it));
        let exercises = self.exercises.iter();
        let exercises = exercises.map(|(n, it)| (format!("exercise {n}"), it));
        lessons.chain(exercises)
    }

    /// Returns whether the system cannot play a lesson or an exercise.
    pub fn has_not_played(&self) -> bool {
        self.cells()
            .any(|(_, cell)| matches!(cell, Cell::NotPlayed(_)))
    }

    /// Returns whether everything that the system's kernel can do was played
    /// and was as in the book.
    pub fn passed(&self, plan: &Plan) -> bool {
        self.not_tried.is_none()
            && self.cells().count() == plan.count()
            && !self.cells().any(|(_, cell)| cell.is_wrong())
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

/// Returns the exit code for all systems: a difference counts first, then a
/// broken machine, then a system that could not be tried.
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

/// Returns the exit code for a part of a matrix: a difference is left to the
/// whole, and a part that was not played to its end may be played again.
pub fn code_of_a_part(plan: &Plan, outcomes: &[Outcome]) -> u8 {
    let broke = |it: &Outcome| {
        it.cells().any(|(_, cell)| matches!(cell, Cell::Broken(_)))
    };
    let played = |it: &Outcome| {
        it.not_tried.is_none() && it.cells().count() == plan.count()
    };
    if outcomes.iter().any(broke) {
        SOFTWARE
    } else if outcomes.iter().all(played) {
        0
    } else {
        ENVIRONMENT
    }
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

    /// Returns an outcome with these cells: first the lessons, then the
    /// exercises.
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

    /// Returns the outcome of a system that could not be tried.
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
        let part = |outcomes: &[Outcome]| code_of_a_part(&plan(), outcomes);
        assert_eq!(part(&[broken.clone(), missing.clone()]), SOFTWARE);
        assert_eq!(part(&[missing.clone(), same.clone()]), ENVIRONMENT);
        cells[4] = Cell::Same;
        let only_differs = outcome("6.1", &cells);
        assert_eq!(part(&[only_differs, same.clone()]), 0);
        assert_eq!(part(&[]), 0);
        assert_eq!(code(&[broken, missing, differs, same]), DIFFERS);
    }
}
