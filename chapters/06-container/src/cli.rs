//! cli - the words of docker's command line, and how it refuses others

use clap::error::{ContextKind, ErrorKind};
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand};
use nix::sys::signal::Signal;

use crate::container::donor;
use crate::error::{Result, refused};
use crate::publish;

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
        #[arg(short, long)]
        format: Option<String>,
        #[arg(required = true, value_name = "CONTAINER")]
        containers: Vec<String>,
    },
    /// Fetch the logs of a container
    Logs {
        /// Go on until it has ended
        #[arg(short, long)]
        follow: bool,
        container: String,
    },
    /// Stop one or more running containers
    Stop {
        /// How many seconds to wait between SIGTERM and SIGKILL
        #[arg(short, long, default_value = "10", value_name = "SECONDS")]
        time: u16,
        #[arg(required = true, value_name = "CONTAINER")]
        containers: Vec<String>,
    },
    /// Kill one or more running containers
    Kill {
        /// The signal, by name or number
        #[arg(short, long, default_value = "KILL")]
        signal: String,
        #[arg(required = true, value_name = "CONTAINER")]
        containers: Vec<String>,
    },
    /// Start one or more stopped containers
    Start {
        #[arg(required = true, value_name = "CONTAINER")]
        containers: Vec<String>,
    },
    /// Restart one or more containers
    Restart {
        /// How many seconds to wait between SIGTERM and SIGKILL
        #[arg(short, long, default_value = "10", value_name = "SECONDS")]
        time: u16,
        #[arg(required = true, value_name = "CONTAINER")]
        containers: Vec<String>,
    },
    /// Remove one or more containers
    Rm {
        /// Running ones too: kill them
        #[arg(short, long)]
        force: bool,
        #[arg(required = true, value_name = "CONTAINER")]
        containers: Vec<String>,
    },
    /// Make an image of a tar archive
    Import {
        /// CMD, ENV, WORKDIR or EXPOSE, as in a Dockerfile
        #[arg(short, long, value_name = "INSTRUCTION")]
        change: Vec<String>,
        /// The archive, or - for stdin
        tar: String,
        name: String,
    },
    /// List images
    Images,
}

/// What `run` is asked for.
#[derive(Args)]
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
    #[arg(long)]
    pub name: Option<String>,
    /// What hostname(1) prints in there
    #[arg(short = 'h', long, allow_hyphen_values = true)]
    pub hostname: Option<String>,
    /// Set a variable, or copy one of ours
    #[arg(short, long, value_name = "NAME=VALUE")]
    pub env: Vec<String>,
    /// The command's working directory
    #[arg(short, long, value_name = "DIRECTORY")]
    pub workdir: Option<String>,
    /// A port of the machine that leads to one of the container
    #[arg(short, long, value_name = "HOST:CONTAINER")]
    pub publish: Vec<String>,
    /// bridge, none, host or container:NAME
    #[arg(long, alias = "net", value_name = "MODE")]
    pub network: Vec<String>,
    /// host
    #[arg(long, value_name = "MODE")]
    pub uts: Option<String>,
    /// private, shareable, host or container:NAME
    #[arg(long, value_name = "MODE")]
    pub ipc: Option<String>,
    /// host or container:NAME
    #[arg(long, value_name = "MODE")]
    pub pid: Option<String>,
    /// Keep all capabilities; mask nothing
    #[arg(long)]
    pub privileged: bool,
    /// Print help
    #[arg(long, action = ArgAction::Help)]
    help: Option<bool>,
    /// The image, then the command if it is not to be the image's own
    #[arg(required = true, trailing_var_arg = true, value_name = "IMAGE")]
    #[arg(allow_hyphen_values = false)]
    pub words: Vec<String>,
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
    pub container: String,
    /// The command
    #[arg(required = true, trailing_var_arg = true)]
    pub command: Vec<String>,
}

/// Reads the command line, or ends as docker does. The first word is the verb.
pub fn parse() -> (String, Verb) {
    let verb = std::env::args().nth(1).unwrap_or_default();
    match Command::try_parse() {
        Ok(command) => (verb, command.verb),
        Err(error) => {
            let status = refuse(&verb, &error);
            std::process::exit(status)
        }
    }
}

