//! cli - reads the command line
//!
//! See: `docker --help`, flag of Go

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, CommandFactory, FromArgMatches, Parser};

use crate::docker::options::{Command, Exec, Verb};
use crate::docker::value::{self, read};
use crate::docker::{refusal, usage};
use crate::output;

/// Reads the command line, or ends as docker does. The first word is the verb.
pub fn parse() -> (String, Verb) {
    let verb = std::env::args_os().nth(1).unwrap_or_default();
    let verb = verb.to_string_lossy().into_owned();
    match read_all() {
        Ok(Verb::Exec(Exec { words, .. })) if words.len() < 2 => {
            output::say(usage::missing(&verb));
            std::process::exit(1)
        }
        Ok(asked) => (verb, asked),
        Err(error) => std::process::exit(refusal::refuse(&verb, &error)),
    }
}

/// Reads options as Go does: an option may be said twice, and the last one
/// counts; a switch may have a value. Help shows them in a simpler form.
fn read_all() -> Result<Verb, clap::Error> {
    let switch = |it: Arg| match it.get_action() {
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
    };
    let command = Command::command().args_override_self(true);
    let command = command.mut_subcommands(|verb| verb.mut_args(switch));
    let matches = command.try_get_matches();
    let read = matches.and_then(|it| Command::from_arg_matches(&it));
    let simpler = || Command::try_parse().err();
    read.map(|it| it.verb).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp => simpler().unwrap_or(error),
        _ => error,
    })
}
