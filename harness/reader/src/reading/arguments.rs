//! Arguments of the commands: how a lesson is played, and which.

use std::num::ParseIntError;
use std::path::Path;
use std::str::FromStr;

use anyhow::Result;
use clap::Args;
use language::Language;

use crate::course::{self, LessonFile};
use crate::errln;

/// How a lesson is played.
#[derive(Args, Clone, Copy)]
pub struct How {
    /// Straight through, and verified, at a terminal too
    #[arg(long)]
    pub(super) auto: bool,
    /// Rewrite it from what the machine does
    #[arg(long, conflicts_with = "auto")]
    pub(super) bless: bool,
    /// Before a command starts a process, ask which of its namespaces will be
    /// others; then show what the kernel says
    #[arg(long, conflicts_with_all = ["auto", "bless"])]
    pub(super) predict: bool,
}

/// Place in the course: a chapter, or a step of a chapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub(super) chapter: u32,
    pub(super) step: Option<usize>,
}

impl How {
    /// Language in which the lesson is read. Sources are written in English.
    pub(super) fn language(self) -> Language {
        if self.bless {
            return Language::English;
        }
        Language::current()
    }
}

impl FromStr for Place {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        let Some((chapter, step)) = text.split_once('.') else {
            let chapter = text.parse()?;
            let step = None;
            return Ok(Self { chapter, step });
        };
        Ok(Self {
            chapter: chapter.parse()?,
            step: Some(step.parse()?),
        })
    }
}

/// Reads the chapter with this number, in a language. If there is none, prints
/// that and returns `None`.
pub(super) fn chapter(
    workspace: &Path,
    number: u32,
    language: Language,
) -> Result<Option<LessonFile>> {
    match course::chapter(workspace, number) {
        Ok(chapter) => chapter.read_in(language).map(Some),
        Err(error) => {
            errln!("{error}");
            Ok(None)
        }
    }
}
