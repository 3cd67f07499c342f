//! The judgement of a learner's answer.

use anyhow::Result;

use super::definition::Exercise;
use super::feedback;
use super::holds::normal_answer;
use super::observation::Observation;
use super::random::Values;
use super::verdict::ChosenFeedback;

/// The judgement of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The answer is right.
    Right,
    /// The answer is wrong; an exercise may have no feedback for it.
    Wrong(Option<ChosenFeedback>),
}

/// Judges an answer. `values` are those of the machine that the learner has
/// looked at.
///
/// # Errors
///
/// The exercise names a variable that the machine does not have.
pub fn judge(
    exercise: &Exercise,
    values: &Values,
    answer: &str,
) -> Result<Answered> {
    let right = values.expand(&exercise.answer)?;
    if normal_answer(&right) == normal_answer(answer) {
        return Ok(Answered::Right);
    }
    let seen = Observation {
        values: values.clone(),
        answer: Some(answer.to_owned()),
        ..Observation::default()
    };
    Ok(Answered::Wrong(feedback::choose(exercise, &seen)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format;

    const EXERCISE: &str = r#"
title = "T"
kind = "find"
minutes = 5
asks = "A"
hints = ["1", "2", "3"]
after = "B"
random = { keeper = "word", near = "word" }
answer = "$keeper"
finds = "true"

[[feedback]]
id = "near"
if = [{ answer = "$near" }]
says = "$near is another"
[[feedback]]
id = "else"
says = "no"
"#;

    #[test]
    fn an_answer_is_right_or_gets_the_feedback_of_its_mistake() {
        let exercise = format::parse(EXERCISE).unwrap();
        let mut values = Values::default();
        values.set("keeper", "vodiba");
        values.set("near", "kafilu");
        let judged = |answer| judge(&exercise, &values, answer).unwrap();
        assert_eq!(judged("vodiba"), Answered::Right);
        assert_eq!(judged(" Vodiba\n"), Answered::Right);
        for (answer, id, text) in [
            ("kafilu", "near", "kafilu is another"),
            ("$keeper", "else", "no"),
            ("", "else", "no"),
        ] {
            let said = ChosenFeedback {
                id: Some(id.into()),
                text: text.into(),
            };
            assert_eq!(judged(answer), Answered::Wrong(Some(said)));
        }
    }
}
