//! The commands for reading and for writing lessons.
//!
//! # Layout
//!
//! * here: the commands
//! * `arguments`: their arguments
//! * `lesson`: plays one lesson with a person or straight through, or rewrites
//!   it
//! * `many`: plays all lessons, side by side, on one kernel or on each
//! * `machines`: the machines for these commands
//! * `shell`: opens a shell in a machine

mod arguments;
mod lesson;
mod machines;
mod many;
mod shell;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Subcommand;

use crate::course::LessonFile;
use crate::doctor;
use crate::exit_code::USAGE;
use crate::machine::kernel;
use crate::machine::page::SavedPage;
use crate::machine::saved::Saved;
use crate::stages::way::MachineKind;
use arguments::chapter;
pub use arguments::{How, Place};

/// Commands for reading and for writing lessons.
#[derive(Subcommand)]
pub enum ReadingCommand {
    /// Play a chapter: at a terminal step by step, else straight through
    Chapter {
        /// The chapter's number
        #[arg(value_name = "N")]
        number: u32,
        /// With a person, straight through, or rewritten
        #[command(flatten)]
        how: How,
    },
    /// Play a lesson that is not a chapter
    Lesson {
        /// Its Markdown file; its snapshots are in snapshots/ beside it
        file: PathBuf,
        /// With a person, straight through, or rewritten
        #[command(flatten)]
        how: How,
    },
    /// Play all chapters straight through, many at once, and verify them
    Course,
    /// Rewrite lessons from what the machine does, and show the difference
    Bless {
        /// The chapters' numbers; all of them if none is given
        #[arg(value_name = "N")]
        numbers: Vec<u32>,
    },
    /// Verify all lessons, or one, on every kernel that has been fetched, and
    /// that what is marked with a version differs between them
    Kernels {
        /// A lesson's Markdown file
        file: Option<PathBuf>,
    },
    /// Open a shell in a fresh machine, or in one in which a chapter has been
    /// played to its end, or to the end of a step
    Shell {
        /// The chapter, or the chapter and the step: 3 or 3.2
        #[arg(value_name = "N[.STEP]")]
        place: Option<Place>,
    },
    /// Build the machine of the page: v86, which runs in a browser or in Node
    Web,
    /// Remove the saved machines; the next run makes a new one
    CleanCache,
    /// List the chapters for which the kernel is too old: `7 REASON`
    #[command(hide = true)]
    LeftOut,
    /// Tell what the machine runs with on this computer, and why
    Doctor {
        /// Forget what was found out about KVM, and try it again
        #[arg(long)]
        recheck: bool,
    },
}

impl ReadingCommand {
    /// Whether the command has no use for another machine than QEMU's.
    fn is_about_qemu(&self) -> bool {
        match self {
            Self::Chapter { how, .. } | Self::Lesson { how, .. } => how.bless,
            Self::Course | Self::Shell { .. } | Self::Web => false,
            Self::Bless { .. }
            | Self::Kernels { .. }
            | Self::CleanCache
            | Self::LeftOut
            | Self::Doctor { .. } => true,
        }
    }
}

/// Runs a command and returns its exit code.
pub fn run(workspace: &Path, command: ReadingCommand) -> Result<u8> {
    if command.is_about_qemu() {
        MachineKind::must_be_qemu()?;
    }
    match command {
        ReadingCommand::Chapter { number, how } => {
            match chapter(workspace, number, how.language())? {
                Some(file) => lesson::play(workspace, &file, how),
                None => Ok(USAGE),
            }
        }
        ReadingCommand::Lesson { file, how } => {
            lesson::play(workspace, &LessonFile::of_argument(&file)?, how)
        }
        ReadingCommand::Course => many::whole_course(workspace),
        ReadingCommand::Bless { numbers } => {
            lesson::bless_chapters(workspace, &numbers)
        }
        ReadingCommand::Kernels { file } => {
            many::kernels(workspace, file.as_deref())
        }
        ReadingCommand::Shell { place } => shell::open_shell(workspace, place),
        ReadingCommand::Web => machines::web(workspace),
        ReadingCommand::CleanCache => {
            let cache = kernel::cache()?;
            Saved::new(&cache).clean()?;
            SavedPage::clean(&cache)?;
            Ok(0)
        }
        ReadingCommand::Doctor { recheck } => {
            doctor::report(workspace, recheck)
        }
        ReadingCommand::LeftOut => many::left_out(workspace),
    }
}
