//! harness - plays the lessons in a real Linux machine and proves them
//!
//! What `just` calls, with all commands; `reader` has those that a first
//! chapter needs. Exit codes: 0 as in the book, 1 it differs, 2 usage,
//! 69 the environment cannot, 70 our bug or the machine's end.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use harness::bench::{self, Plan};
use harness::docker::{self, install::Unavailable};
use harness::exit_code::USAGE;
use harness::{
    course, exercise, fuzz, outcome, output, reading, sandbox, systems, teach,
    watch,
};
use harness::{errln, outln};

/// Plays the lessons in a real Linux machine and proves them
#[derive(Parser)]
#[command(name = "harness", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Reading(reading::Command),
    /// Play all lessons and all solutions on kernels, userlands and QEMUs that
    /// have been fetched, and show what came of it in one table
    #[command(long_about = MATRIX)]
    Matrix(systems::chosen::Wanted),
    /// A system of a matrix, which the environment names
    #[command(name = systems::player::SUBCOMMAND, hide = true)]
    PlaySystem(systems::player::Orders),
    /// Compare `container` with real Docker, on this Linux, as root
    Docker {
        /// Where Docker cannot run, only say so
        #[arg(long)]
        if_possible: bool,
        /// With the one of this suite, as just setup --docker SUITE has
        /// fetched it, and not with the one that is installed
        #[arg(long, value_name = "SUITE", conflicts_with = "all")]
        with: Option<String>,
        /// With the one that is installed and all that have been fetched
        #[arg(long)]
        all: bool,
    },
    /// Measure how long everything takes, beside others; writes a page
    Bench {
        /// A few rounds; the page is only printed
        #[arg(long)]
        quick: bool,
    },
    /// In a sandbox: containers, started by us and by others
    #[command(name = bench::containers::SUBCOMMAND, hide = true)]
    BenchContainers { program: PathBuf, rounds: usize },
    /// PID 1 of a sandbox
    #[command(name = sandbox::SUBCOMMAND, hide = true)]
    Sandbox {
        #[arg(required = true, trailing_var_arg = true)]
        program: Vec<OsString>,
    },
    /// In a sandbox: the scenario with one of the two
    #[command(name = docker::SUBCOMMAND, hide = true)]
    DockerPlayer {
        #[arg(long)]
        scenario: PathBuf,
        #[arg(long)]
        docker: Option<PathBuf>,
        #[arg(long, conflicts_with = "docker")]
        tree: Option<PathBuf>,
        programs: Vec<PathBuf>,
    },
    /// In a sandbox: a program with a tree for its root
    #[command(name = docker::tree::SUBCOMMAND, hide = true)]
    InTree {
        tree: PathBuf,
        #[arg(required = true, trailing_var_arg = true)]
        program: Vec<OsString>,
    },
    /// Throw random verbs, names, links and bytes at `container`, in
    /// sandboxes, as root
    Fuzz(fuzz::Plan),
    /// In a sandbox: a round of it
    #[command(name = fuzz::player::SUBCOMMAND, hide = true)]
    FuzzPlayer {
        seed: u64,
        patience: u64,
        program: PathBuf,
        keep: Vec<usize>,
    },
    #[command(flatten)]
    Exercise(exercise::command::Command),
    /// Grade your program whenever you save it
    Watch(watch::command::Watch),
    #[command(flatten)]
    Teach(teach::command::Command),
}

/// Which systems are played.
const MATRIX: &str = "\
Play all lessons and all solutions on kernels, userlands and QEMUs that have \
been fetched, and show what came of it in one table.

Without an option: every kernel with this computer's own userland and QEMU, \
every userland with the oldest and the newest kernel, and every QEMU with the \
newest kernel and the userland of its suite. What is named is played in every \
combination; what is not named then is the newest kernel, and this computer's \
own userland and QEMU.

Exit status: 0 all is as in the book, 1 something differs, 69 a system could \
not be tried, 70 a machine broke.";

fn main() -> ExitCode {
    let code = match Cli::try_parse() {
        Ok(cli) => run(cli.command).unwrap_or_else(|error| {
            errln!("{error:#}");
            outcome::code(&error)
        }),
        Err(usage) => {
            output::written(usage.print());
            u8::try_from(usage.exit_code()).unwrap_or(USAGE)
        }
    };
    ExitCode::from(output::exit_code(code))
}

fn run(command: Command) -> Result<u8> {
    let workspace = course::workspace();
    match command {
        Command::Reading(command) => reading::run(&workspace, command),
        Command::Matrix(wanted) => systems::run(&workspace, &wanted),
        Command::PlaySystem(orders) => {
            systems::player::run(&workspace, &orders)
        }
        Command::Docker {
            if_possible,
            with,
            all,
        } => compare(&workspace, &docker::Which::new(with, all), if_possible),
        Command::Bench { quick } => bench::run(&workspace, Plan::new(quick)),
        Command::BenchContainers { program, rounds } => {
            bench::containers::run(&program, rounds)
        }
        Command::Sandbox { program } => sandbox::init::run(&program),
        Command::DockerPlayer {
            scenario,
            docker,
            tree,
            programs,
        } => {
            let runtime = docker::player::Runtime::new(docker, tree);
            Ok(docker::player::run(&scenario, &runtime, &programs))
        }
        Command::InTree { tree, program } => {
            match docker::tree::run(&tree, &program)? {}
        }
        Command::Fuzz(plan) => fuzz::run(&workspace, &plan),
        Command::FuzzPlayer {
            seed,
            patience,
            program,
            keep,
        } => fuzz::player::run(seed, patience, &program, &keep),
        Command::Exercise(command) => {
            exercise::command::run(&workspace, command)
        }
        Command::Watch(command) => watch::command::run(&workspace, &command),
        Command::Teach(command) => teach::command::run(&workspace, command),
    }
}

/// `container` against real Docker; or a line that says why not.
fn compare(
    workspace: &Path,
    which: &docker::Which,
    if_possible: bool,
) -> Result<u8> {
    let result = docker::run(workspace, which);
    let why = result.as_ref().err();
    match why.and_then(|error| error.downcast_ref::<Unavailable>()) {
        Some(why) if if_possible => {
            outln!(
                "\nNOT RUN: the comparison with real Docker. {why}\n\
                 To run it: ./just docker"
            );
            Ok(0)
        }
        _ => result,
    }
}