fn refuse(verb: &str, error: &clap::Error) -> i32 {
    let wrong = error.get(ContextKind::InvalidArg).map(ToString::to_string);
    let wrong = wrong.unwrap_or_default();
    let see = format!("See 'container {verb} --help'.");
    match error.kind() {
        ErrorKind::UnknownArgument if wrong.starts_with("--") => {
            eprintln!("unknown flag: {wrong}\n{see}");
            125
        }
        ErrorKind::UnknownArgument if wrong.starts_with('-') => {
            let letter = wrong.trim_start_matches('-');
            eprintln!("unknown shorthand flag: '{letter}' in {wrong}\n{see}");
            125
        }
        // clap has no kind of its own for this one.
        ErrorKind::InvalidValue if !wrong.is_empty() => {
            let flag = wrong.split(' ').next().unwrap_or_default();
            eprintln!("flag needs an argument: {flag}\n{see}");
            125
        }
        ErrorKind::MissingRequiredArgument => {
            let least = match verb {
                "exec" | "import" => "2 arguments",
                _ => "1 argument",
            };
            eprintln!("\"container {verb}\" requires at least {least}.\n{see}");
            let command = Command::command();
            if let Some(verb) = command.find_subcommand(verb) {
                let about = verb.get_about().cloned().unwrap_or_default();
                let words = match verb.get_name() {
                    "run" => "IMAGE [COMMAND] [ARG...]",
                    "exec" => "CONTAINER COMMAND [ARG...]",
                    "import" => "FILE|- NAME",
                    "logs" => "CONTAINER",
                    _ => "CONTAINER [CONTAINER...]",
                };
                let name = verb.get_name();
                eprintln!("\nUsage:  container {name} [OPTIONS] {words}");
                eprintln!("\n{about}");
            }
            1
        }
        ErrorKind::InvalidSubcommand => {
            eprintln!("container: '{verb}' is not a container command.");
            eprintln!("See 'container --help'");
            1
        }
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => error.exit(),
        _ => {
            let _ = error.print();
            if verb.is_empty() { 1 } else { 125 }
        }
    }
}

impl Run {
    /// Refuses what contradicts itself, before anything is done.
    pub fn check(&self) -> Result<()> {
        let usage = |message: &str| Err(refused(message).with_help());
        let conflict = |what: &str, mode: &str| {
            let with = format!("{what} and the {mode}");
            usage(&format!("conflicting options: {with}"))
        };
        if !matches!(self.uts.as_deref(), None | Some("" | "host")) {
            return usage("--uts: invalid UTS mode");
        }
        if !is_mode(&self.ipc, &["", "private", "shareable", "host"]) {
            return usage("--ipc: invalid IPC mode");
        }
        if !is_mode(&self.pid, &["", "host"]) {
            return usage("--pid: invalid PID mode");
        }
        publish::bindings(&self.publish)?;
        if self.network.len() > 1 {
            let mut networks = self.network.clone();
            networks.sort();
            let networks = networks.join(", ");
            return usage(&format!(
                "Container cannot be connected to network endpoints: {networks}"
            ));
        }
        let network = self.network();
        let hostname = self.hostname.as_deref().unwrap_or_default();
        if network == "container" || donor(network) == Some("") {
            return usage(
                "Invalid network mode: invalid container format \
                 container:<name|id>",
            );
        }
        if !hostname.is_empty() && donor(network).is_some() {
            return conflict("hostname", "network mode");
        }
        if !hostname.is_empty() && self.uts.as_deref() == Some("host") {
            return conflict("hostname", "UTS mode");
        }
        if !self.publish.is_empty() && donor(network).is_some() {
            return conflict("port publishing", "container type network mode");
        }
        check_name(self.name.as_deref())
    }

    /// The network mode.
    pub fn network(&self) -> &str {
        self.network.first().map_or("default", String::as_str)
    }
}

fn is_mode(mode: &Option<String>, known: &[&str]) -> bool {
    let mode = mode.as_deref().unwrap_or_default();
    known.contains(&mode) || donor(mode).is_some_and(|it| !it.is_empty())
}

fn check_name(name: Option<&str>) -> Result<()> {
    let Some(name) = name else {
        return Ok(());
    };
    let mut letters = name.chars();
    let first = letters.next().is_some_and(|it| it.is_ascii_alphanumeric());
    let rest = |it: char| it.is_ascii_alphanumeric() || "_.-".contains(it);
    if first && name.len() > 1 && letters.all(rest) {
        return Ok(());
    }
    Err(refused(format!(
        "Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are \
         allowed"
    ))
    .with_help())
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
            let error = signal(text).expect_err(text).to_string();
            assert_eq!(error, format!("Invalid signal: {text}"));
        }
    }

    #[test]
    fn a_name_has_two_letters_at_least_and_no_others_than_these() {
        for name in ["web", "a1", "0_.-"] {
            assert!(check_name(Some(name)).is_ok(), "{name}");
        }
        for name in ["", "a", "bad name!", "-web", "é1"] {
            assert!(check_name(Some(name)).is_err(), "{name}");
        }
    }
}
