//! A machine that a learner's program has ended.

use tr::tr;

use super::verdict::ChosenFeedback;
use crate::machine::{Failure, Fate};

/// Returns whether a program in the machine can have caused the failure.
pub(super) fn is_the_programs(failure: &Failure) -> bool {
    match failure.fate {
        Fate::Panicked
        | Fate::Reset
        | Fate::Hung(_)
        | Fate::SwitchedOff
        | Fate::NoMemory
        | Fate::Refused(_) => true,
        Fate::NotStarted(_)
        | Fate::NoStage(_)
        | Fate::NoPage(_)
        | Fate::Lost(_) => false,
    }
}

/// Returns words for the end of the machine.
pub(super) fn what_became(failure: &Failure) -> String {
    match &failure.fate {
        Fate::Panicked => tr!("its kernel panicked"),
        Fate::Reset => tr!("it was restarted"),
        Fate::Hung(time) => {
            tr!("no answer for {time} s", time = time.as_secs())
        }
        Fate::SwitchedOff => tr!("it was switched off"),
        Fate::NoMemory => tr!("no memory was left for it"),
        Fate::Refused(reason) => tr!("PID 1 cannot work: {reason}", reason),
        Fate::NotStarted(reason)
        | Fate::NoStage(reason)
        | Fate::NoPage(reason)
        | Fate::Lost(reason) => reason.clone(),
    }
}

/// Returns the feedback for a program that ended its machine.
pub(super) fn feedback(failure: &Failure) -> ChosenFeedback {
    let seen = match &failure.fate {
        Fate::Panicked => {
            tr!("Your program ended the machine's kernel: a panic, or no \
                 memory left for anybody.")
        }
        Fate::Reset => tr!("Your program restarted the machine."),
        Fate::SwitchedOff => tr!("Your program switched the machine off."),
        Fate::NoMemory => {
            tr!("Your program took all memory that the machine had.")
        }
        Fate::Hung(_) => {
            tr!(
                "With your program in it, the machine's PID 1 does not come \
                 to answer: too many processes, too little memory, or a loop \
                 that lets nobody else work."
            )
        }
        _ => {
            tr!("Your program took away what the machine's PID 1 needs to \
                 look at the kernel, such as /proc.")
        }
    };
    ChosenFeedback {
        id: None,
        text: tr!(
            "{seen} It was a machine of its own, and it is gone: the next \
             check gets a new one.",
            seen
        ),
    }
}
