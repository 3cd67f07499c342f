//! usage - how a verb is used, in docker's words
//!
//! See: `docker run --help`

use clap::{Arg, CommandFactory};

use crate::docker::options::Command;

/// `-e, --env` of `--env`
pub fn with_letter(verb: &str, flag: &str) -> String {
    let command = Command::command();
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
pub fn too_many(verb: &str) -> String {
    let takes = match verb {
        "logs" => "requires 1 argument",
        "import" => "requires 2 arguments",
        _ => "accepts no arguments",
    };
    let what = format!("'container {verb}' {takes}");
    format!("container: {what}\n\n{}\n{}", usage(verb), help(verb))
}

/// The words that a verb takes, in docker's form.
pub fn usage(verb: &str) -> String {
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

/// The line that says where to read on, below an empty line.
pub fn help(verb: &str) -> String {
    let known = Command::command().find_subcommand(verb).is_some();
    let verb = if known {
        format!(" {verb}")
    } else {
        String::new()
    };
    format!("\nRun 'container{verb} --help' for more information")
}
