//! reader - plays the chapters: the part of `harness` that a reader needs
//!
//! `just` calls this program for the commands of reading. It has the same
//! arguments and exit codes as `harness`, and is built in less than half the
//! time.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use language::Language;
use reader::{course, errln, exit_code, output, reading};

/// Plays the lessons in a real Linux machine and proves them
#[derive(Parser)]
#[command(name = "reader", version)]
struct Cli {
    /// Language of the course: en or zh-CN; by default that of the locale
    #[arg(long, global = true, value_name = "LANGUAGE")]
    lang: Option<Language>,
    #[command(subcommand)]
    command: reading::ReadingCommand,
}

fn main() -> ExitCode {
    let code = match Cli::try_parse() {
        Ok(cli) => run(cli).unwrap_or_else(|error| {
            errln!("{error:#}");
            exit_code::of(&error)
        }),
        Err(usage) => {
            output::written(usage.print());
            u8::try_from(usage.exit_code()).unwrap_or(exit_code::USAGE)
        }
    };
    ExitCode::from(output::exit_code(code))
}

fn run(cli: Cli) -> Result<u8> {
    let workspace = course::workspace();
    if let Some(language) = cli.lang {
        language.choose();
    }
    reader::speak(&workspace)?;
    reading::run(&workspace, cli.command)
}
