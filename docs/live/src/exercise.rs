//! An exercise to find something in a machine: new values, the setup, and the
//! answer. The crate `exercises` decides, as it does for `just check`.

use exercises::answer::{Answered, judge};
use exercises::definition::Exercise;
use exercises::holds::normal_answer;
use exercises::random::Values;
use exercises::setup::Setup;
use serde::Deserialize;
use serde_json::{Value, json};

/// An exercise, as `book lessons` writes it, and random bytes.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    exercise: Exercise,
    entropy: [u8; 32],
}

/// An exercise in one machine.
#[derive(Debug)]
pub struct Finding {
    exercise: Exercise,
    state: State,
}

/// How far the machine is.
#[derive(Debug)]
enum State {
    /// The values are chosen, and the setup has not ended.
    Chosen(Setup),
    /// The setup has ended with these values.
    Prepared(Values),
}

impl Finding {
    /// Chooses the values of a new machine.
    pub fn choose(chosen: Chosen) -> Self {
        let seed = chosen.entropy.first_chunk();
        fastrand::seed(seed.map_or(0, |it| u64::from_le_bytes(*it)));
        let setup = Setup::choose(&chosen.exercise);
        Self {
            exercise: chosen.exercise,
            state: State::Chosen(setup),
        }
    }

    /// Returns the command lines for PID 1: one puts the machine into the
    /// exercise's state, one prints the answer.
    pub fn commands(&self) -> Value {
        let setup = match &self.state {
            State::Chosen(setup) => &setup.command()[..],
            State::Prepared(_) => &[],
        };
        json!({"setup": setup, "finds": ["bash", "-c", self.exercise.finds]})
    }

    /// Takes what the setup has printed.
    pub fn prepared(self, printed: &[u8]) -> Self {
        let state = match self.state {
            State::Chosen(setup) => State::Prepared(setup.values(printed)),
            prepared @ State::Prepared(_) => prepared,
        };
        Self { state, ..self }
    }

    /// Compares what the kernel of this machine shows with the values.
    ///
    /// # Errors
    ///
    /// The answer is another one, or none: the machine is not in the exercise's
    /// state.
    pub fn found(&self, printed: &[u8]) -> Result<(), String> {
        let right = self.values()?.expand(&self.exercise.answer);
        let right = right.map_err(|why| why.to_string())?;
        let found = String::from_utf8_lossy(printed);
        if normal_answer(&found) == normal_answer(&right) {
            return Ok(());
        }
        let found = found.trim();
        Err(format!("the machine shows {found:?}, and not the answer"))
    }

    /// Judges an answer.
    ///
    /// # Errors
    ///
    /// The machine is not ready, or the exercise names an unknown variable.
    pub fn answer(&self, answer: &str) -> Result<Value, String> {
        let judged = judge(&self.exercise, self.values()?, answer);
        Ok(match judged.map_err(|why| why.to_string())? {
            Answered::Right => {
                json!({"right": true, "says": self.exercise.after})
            }
            Answered::Wrong(said) => {
                json!({"right": false, "says": said.map(|it| it.text)})
            }
        })
    }

    fn values(&self) -> Result<&Values, String> {
        match &self.state {
            State::Chosen(_) => Err("the exercise is not set up yet".into()),
            State::Prepared(values) => Ok(values),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXERCISE: &str = r#"{
        "title": "T", "kind": "find", "minutes": 5, "asks": "A",
        "hints": ["1", "2", "3"], "after": "B",
        "random": {"keeper": "word"}, "setup": "hold $keeper",
        "answer": "$keeper", "finds": "ls",
        "feedback": [{"id": "else", "says": "not in $keeper's place"}]
    }"#;

    fn chosen(byte: u8) -> Finding {
        Finding::choose(Chosen {
            exercise: serde_json::from_str(EXERCISE).unwrap(),
            entropy: [byte; 32],
        })
    }

    fn keeper(finding: &Finding) -> String {
        let State::Prepared(values) = &finding.state else {
            panic!("not prepared");
        };
        values.get("keeper").unwrap().to_owned()
    }

    #[test]
    fn other_random_bytes_are_another_answer() {
        let one = keeper(&chosen(1).prepared(b""));
        assert_eq!(one, keeper(&chosen(1).prepared(b"")));
        assert_ne!(one, keeper(&chosen(2).prepared(b"")));
    }

    #[test]
    fn a_machine_counts_when_its_kernel_shows_the_answer() {
        let finding = chosen(1);
        assert!(finding.answer("x").is_err());
        assert!(finding.found(b"x").is_err());
        let finding = finding.prepared(b"vodiba=25111\0");
        let right = keeper(&finding);
        assert_eq!(finding.found(format!("{right}\n").as_bytes()), Ok(()));
        for other in ["", "vodiba\n"] {
            assert!(finding.found(other.as_bytes()).is_err());
        }
        let judged = finding.answer(&format!(" {right}")).unwrap();
        assert_eq!(judged, json!({"right": true, "says": "B"}));
        let says = format!("not in {right}'s place");
        let judged = finding.answer("vodiba").unwrap();
        assert_eq!(judged, json!({"right": false, "says": says}));
    }
}
