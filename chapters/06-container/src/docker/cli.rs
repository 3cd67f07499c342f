//! cli - reads the command line
//!
//! See: `docker --help`, flag of Go

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Args, CommandFactory, FromArgMatches, Parser};

use crate::docker::options::{Command, Exec, Run, Verb};
use crate::docker::value::{self, read};
use crate::docker::{refusal, usage};
use crate::output;

/// Reads the command line, or ends as docker does. The first word is the verb.
pub fn parse() -> (String, Verb) {
    let verb = std::env::args_os().nth(1).unwrap_or_default();
    let verb = verb.to_string_lossy().into_owned();
    match read_one(&verb).map_or_else(read_all, Ok) {
        Ok(Verb::Exec(Exec { words, .. })) if words.len() < 2 => {
            output::say(usage::missing(&verb));
            std::process::exit(1)
        }
        Ok(asked) => (verb, asked),
        Err(error) => std::process::exit(refusal::refuse(&verb, &error)),
    }
}

/// Reads the options of the two verbs that start a process, without any word
/// about the others: all verbs together take a hundred kilobytes. None:
/// [`read_all`] knows more.
fn read_one(verb: &str) -> Option<Verb> {
    match verb {
        "run" => options().map(|it: Run| Verb::Run(it)),
        "exec" => options().map(Verb::Exec),
        _ => None,
    }
}

fn options<T: Args>() -> Option<T> {
    let command = T::augment_args(clap::Command::new("container"));
    let command = command.args_override_self(true).mut_args(as_go_does);
    let words = std::env::args_os().skip(1);
    let matches = command.try_get_matches_from(words).ok()?;
    T::from_arg_matches(&matches).ok()
}

/// An option, as Go reads it: a switch may have a value.
fn as_go_does(it: Arg) -> Arg {
    match it.get_action() {
        ArgAction::SetTrue => it
            .action(ArgAction::Set)
            .num_args(0..=1)
            .require_equals(true)
            .default_value("false")
            .default_missing_value("true")
            .value_parser(read(value::switch)),
        ArgAction::Set | ArgAction::Append if !it.is_positional() => {
            it.allow_hyphen_values(true)
        }
        _ => it,
    }
}

/// Reads options as Go does: an option may be said twice, and the last one
/// counts. Help shows them in a simpler form.
fn read_all() -> Result<Verb, clap::Error> {
    let command = Command::command().args_override_self(true);
    let command = command.mut_subcommands(|verb| verb.mut_args(as_go_does));
    let matches = command.try_get_matches();
    let read = matches.and_then(|it| Command::from_arg_matches(&it));
    let simpler = || Command::try_parse().err();
    read.map(|it| it.verb).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp => simpler().unwrap_or(error),
        _ => error,
    })
}
