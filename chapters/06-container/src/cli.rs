//! cli - the words of docker's command line, and how it refuses others

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::error::{ContextKind, ErrorKind};
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand};
use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};

use crate::container::donor;
use crate::error::{Result, refused};
use crate::word::Word;
use crate::{output, publish};

/// Run commands in containers, with docker's words
#[derive(Parser)]
#[command(version, term_width = 80, disable_help_subcommand = true)]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

/// What to do, in the order in which a container's life goes.
#[derive(Subcommand)]
pub enum Verb {
    /// Run a command in a new container
    Run(Run),
    /// Run a command in a running container
    Exec(Exec),
    /// List containers
    Ps {
        /// Show all containers, not only running ones
        #[arg(short, long)]
        all: bool,
        /// Print only IDs
        #[arg(short, long)]
        quiet: bool,
    },
    /// Return low-level information on containers
    Inspect {
        /// Print this, such as '{{.State.Pid}}', with the values put in
        #[arg(short, long, value_parser = text())]
        format: Option<String>,
        #[command(flatten)]
        some: Containers,
    },
    /// Fetch the logs of a container
    Logs {
        /// Go on until it has ended
        #[arg(short, long)]
        follow: bool,
        #[arg(value_parser = text())]
        container: String,
    },
    /// Stop one or more running containers
    Stop(Stop),
    /// Kill one or more running containers
    Kill {
        /// The signal, by name or number
        #[arg(short, long, default_value = "KILL", value_parser = text())]
        signal: String,
        #[command(flatten)]
        some: Containers,
    },
    /// Start one or more stopped containers
    Start(Containers),
    /// Restart one or more containers
    Restart(Stop),
    /// Remove one or more containers
    Rm {
        /// Running ones too: kill them
        #[arg(short, long)]
        force: bool,
        #[command(flatten)]
        some: Containers,
    },
    /// Make an image of a tar archive
    Import {
        /// CMD or EXPOSE, as in a Dockerfile
        #[arg(short, long, value_name = "INSTRUCTION")]
        #[arg(value_parser = text())]
        change: Vec<String>,
        /// The archive, or - for stdin
        tar: Word,
        #[arg(value_parser = text())]
        name: String,
    },
    /// List images
    Images,
}

/// What `stop` and `restart` are asked for.
#[derive(Args)]
pub struct Stop {
    /// How many seconds to wait between SIGTERM and SIGKILL
    #[arg(short, long, default_value = "10", value_name = "SECONDS")]
    pub time: u16,
    #[command(flatten)]
    pub some: Containers,
}

#[derive(Args)]
pub struct Containers {
    #[arg(required = true, value_name = "CONTAINER")]
    #[arg(value_parser = text())]
    pub containers: Vec<String>,
}

/// What `run` is asked for. A container remembers it.
#[derive(Args, Clone, Default, Serialize, Deserialize)]
#[command(disable_help_flag = true)]
#[command(override_usage = "container run [OPTIONS] IMAGE [COMMAND] [ARG...]")]
pub struct Run {
    /// Run in the background, and print the container's ID
    #[arg(short, long)]
    pub detach: bool,
    /// Let the command read what we read
    #[arg(short, long)]
    pub interactive: bool,
    /// Give the command a terminal
    #[arg(short, long)]
    pub tty: bool,
    /// Remove the container when its command has ended
    #[arg(long)]
    pub rm: bool,
    /// Call it this
    #[arg(long, value_parser = read(name))]
    pub name: Option<String>,
    /// What hostname(1) prints in there
    #[arg(short = 'h', long, allow_hyphen_values = true)]
    pub hostname: Option<Word>,
    /// Set a variable, or copy one of ours
    #[arg(short, long, value_name = "NAME=VALUE")]
    pub env: Vec<Word>,
    /// The command's working directory
    #[arg(short, long, value_name = "DIRECTORY")]
    pub workdir: Option<Word>,
    /// A port of the machine that leads to one of the container
    #[arg(short, long, value_name = "HOST:CONTAINER")]
    #[arg(value_parser = read(publish::parse))]
    pub publish: Vec<(u16, u16)>,
    /// bridge, none, host or container:NAME
    #[arg(long, alias = "net", value_name = "MODE")]
    #[arg(value_parser = text())]
    pub network: Vec<String>,
    /// host
    #[arg(long, value_name = "MODE", value_parser = read(mode("uts", UTS)))]
    pub uts: Option<String>,
    /// private, shareable, host or container:NAME
    #[arg(long, value_name = "MODE", value_parser = read(mode("ipc", IPC)))]
    pub ipc: Option<String>,
    /// host or container:NAME
    #[arg(long, value_name = "MODE", value_parser = read(mode("pid", PID)))]
    pub pid: Option<String>,
    /// Keep all capabilities; mask nothing
    #[arg(long)]
    pub privileged: bool,
    /// Print help
    #[arg(long, action = ArgAction::Help)]
    #[serde(skip)]
    help: Option<bool>,
    /// The image, then the command if it is not to be the image's own
    #[arg(required = true, trailing_var_arg = true, value_name = "IMAGE")]
    #[arg(allow_hyphen_values = false)]
    pub words: Vec<Word>,
}

