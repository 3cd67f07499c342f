//! `just why`: explains the last failed check, or lists the reasons for an
//! error.

use ::why::question::Question;
use ::why::{explanation, words};
use anyhow::Result;
use tr::tr;

use super::failed_run::FailedRun;
use super::show;
use super::workshop::Workshop;
use crate::exit_code::{DIFFERS, USAGE};
use crate::{errln, out, outln};

/// Explains, and returns the exit code.
pub fn run(workshop: &Workshop, asked: &[String]) -> Result<u8> {
    if asked.is_empty() {
        return last_failure(workshop);
    }
    match words::question(asked) {
        Ok(question) => Ok(print(&question, explanation::list(&question))),
        Err(unknown) => {
            let text = show::wrapped(&unknown.to_string(), "");
            errln!("{}", text.trim_end());
            Ok(USAGE)
        }
    }
}

/// Explains what the program of the last failed check has printed.
fn last_failure(workshop: &Workshop) -> Result<u8> {
    let Some(run) = FailedRun::read(workshop.folder())? else {
        errln!(
            "{}",
            tr!("No failed check has printed an error that is known. \
                 Name an error: just why EPERM, just why setns EINVAL")
        );
        return Ok(USAGE);
    };
    outln!(
        "{}\n\n  # {}",
        tr!("Exercise {number}, the last check", number = run.exercise),
        show::harmless(&run.line)
    );
    let mut code = 0;
    for (line, question) in run.questions() {
        outln!("  | {}\n", show::harmless(line));
        let state = run.state(&question);
        code = print(&question, explanation::explain(&question, &state));
    }
    Ok(code)
}

fn print(question: &Question, text: Option<String>) -> u8 {
    match text {
        Some(text) => {
            out!("{text}");
            0
        }
        None => {
            out!("{}", explanation::no_rule(question));
            DIFFERS
        }
    }
}

/// Returns the line that leads a learner here: the first failure that has a
/// rule.
pub fn invitation(run: &FailedRun) -> Option<String> {
    let (_, question) = run.questions().find(|(_, question)| {
        !explanation::answers(question, &run.state(question)).is_empty()
    })?;
    let failure = explanation::failure(&question);
    Some(tr!("just why   (explains {failure})", failure = failure))
}
