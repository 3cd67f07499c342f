//! The way into a program: its command line, its language and its exit code.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Error, Result};
use clap::{Args, Parser};
use language::Language;
use language::words::{self, Words};

use crate::stages::way::MachineKind;
use crate::{errln, exit_code, output};

/// The option for the language, the same in each program.
#[derive(Args)]
pub struct Spoken {
    /// Language of the course: en or zh-CN; by default that of the locale
    #[arg(long, global = true, value_name = "LANGUAGE")]
    lang: Option<Language>,
}

impl Spoken {
    /// Chooses the language for the rest of the program, and reads its words.
    ///
    /// # Errors
    ///
    /// The catalogue of the words is damaged.
    pub fn words(&self, workspace: &Path) -> Result<Arc<Words>> {
        if let Some(language) = self.lang {
            language.choose();
        }
        words::load(workspace)
    }
}

/// The option for the kind of machine, the same in each program.
#[derive(Args)]
pub struct InMachine {
    /// Machine for lessons and exercises: qemu, page, vagrant, ssh:HOST or
    /// command:WORDS
    #[arg(long, global = true, value_name = "MACHINE", default_value = "qemu")]
    machine: MachineKind,
}

impl InMachine {
    /// Chooses the machine for the rest of the program.
    pub fn choose(&self) {
        self.machine.clone().choose();
    }
}

/// Parses the command line, runs the program, and prints its error. `code_of`
/// returns the exit code of an error.
pub fn enter<Cli: Parser>(
    run: impl FnOnce(Cli) -> Result<u8>,
    code_of: impl FnOnce(&Error) -> u8,
) -> ExitCode {
    let code = match Cli::try_parse() {
        Ok(cli) => run(cli).unwrap_or_else(|error| {
            errln!("{error:#}");
            code_of(&error)
        }),
        Err(usage) => {
            output::written(usage.print());
            u8::try_from(usage.exit_code()).unwrap_or(exit_code::USAGE)
        }
    };
    ExitCode::from(output::exit_code(code))
}