/// What `exec` is asked for.
#[derive(Args)]
#[command(override_usage = "container exec [OPTIONS] CONTAINER COMMAND \
                            [ARG...]")]
pub struct Exec {
    /// Let the command read what we read
    #[arg(short, long)]
    pub interactive: bool,
    /// Give the command a terminal
    #[arg(short, long)]
    pub tty: bool,
    /// The container
    #[arg(value_parser = text())]
    pub container: String,
    /// The command
    #[arg(required = true, trailing_var_arg = true)]
    pub command: Vec<Word>,
}

/// Reads the command line, or ends as docker does. The first word is the verb.
pub fn parse() -> (String, Verb) {
    let verb = std::env::args_os().nth(1).unwrap_or_default();
    let verb = verb.to_string_lossy().into_owned();
    match Command::try_parse() {
        Ok(command) => (verb, command.verb),
        Err(error) => {
            let status = refuse(&verb, &error);
            std::process::exit(status)
        }
    }
}

/// Says it in docker's words. Returns the exit status.
fn refuse(verb: &str, error: &clap::Error) -> i32 {
    let wrong = error.get(ContextKind::InvalidArg).map(ToString::to_string);
    let wrong = wrong.unwrap_or_default();
    let flag = wrong.split(' ').next().unwrap_or_default();
    let message = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::taken(error.print());
            let unsaid = output::check().err();
            return unsaid.map_or(0, |it| it.say(verb).into());
        }
        ErrorKind::InvalidSubcommand => {
            let what = "is not a container command";
            output::say(format!("container: '{verb}' {what}."));
            output::say("See 'container --help'");
            return 1;
        }
        ErrorKind::MissingRequiredArgument => {
            output::say(missing(verb));
            return 1;
        }
        ErrorKind::UnknownArgument if flag.starts_with("--") => {
            format!("unknown flag: {flag}")
        }
        ErrorKind::UnknownArgument if flag.starts_with('-') => {
            let letter = flag.trim_start_matches('-');
            format!("unknown shorthand flag: '{letter}' in {flag}")
        }
        ErrorKind::ValueValidation if verb == "run" => {
            let why = std::error::Error::source(error);
            let why = why.map(ToString::to_string).unwrap_or_default();
            format!("container: {why}.")
        }
        // That it has no value is among what clap calls invalid values.
        ErrorKind::InvalidValue => format!("flag needs an argument: {flag}"),
        _ => {
            let _ = error.print();
            return if verb.is_empty() { 1 } else { 125 };
        }
    };
    output::say(format!("{message}\nSee 'container {verb} --help'."));
    125
}

