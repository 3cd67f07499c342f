//! Words of an exercise that is done in the page.

use serde::Serialize;
use tr::tr;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Exercise {
    exercise_answer: String,
    exercise_check: String,
    exercise_failed: String,
    exercise_file: String,
    exercise_here: String,
    exercise_old: String,
    exercise_ready: String,
    exercise_right: String,
    exercise_setup: String,
    exercise_solved: String,
    exercise_start: String,
    exercise_wrong: String,
}

impl Exercise {
    pub(super) fn new() -> Self {
        let answer = "{answer}";
        let number = "{number}";
        let why = "{why}";
        Self {
            exercise_answer: tr!(
                "Your answer to exercise {number}",
                number = number
            ),
            exercise_check: tr!("Check"),
            exercise_failed: tr!(
                "Linux did not start: {why}. Press the button once more",
                why = why
            ),
            exercise_file: tr!(
                "There is a machine to look around in only in a book that a \
                 server sends: `just web --serve` is one"
            ),
            exercise_here: tr!(
                "Look around in a machine of your browser's own, and check \
                 your answer there"
            ),
            exercise_old: tr!(
                "There is no machine here: this browser has no WebAssembly, \
                 or it is switched off"
            ),
            exercise_ready: tr!(
                "Look around in the terminal, then type your answer"
            ),
            exercise_right: tr!("✓ {answer} is right", answer = answer),
            exercise_setup: tr!("Setting up the exercise"),
            exercise_solved: tr!("✓ You have solved it in this browser"),
            exercise_start: tr!("Look around"),
            exercise_wrong: tr!("✗ {answer} is not it", answer = answer),
        }
    }
}
