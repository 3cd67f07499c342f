//! reader - plays a chapter, and all that reading one needs
//!
//! What `just` calls for it: a part of `harness`, with the same words and exit
//! codes, that is built in less than half the time.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use clap::Parser;
use reader::{course, errln, exit_code, output, reading};

/// Plays the lessons in a real Linux machine and proves them
#[derive(Parser)]
#[command(name = "reader", version)]
struct Cli {
    #[command(subcommand)]
    command: reading::Command,
}

fn main() -> ExitCode {
    let code = match Cli::try_parse() {
        Ok(cli) => reading::run(&course::workspace(), cli.command)
            .unwrap_or_else(|error| {
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
