//! cli - the words of docker's command line

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Args};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use serde::{Deserialize, Serialize};

use crate::attached::publish;
use crate::docker::usage;
use crate::docker::value::{self, read, text};
use crate::error::refused;
use crate::files::container::donor;
use crate::files::networks;
use crate::kernel::word::Word;
use crate::output;

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
    #[arg(short = 't', long = "timeout", alias = "time")]
    #[arg(default_value = "10", value_name = "SECONDS")]
    #[arg(value_parser = read(value::seconds))]
    pub time: i64,
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
    #[arg(long, value_parser = read(value::name))]
    pub name: Option<String>,
    /// What hostname(1) prints in there
    #[arg(short = 'h', long, allow_hyphen_values = true)]
    pub hostname: Option<Word>,
    /// Set a variable, or copy one of ours
    #[arg(short, long, value_name = "NAME=VALUE")]
    #[arg(value_parser = value::variable())]
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
    #[arg(long, value_name = "MODE")]
    #[arg(value_parser = read(value::mode("uts", value::UTS)))]
    pub uts: Option<String>,
    /// private, shareable, host or container:NAME
    #[arg(long, value_name = "MODE")]
    #[arg(value_parser = read(value::mode("ipc", value::IPC)))]
    pub ipc: Option<String>,
    /// host or container:NAME
    #[arg(long, value_name = "MODE")]
    #[arg(value_parser = read(value::mode("pid", value::PID)))]
    pub pid: Option<String>,
    /// Keep all capabilities; mask nothing
    #[arg(long)]
    pub privileged: bool,
    /// Print help
    #[arg(long, action = ArgAction::Help)]
    #[serde(skip)]
    pub help: Option<bool>,
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
    /// The container, then the command
    #[arg(required = true, trailing_var_arg = true, value_name = "CONTAINER")]
    #[arg(allow_hyphen_values = false)]
    pub words: Vec<Word>,
}

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
        Err(error) => {
            let status = usage::refuse(&verb, &error);
            std::process::exit(status)
        }
    }
}

/// Go's options may be said twice, and the last one counts; a switch may have
/// a value. What help shows is simpler.
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

/// All verbs, and their options.
pub fn command() -> clap::Command {
    Command::command()
}

impl Exec {
    /// The container's name.
    pub fn container(&self) -> String {
        self.words[0].to_string()
    }

    /// The command.
    pub fn command(&self) -> &[Word] {
        &self.words[1..]
    }
}

impl Run {
    /// Refuses what contradicts itself, before anything is done.
    pub fn check(&self) -> crate::error::Result<()> {
        let network = self.network();
        let joins = donor(network).is_some();
        let named = self.hostname.as_ref();
        let named = named.is_some_and(|it| !it.bytes().is_empty());
        let conflict = |what| Some(format!("conflicting options: {what}"));
        let several = networks::refusal(&self.network);
        let refusal = if several.is_some() {
            several
        } else if network == "container" || network == "container:" {
            let what = "invalid network mode: invalid container format";
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
        refusal.map_or(Ok(()), |why| Err(refused(why)))
    }

    /// The network mode.
    pub fn network(&self) -> &str {
        match self.network.first().map(String::as_str) {
            None | Some("default") => "bridge",
            Some(mode) => mode,
        }
    }
}
