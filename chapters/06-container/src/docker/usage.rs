//! usage - how a command line is refused, in docker's words
//!
//! Docker names the fault, then the verb's usage, then the place to read on.
//! A command line that is understood and refused gets no usage.
//!
//! See: `docker --help`

use clap::Arg;
use clap::error::{ContextKind, ErrorKind};

use crate::docker::cli;
use crate::output;

/// Says it in docker's words. Returns the exit status.
pub fn refuse(verb: &str, error: &clap::Error) -> i32 {
    let wrong = error.get(ContextKind::InvalidArg).map(ToString::to_string);
    let wrong = wrong.unwrap_or_default();
    let flag = wrong.split([' ', '[']).next().unwrap_or_default();
    let message = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::taken(error.print());
            let unsaid = output::check().err();
            return unsaid.map_or(0, |it| it.say(verb).into());
        }
        ErrorKind::InvalidSubcommand => {
            let what = format!("unknown command: container {verb}");
            output::say(format!("container: {what}\n{}", help(verb)));
            return 1;
        }
        ErrorKind::MissingRequiredArgument => {
            output::say(missing(verb));
            return 1;
        }
        ErrorKind::UnknownArgument if flag.starts_with("--") => {
            format!("unknown flag: {flag}")
        }
        ErrorKind::UnknownArgument if !flag.starts_with('-') => {
            output::say(too_many(verb));
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
                    output::say(format!("container: {why}\n{}", help(verb)));
                    return 125;
                }
                _ => {
                    let value = error.get(ContextKind::InvalidValue);
                    let value = value.map(ToString::to_string);
                    let value = value.unwrap_or_default();
                    let flag = with_letter(verb, flag);
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
    output::say(format!("{message}\n\n{}\n{}", usage(verb), help(verb)));
    125
}

/// `-e, --env` of `--env`
fn with_letter(verb: &str, flag: &str) -> String {
    let command = cli::command();
    let verb = command.find_subcommand(verb);
    let mut all = verb.into_iter().flat_map(clap::Command::get_arguments);
    let this = all.find(|it| it.get_long() == flag.strip_prefix("--"));
    let letter = this.and_then(Arg::get_short);
    letter.map_or(flag.into(), |letter| format!("-{letter}, {flag}"))
}

/// Fewer words than the verb needs.
pub fn missing(verb: &str) -> String {
    let (least, see) = match verb {
        "exec" | "import" => ("at least 2 arguments", "See"),
        "logs" => ("1 argument", "Run"),
        _ => ("at least 1 argument", "See"),
    };
    let what = format!("'container {verb}' requires {least}");
    let help = help(verb).replacen("Run", see, 1);
    format!("container: {what}\n\n{}\n{help}", usage(verb))
}

/// More words than the verb takes.
fn too_many(verb: &str) -> String {
    let takes = match verb {
        "logs" => "requires 1 argument",
        "import" => "requires 2 arguments",
        _ => "accepts no arguments",
    };
    let what = format!("'container {verb}' {takes}");
    format!("container: {what}\n\n{}\n{}", usage(verb), help(verb))
}

/// A verb's words, in docker's form; or how to come to a verb.
fn usage(verb: &str) -> String {
    let words = match verb {
        "run" => " IMAGE [COMMAND] [ARG...]",
        "exec" => " CONTAINER COMMAND [ARG...]",
        "ps" | "images" => "",
        "import" => " FILE|- NAME",
        "logs" => " CONTAINER",
        "inspect" => " NAME|ID [NAME|ID...]",
        "stop" | "kill" | "start" | "restart" | "rm" => {
            " CONTAINER [CONTAINER...]"
        }
        _ => return "Usage:  container [OPTIONS] COMMAND [ARG...]".into(),
    };
    format!("Usage:  container {verb} [OPTIONS]{words}")
}

/// Where to read on, below an empty line.
pub fn help(verb: &str) -> String {
    let known = cli::command().find_subcommand(verb).is_some();
    let verb = if known {
        format!(" {verb}")
    } else {
        String::new()
    };
    format!("\nRun 'container{verb} --help' for more information")
}
