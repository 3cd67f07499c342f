//! The check of an answer.

use anyhow::Result;
use tr::tr;

use crate::exercise::answer::{self, Answered};
use crate::exercise::assignment::Assignment;
use crate::exercise::learn;
use crate::exercise::show::{harmless, labelled, wrapped};
use crate::exit_code::{DIFFERS, USAGE};
use crate::{errln, out, outln};

/// Feedback that is counted for an answer without any.
const WRONG: &str = "wrong";

/// Compares the answer with the state of the machine that was explored last,
/// and returns the exit code.
pub(super) fn check(assignment: &Assignment, answer: &str) -> Result<u8> {
    let number = assignment.number();
    let exercise = &assignment.entry.exercise;
    let Some(values) = assignment.done().explored else {
        errln!(
            "{}",
            tr!(
                "Look around in the machine first: just explore {number}",
                number
            )
        );
        return Ok(USAGE);
    };
    let title = &exercise.title;
    outln!("{}\n", tr!("Exercise {number}: {title}", number, title));
    let feedback = match answer::judge(exercise, &values, answer)? {
        Answered::Right => {
            outln!("  ✓ {}", answer.trim());
            assignment.remember(|done| done.solve());
            learn::solved_now(assignment)?;
            return Ok(0);
        }
        Answered::Wrong(feedback) => feedback,
    };
    outln!("  ✗ {}", harmless(answer.trim()));
    if let Some(feedback) = &feedback {
        out!("\n{}", wrapped(&feedback.text, "  "));
    }
    let id = feedback.and_then(|feedback| feedback.id);
    assignment.remember(|done| done.miss(id.as_deref().unwrap_or(WRONG)));
    let look = tr!("just explore {number}   (a new machine)", number);
    out!("\n{}", labelled(&tr!("Look"), &look));
    out!(
        "{}",
        labelled(&tr!("Stuck?"), &format!("just hint {number}"))
    );
    Ok(DIFFERS)
}
