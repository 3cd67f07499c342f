//! The feedback that a learner gets.

use anyhow::{Context, Result};

use super::assertion::Assertion;
use super::definition::{Exercise, Feedback};
use super::holds::judge;
use super::observation::Observation;
use super::verdict::ChosenFeedback;

/// Returns the first feedback that applies to an observation.
pub fn choose(
    exercise: &Exercise,
    seen: &Observation,
) -> Result<Option<ChosenFeedback>> {
    for feedback in &exercise.feedback {
        let applies = applies(feedback, seen)
            .with_context(|| format!("feedback {}", feedback.id))?;
        if applies {
            return Ok(Some(ChosenFeedback {
                id: Some(feedback.id.clone()),
                text: seen.values.fill_in(feedback.says.trim()),
            }));
        }
    }
    Ok(None)
}

fn applies(feedback: &Feedback, seen: &Observation) -> Result<bool> {
    Ok(all(&feedback.conditions, true, seen)?
        && all(&feedback.unless, false, seen)?)
}

/// Returns whether all assertions hold, or none of them.
fn all(
    assertions: &[Assertion],
    wanted: bool,
    seen: &Observation,
) -> Result<bool> {
    for assertion in assertions {
        if judge(assertion, seen)?.is_ok() != wanted {
            return Ok(false);
        }
    }
    Ok(true)
}
