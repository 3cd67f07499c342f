//! refusal - how an error is said, in docker's words
//!
//! Docker names the fault of a command line, then the verb's usage, then the
//! place to read on. A command line that is understood and refused gets no
//! usage.
//!
//! See: `docker run`

use clap::error::{ContextKind, ErrorKind};

use crate::docker::usage;
use crate::error::Error;
use crate::output;

/// Says an error as docker says it for this verb. Returns the exit status.
pub fn say(error: &Error, verb: &str) -> u8 {
    let begin = match (verb, error.status) {
        _ if error.bare => "",
        ("run", _) => "container: ",
        ("exec" | "inspect", Some(_)) => "",
        _ => "Error: ",
    };
    output::say(format!("{begin}{error}"));
    if let Some(advice) = error.advice() {
        output::say(format!("container: {advice}"));
    }
    // 1: it has run, and what it said could not be written.
    if verb == "run" && error.status != Some(1) {
        output::say(usage::help(verb));
    }
    error.status.unwrap_or(if verb == "run" { 125 } else { 1 })
}

/// Says why a command line is refused. Returns the exit status.
pub fn refuse(verb: &str, error: &clap::Error) -> i32 {
    let wrong = error.get(ContextKind::InvalidArg).map(ToString::to_string);
    let wrong = wrong.unwrap_or_default();
    let flag = wrong.split([' ', '[']).next().unwrap_or_default();
    let message = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::taken(error.print());
            let unsaid = output::check().err();
            return unsaid.map_or(0, |it| say(&it, verb).into());
        }
        ErrorKind::InvalidSubcommand => {
            let what = format!("unknown command: container {verb}");
            output::say(format!("container: {what}\n{}", usage::help(verb)));
            return 1;
        }
        ErrorKind::MissingRequiredArgument => {
            output::say(usage::missing(verb));
            return 1;
        }
        ErrorKind::UnknownArgument if flag.starts_with("--") => {
            format!("unknown flag: {flag}")
        }
        ErrorKind::UnknownArgument if !flag.starts_with('-') => {
            output::say(usage::too_many(verb));
            return 1;
        }
        ErrorKind::UnknownArgument => {
            let letter = flag.trim_start_matches('-');
            format!("unknown shorthand flag: '{letter}' in {flag}")
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error);
            let why = why.map(ToString::to_string).unwrap_or_default();
            match flag {
                "--publish" | "--name" | "--uts" | "--ipc" | "--pid" => {
                    output::say(format!(
                        "container: {why}\n{}",
                        usage::help(verb)
                    ));
                    return 125;
                }
                _ => {
                    let value = error.get(ContextKind::InvalidValue);
                    let value = value.map(ToString::to_string);
                    let value = value.unwrap_or_default();
                    let flag = usage::with_letter(verb, flag);
                    format!(
                        "invalid argument {value:?} for {flag:?} flag: {why}"
                    )
                }
            }
        }
        // That it has no value is among what clap calls invalid values.
        ErrorKind::InvalidValue => format!("flag needs an argument: {flag}"),
        _ => {
            let _ = error.print();
            return if verb.is_empty() { 1 } else { 125 };
        }
    };
    output::say(format!(
        "{message}\n\n{}\n{}",
        usage::usage(verb),
        usage::help(verb)
    ));
    125
}
