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
use harness::errln;
use harness::exercise::command::{self as exercise, ExerciseCommand};
use harness::exit_code::USAGE;
use harness::fuzz::command::{self as fuzz, FuzzCommand};
use harness::picture::command::{self as picture, PictureCommand};
use harness::sandbox::command::{self as sandbox, SandboxCommand};
use harness::systems::command::{self as systems, SystemsCommand};
use harness::teach::command::{self as teach, TeachCommand};
use harness::watch::command::{self as watch, Watch};
use harness::{course, outcome, output, reading};
use language::Language;

/// Plays the lessons in a real Linux machine and proves them
#[derive(Parser)]
#[command(name = "harness", version)]
struct Cli {
    /// Language of the course: en or zh-CN; by default that of the locale
    #[arg(long, global = true, value_name = "LANGUAGE")]
    lang: Option<Language>,
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

fn main() -> ExitCode {
    let code = match Cli::try_parse() {
        Ok(cli) => run(cli).unwrap_or_else(|error| {
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

fn run(cli: Cli) -> Result<u8> {
    let workspace = course::workspace();
    let language = match &cli.command {
        // Other programs read its files.
        Command::Teach(TeachCommand::Grade { .. }) => Some(Language::English),
        _ => cli.lang,
    };
    if let Some(language) = language {
        language.choose();
    }
    harness::speak(&workspace)?;
    match cli.command {
        Command::Reading(command) => reading::run(&workspace, command),
        Command::Systems(command) => systems::run(&workspace, &command),
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
