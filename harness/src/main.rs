//! harness - plays the lessons in a real Linux machine and proves them
//!
//! The program that `just` calls, with all commands; `reader` has the commands
//! that a first chapter needs. Exit codes: 0 as in the book, 1 a difference, 2
//! wrong usage, 69 the environment cannot, 70 a bug of the harness or the
//! machine's end.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use harness::bench::command::{self as bench, BenchCommand};
use harness::docker::command::{self as docker, DockerCommand};
use harness::entry::{self, InMachine, Spoken};
use harness::exercise::command::{self as exercise, ExerciseCommand};
use harness::fuzz::command::{self as fuzz, FuzzCommand};
use harness::picture::command::{self as picture, PictureCommand};
use harness::sandbox::command::{self as sandbox, SandboxCommand};
use harness::since;
use harness::since::command::SinceCommand;
use harness::stages::way::MachineKind;
use harness::systems::command::{self as systems, SystemsCommand};
use harness::teach::command::{self as teach, TeachCommand};
use harness::watch::command::{self as watch, Watch};
use harness::{course, outcome, reading};
use language::Language;

/// Plays the lessons in a real Linux machine and proves them
#[derive(Parser)]
#[command(name = "harness", version)]
struct Cli {
    #[command(flatten)]
    spoken: Spoken,
    #[command(flatten)]
    in_machine: InMachine,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Reading(reading::ReadingCommand),
    #[command(flatten)]
    Systems(SystemsCommand),
    #[command(flatten)]
    Since(SinceCommand),
    #[command(flatten)]
    Docker(DockerCommand),
    #[command(flatten)]
    Bench(BenchCommand),
    #[command(flatten)]
    Sandbox(SandboxCommand),
    #[command(flatten)]
    Fuzz(FuzzCommand),
    #[command(flatten)]
    Exercise(ExerciseCommand),
    /// Grade your program whenever you save it
    Watch(Watch),
    #[command(flatten)]
    Teach(TeachCommand),
    #[command(flatten)]
    Picture(PictureCommand),
}

impl Command {
    /// Whether the command has no use for another machine than QEMU's.
    fn measures_qemu(&self) -> bool {
        !matches!(
            self,
            Self::Reading(_)
                | Self::Exercise(_)
                | Self::Watch(_)
                | Self::Teach(_)
                | Self::Systems(SystemsCommand::PlaySystem(_))
        )
    }
}

fn main() -> ExitCode {
    entry::enter(run, outcome::code)
}

fn run(cli: Cli) -> Result<u8> {
    let workspace = course::workspace();
    if let Command::Teach(TeachCommand::Grade { .. }) = cli.command {
        // Other programs read its files. The first choice is the one that holds.
        Language::English.choose();
    }
    harness::speak(&cli.spoken.words(&workspace)?);
    cli.in_machine.choose();
    if cli.command.measures_qemu() {
        MachineKind::must_be_qemu()?;
    }
    let knows_the_page = matches!(
        cli.command,
        Command::Reading(_) | Command::Systems(SystemsCommand::PlaySystem(_))
    );
    if !knows_the_page {
        MachineKind::must_not_be_page()?;
    }
    match cli.command {
        Command::Reading(command) => reading::run(&workspace, command),
        Command::Systems(command) => systems::run(&workspace, &command),
        Command::Since(command) => since::run(&workspace, &command),
        Command::Docker(command) => docker::run(&workspace, command),
        Command::Bench(command) => bench::run(&workspace, &command),
        Command::Sandbox(command) => sandbox::run(&command),
        Command::Fuzz(command) => fuzz::run(&workspace, &command),
        Command::Exercise(command) => exercise::run(&workspace, command),
        Command::Watch(command) => watch::run(&workspace, &command),
        Command::Teach(command) => teach::run(&workspace, command),
        Command::Picture(command) => picture::run(&workspace, &command),
    }
}
