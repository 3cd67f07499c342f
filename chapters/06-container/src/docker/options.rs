//! options - docker's verbs and their options
//!
//! See: `docker --help`

use clap::{ArgAction, Args, Parser, Subcommand};

use crate::docker::value::{self, Ipc, read, text};
use crate::files::networks::Network;
use crate::files::place;
use crate::kernel::namespaces::Mode;
use crate::kernel::word::Word;

/// Run commands in containers, with docker's words
#[derive(Parser)]
#[command(version, term_width = 80, disable_help_subcommand = true)]
pub struct Command {
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs, in the order of a container's life.
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

/// The options of `stop` and `restart`.
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

/// The options of `run`.
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
    #[arg(long, value_parser = read(place::name))]
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
    #[arg(value_parser = read(value::ports))]
    pub publish: Vec<(u16, u16)>,
    /// bridge, none, host or container:NAME
    #[arg(long, alias = "net", value_name = "MODE")]
    #[arg(value_parser = read(value::network))]
    pub network: Vec<Network>,
    /// host
    #[arg(long, value_name = "MODE")]
    #[arg(value_parser = read(value::uts))]
    pub uts: Option<Mode<String>>,
    /// private, shareable, host or container:NAME
    #[arg(long, value_name = "MODE")]
    #[arg(value_parser = read(value::ipc))]
    pub ipc: Option<Ipc>,
    /// host or container:NAME
    #[arg(long, value_name = "MODE")]
    #[arg(value_parser = read(value::pid))]
    pub pid: Option<Mode<String>>,
    /// Keep all capabilities; mask nothing
    #[arg(long)]
    pub privileged: bool,
    /// Print help
    #[arg(long, action = ArgAction::Help)]
    pub help: Option<bool>,
    /// The image, then the command if it is not to be the image's own
    #[arg(required = true, trailing_var_arg = true, value_name = "IMAGE")]
    #[arg(allow_hyphen_values = false)]
    pub words: Vec<Word>,
}

/// The options of `exec`.
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

impl Exec {
    /// The container's name.
    pub fn container(&self) -> String {
        self.words[0].to_string()
    }

    /// The command to run in there.
    pub fn command(&self) -> &[Word] {
        &self.words[1..]
    }
}
