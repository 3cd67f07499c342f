//! reader - plays the chapters: the part of `harness` that a reader needs
//!
//! `just` calls this program for the commands of reading. It has the same
//! arguments and exit codes as `harness`, and is built in less than half the
//! time.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use reader::entry::{self, InMachine, Spoken};
use reader::{course, exit_code, reading};

/// Plays the lessons in a real Linux machine and proves them
#[derive(Parser)]
#[command(name = "reader", version)]
struct Cli {
    #[command(flatten)]
    spoken: Spoken,
    #[command(flatten)]
    in_machine: InMachine,
    #[command(subcommand)]
    command: reading::ReadingCommand,
}

fn main() -> ExitCode {
    entry::enter(run, exit_code::of)
}

fn run(cli: Cli) -> Result<u8> {
    let workspace = course::workspace();
    reader::speak(&cli.spoken.words(&workspace)?);
    cli.in_machine.choose();
    reading::run(&workspace, cli.command)
}
