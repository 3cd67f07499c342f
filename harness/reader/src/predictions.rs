//! The file of predictions in the work folder.

use std::collections::BTreeMap;

use protocol::Kind;
use serde::{Deserialize, Serialize};
use tr::tr;

use crate::prediction::{Prediction, Question, Tally};
use crate::work_folder::Kept;

/// Version of the format.
const VERSION: u32 = 1;

/// The latest prediction for each question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predictions {
    version: u32,
    /// Predictions by chapter and step, such as `3.3`, then by the name of the
    /// process.
    #[serde(default)]
    steps: BTreeMap<String, BTreeMap<String, Prediction>>,
}

impl Default for Predictions {
    fn default() -> Self {
        Self {
            version: VERSION,
            steps: BTreeMap::new(),
        }
    }
}

impl Kept for Predictions {
    const FILE: &'static str = ".predictions.json";

    fn is_understood(&self) -> bool {
        self.version == VERSION
    }

    fn begins_anew(aside: &str) -> String {
        tr!(
            "It is kept as {aside}; your predictions begin anew.",
            aside = aside
        )
    }
}

impl Predictions {
    /// Keeps a prediction, in the place of an earlier one.
    pub fn keep(
        &mut self,
        chapter: u32,
        question: &Question,
        prediction: Prediction,
    ) {
        let step = format!("{chapter}.{}", question.step);
        let step = self.steps.entry(step).or_default();
        step.insert(question.process.clone(), prediction);
    }

    /// Counts the predictions.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for prediction in self.steps.values().flat_map(BTreeMap::values) {
            tally.questions = tally.questions.saturating_add(1);
            for kind in prediction.wrong().iter() {
                tally.miss(kind, prediction.said.contains(kind));
            }
        }
        tally
    }

    /// Returns the places, such as `3.3`, of wrong predictions about a type.
    pub fn wrong_about(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let wrong = move |predictions: &BTreeMap<String, Prediction>| {
            predictions.values().any(|it| !it.is_right(kind))
        };
        let steps = self.steps.iter();
        steps.filter_map(move |(place, it)| wrong(it).then_some(place.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prediction::Types;
    use crate::work_folder::WorkFolder;

    fn about(step: usize) -> Question {
        Question {
            step,
            command: 0,
            process: "web".to_owned(),
            shell: "host".to_owned(),
            is_shell: false,
        }
    }

    fn prediction(said: &[Kind], kernel: &[Kind]) -> Prediction {
        Prediction {
            said: Types::which(|kind| said.contains(&kind)),
            kernel: Types::which(|kind| kernel.contains(&kind)),
        }
    }

    #[test]
    fn the_latest_prediction_counts_and_each_type_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let work = WorkFolder::at(folder.path());
        let keep = |step, said: &[Kind], kernel: &[Kind]| {
            let keep = |all: &mut Predictions| {
                all.keep(3, &about(step), prediction(said, kernel));
            };
            work.change(keep).unwrap();
        };
        keep(1, &Kind::ALL, &[]);
        keep(1, &[Kind::Net, Kind::Pid], &[Kind::Net, Kind::Uts]);
        keep(2, &[Kind::Pid], &[]);
        let all: Predictions = work.read();
        let tally = all.tally();
        assert_eq!((tally.right(), tally.all()), (13, 16));
        let worst = tally.worst();
        let worst = worst
            .iter()
            .map(|(kind, wrong)| (*kind, wrong.said_differs, wrong.said_same));
        assert!(worst.eq([(Kind::Pid, 2, 0), (Kind::Uts, 0, 1)]));
        assert!(all.wrong_about(Kind::Pid).eq(["3.1", "3.2"]));
    }

    #[test]
    fn a_file_with_a_type_that_does_not_exist_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{"version":1,"steps":{"3.1":{"web":
            {"said":["network"],"kernel":[]}}}}"#;
        std::fs::write(folder.path().join(Predictions::FILE), text).unwrap();
        let all: Predictions = WorkFolder::at(folder.path()).read();
        assert_eq!(all, Predictions::default());
        assert!(folder.path().join(".predictions.json.broken").exists());
    }
}
