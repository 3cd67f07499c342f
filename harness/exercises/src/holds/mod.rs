//! Whether an assertion holds of a run.
//!
//! # Layout
//!
//! * `processes`: memberships in namespaces, PIDs
//! * `network`: interfaces, addresses
//! * `end`: exit status, signal
//! * `texts`: output, answers
//! * `outside`: a command that was run outside of the program
//! * here: which of these an assertion needs

mod end;
mod network;
mod outside;
mod processes;
mod texts;

use anyhow::Result;
use tr::tr;

use super::assertion::Assertion;
use super::mismatch::{Judgement, Mismatch};
use super::observation::Observation;
pub use texts::normal_answer;

/// Judges an assertion. An error is the exercise's fault: the assertion cannot
/// be judged.
pub fn judge(assertion: &Assertion, seen: &Observation) -> Result<Judgement> {
    let expand = |text: &str| seen.values.expand(text);
    Ok(match assertion {
        Assertion::Same(pair) => processes::same(seen, pair)?,
        Assertion::Differ(pair) => processes::differ(seen, pair)?,
        Assertion::SameProcess(pair) => processes::same_process(seen, pair),
        Assertion::InnerPid(pid) => {
            processes::inner_pid(seen, &pid.of, &expand(&pid.is)?)
        }
        Assertion::Interface(card) => network::interface(seen, card)?,
        Assertion::Exit(status) => end::exit(seen, &expand(status)?),
        Assertion::Signal(name) => end::signal(seen, name),
        Assertion::Stdout(text) => texts::equal(&expand(text)?, &seen.stdout),
        Assertion::StdoutHas(text) => texts::has(&expand(text)?, &seen.stdout),
        Assertion::StderrHas(text) => texts::has(&expand(text)?, &seen.stderr),
        Assertion::StdoutAs(run) => {
            texts::equal(&seen.probe(run)?.stdout, &seen.stdout)
        }
        Assertion::Answer(text) => texts::equal_answers(
            &expand(text)?,
            seen.answer.as_deref().unwrap_or_default(),
        ),
        Assertion::Outside(outside) => outside::outside(seen, outside)?,
        Assertion::Started(wanted) => yes_or_no(
            *wanted,
            seen.started,
            [tr!("the command was executed"), tr!("it was not executed")],
        ),
        Assertion::TimedOut(wanted) => yes_or_no(
            *wanted,
            seen.end.is_missing(),
            [tr!("it does not end"), tr!("it has ended")],
        ),
        Assertion::Failed(id) => yes_or_no(
            true,
            seen.failed.contains(id),
            [tr!("it failed"), tr!("it did not fail")],
        ),
    })
}

fn yes_or_no(wanted: bool, got: bool, [yes, no]: [String; 2]) -> Judgement {
    let words = |it| if it { &*yes } else { &*no };
    if wanted == got {
        return Ok(());
    }
    Err(Mismatch::new(words(wanted), words(got)))
}
