//! book - makes the book, and keeps its catalogues
//!
//! `just book` and `just translate` call this program.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use book::check::Fault;
use book::make::Book;
use book::{
    catalogues, check, exercise_files, lessons, live_files, make, scripts,
};
use clap::{Parser, Subcommand};
use reader::entry::{self, Spoken};
use reader::exit_code::DIFFERS;
use reader::{course, errln, exit_code, outln};
use tr::tr;

/// Makes the book, and keeps its catalogues
#[derive(Parser)]
#[command(name = "book", version)]
struct Cli {
    #[command(flatten)]
    spoken: Spoken,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the book, and tell where it is
    Make {
        /// Open the book in a browser
        #[arg(long)]
        open: bool,
        /// Fail on whatever is untrue in it: drift, dead links, unknown
        /// anchors, unverified blocks, words without a translation
        #[arg(long)]
        check: bool,
        /// Make pages whose commands run in a machine beside the book: a part
        /// of `just web`
        #[arg(long)]
        live: bool,
    },
    /// Write the lessons as files for the judge of the page: a part of `just
    /// web`
    Lessons {
        /// Folder of the files
        folder: PathBuf,
    },
    /// Bring the catalogues up to date with the sources, and the translated
    /// lessons with the catalogues
    Translate {
        /// Write nothing; fail on a missing, fuzzy, stale or broken message
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    entry::enter(run, exit_code::of)
}

fn run(cli: Cli) -> Result<u8> {
    let workspace = course::workspace();
    let words = cli.spoken.words(&workspace)?;
    book::speak(&words);
    match cli.command {
        Command::Make { open, check, live } => {
            let target = make::target(&workspace)?;
            let book = make::make(&workspace, &target, live)?;
            // The last language that was made is not that of the person.
            book::speak(&words);
            present(&workspace, &book, open, check)
        }
        Command::Lessons { folder } => {
            live_files::write(&workspace, &folder)?;
            exercise_files::write(&workspace, &folder)?;
            Ok(0)
        }
        Command::Translate { check } => translate(&workspace, check),
    }
}

/// Says where the book is, and does with it what was asked for.
fn present(
    workspace: &Path,
    book: &Book,
    open: bool,
    check: bool,
) -> Result<u8> {
    let page = book.first_page();
    outln!("{}", page.display());
    let megabytes = format!("{:.1}", book.size()? as f64 / 1e6);
    errln!("{}", tr!("The book has {n} MB.", n = megabytes));
    if open {
        make::open(&page)?;
    }
    if !check {
        return Ok(0);
    }
    Ok(report(&check::all(workspace, book)?))
}

fn translate(workspace: &Path, check: bool) -> Result<u8> {
    if !check {
        catalogues::update(workspace)?;
        lessons::write(workspace)?;
        scripts::file(workspace)?.write()?;
    }
    for (name, state) in catalogues::states(workspace)? {
        let lacking = state.missing.len() + state.fuzzy.len();
        outln!("{name}: {} of {}", state.all - lacking, state.all);
    }
    let code = report(&check::translations(workspace)?);
    Ok(if check { code } else { 0 })
}

/// Prints faults. Returns the exit code of a check that has found them.
fn report(faults: &[Fault]) -> u8 {
    for fault in faults {
        errln!("{fault}");
    }
    if faults.is_empty() { 0 } else { DIFFERS }
}