fn missing(verb: &str) -> String {
    let (least, words) = match verb {
        "run" => ("1 argument", "IMAGE [COMMAND] [ARG...]"),
        "exec" => ("2 arguments", "CONTAINER COMMAND [ARG...]"),
        "import" => ("2 arguments", "FILE|- NAME"),
        "logs" => ("1 argument", "CONTAINER"),
        _ => ("1 argument", "CONTAINER [CONTAINER...]"),
    };
    let command = Command::command();
    let about = command.find_subcommand(verb).and_then(|it| it.get_about());
    format!(
        "\"container {verb}\" requires at least {least}.
See 'container {verb} --help'.

Usage:  container {verb} [OPTIONS] {words}

{}",
        about.cloned().unwrap_or_default()
    )
}

impl Run {
    /// Refuses what contradicts itself, before anything is done.
    pub fn check(&self) -> Result<()> {
        let network = self.network();
        let joins = donor(network).is_some();
        let named = self.hostname.as_ref();
        let named = named.is_some_and(|it| !it.bytes().is_empty());
        let conflict = |what| Some(format!("conflicting options: {what}"));
        let refusal = if self.network.len() > 1 {
            let mut several = self.network.clone();
            several.sort();
            let several = several.join(", ");
            let what = "Container cannot be connected to network endpoints";
            Some(format!("{what}: {several}"))
        } else if network == "container" || network == "container:" {
            let what = "Invalid network mode: invalid container format";
            Some(format!("{what} container:<name|id>"))
        } else if named && joins {
            conflict("hostname and the network mode")
        } else if named && self.uts.as_deref() == Some("host") {
            conflict("hostname and the UTS mode")
        } else if !self.publish.is_empty() && joins {
            conflict("port publishing and the container type network mode")
        } else {
            None
        };
        refusal.map_or(Ok(()), |why| Err(refused(why).with_help()))
    }

    /// The network mode.
    pub fn network(&self) -> &str {
        self.network.first().map_or("default", String::as_str)
    }
}

/// A name is text. Nothing is called what is no UTF-8, here and with docker.
fn text() -> impl TypedValueParser<Value = String> {
    OsStringValueParser::new().map(|it| it.to_string_lossy().into_owned())
}

/// What is read from text.
fn read<T: Clone + Send + Sync + 'static>(
    parse: impl Fn(&str) -> std::result::Result<T, String>
    + Clone
    + Send
    + Sync
    + 'static,
) -> impl TypedValueParser<Value = T> {
    text().try_map(move |it| parse(&it))
}

/// What an option may say: one of these words.
fn mode(
    option: &'static str,
    words: &'static [&str],
) -> impl Fn(&str) -> std::result::Result<String, String> + Clone {
    move |mode| {
        let joins = donor(mode).is_some_and(|name| !name.is_empty());
        let kind = if joins { "container:NAME" } else { mode };
        let name = option.to_uppercase();
        let known = words.contains(&kind).then(|| mode.into());
        known.ok_or_else(|| format!("--{option}: invalid {name} mode"))
    }
}

const UTS: &[&str] = &["", "host"];
const PID: &[&str] = &["", "host", "container:NAME"];
const IPC: &[&str] = &["", "private", "shareable", "host", "container:NAME"];

fn name(name: &str) -> std::result::Result<String, String> {
    let first = name.starts_with(|it: char| it.is_ascii_alphanumeric());
    let known = |it: char| it.is_ascii_alphanumeric() || "_.-".contains(it);
    if first && name.len() > 1 && name.chars().all(known) {
        return Ok(name.into());
    }
    let allowed = "only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed";
    Err(format!("Invalid container name ({name}), {allowed}"))
}

/// Reads a signal: 9, KILL or SIGKILL.
pub fn signal(text: &str) -> Result<i32> {
    let name = text.to_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    let by_name = || format!("SIG{name}").parse::<Signal>().ok();
    let number = text.parse().ok().filter(|it| (1..=64).contains(it));
    number
        .or_else(|| by_name().map(|signal| signal as i32))
        .ok_or_else(|| refused(format!("Invalid signal: {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_has_a_name_and_a_number() {
        for text in ["9", "KILL", "SIGKILL", "kill"] {
            assert_eq!(signal(text).ok(), Some(9), "{text}");
        }
        for text in ["0", "65", "NOPE", "", "-9"] {
            assert!(signal(text).is_err(), "{text}");
        }
    }
}
