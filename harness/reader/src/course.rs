//! The chapters on disk, and a lesson read from its file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use language::Language;
use tr::tr;

use crate::input::{self, NoFile, WrongArgument};
use crate::lesson::{self, Lesson, LessonError, LessonErrors, Step};
use crate::needed_kernel::NeededKernel;
use crate::program_file;

/// Folder of a lesson's snapshots, beside its file.
const SNAPSHOTS: &str = "snapshots";

/// A folder of `chapters/`; its lesson has not been read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Number at the beginning of the folder's name.
    pub number: u32,
    /// Folder of the chapter.
    pub folder: PathBuf,
}

/// A lesson with its files: of a chapter, or any other lesson.
#[derive(Debug)]
pub struct LessonFile {
    /// Number of the chapter; `None` for a lesson that is no chapter.
    pub number: Option<u32>,
    /// Path of the Markdown file, as messages show it.
    pub path: PathBuf,
    /// Folder of the snapshots.
    pub snapshots: PathBuf,
    /// Text of the Markdown file.
    pub text: String,
    /// The lesson, parsed from that text.
    pub lesson: Lesson,
}

/// Finds the top of the repository, the folder that contains `chapters`: around
/// the package that cargo runs, else around the current folder, else around the
/// folder where this program was built.
pub fn workspace() -> PathBuf {
    let of_cargo = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = std::env::current_dir().ok();
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = of_cargo.into_iter().chain(here);
    all.find_map(|folder| course_around(&folder))
        .or_else(|| course_around(built_in))
        .unwrap_or_else(|| built_in.into())
}

fn course_around(folder: &Path) -> Option<PathBuf> {
    let mut around = folder.ancestors();
    around.find(|it| is_course(it)).map(Path::to_path_buf)
}

fn is_course(folder: &Path) -> bool {
    folder.join("chapters").is_dir() && folder.join("harness/src").is_dir()
}

/// Returns all chapters, in order.
pub fn chapters(workspace: &Path) -> Result<Vec<Chapter>> {
    let folder = workspace.join("chapters");
    let entries = fs::read_dir(&folder)
        .with_context(|| format!("{}", folder.display()))?;
    let mut chapters: Vec<Chapter> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let number = name.split_once('-')?.0.parse().ok()?;
            Some(Chapter {
                number,
                folder: entry.path(),
            })
        })
        .collect();
    chapters.sort_by_key(|chapter| chapter.number);
    Ok(chapters)
}

/// Returns the chapter with this number.
pub fn chapter(workspace: &Path, number: u32) -> Result<Chapter> {
    let chapters = chapters(workspace)?;
    let last = chapters.last().map_or(0, |chapter| chapter.number);
    match chapters
        .into_iter()
        .find(|chapter| chapter.number == number)
    {
        Some(chapter) => Ok(chapter),
        None => bail!(
            "{}",
            tr!(
                "there is no chapter {number}: they go from 1 to {last}",
                number,
                last
            )
        ),
    }
}

impl Chapter {
    /// Returns the path of the lesson's file.
    pub fn lesson_path(&self) -> PathBuf {
        self.folder.join("README.md")
    }

    /// Returns the folder of the snapshots.
    pub fn snapshots(&self) -> PathBuf {
        self.folder.join(SNAPSHOTS)
    }

    /// Returns the path of the lesson's translation: `README.zh-CN.md`.
    pub fn translation_path(&self, language: Language) -> PathBuf {
        self.folder.join(format!("README.{}.md", language.tag()))
    }

    /// Reads the chapter's lesson, in English.
    pub fn read(&self) -> Result<LessonFile> {
        LessonFile::read(Some(self.number), &self.lesson_path())
    }

    /// Reads the chapter's lesson with the words of a language. Commands, slugs
    /// and lines are those of the English file. Words of a stale or absent
    /// translation are English.
    pub fn read_in(&self, language: Language) -> Result<LessonFile> {
        let mut file = self.read()?;
        let path = self.translation_path(language);
        if language == Language::English || !path.exists() {
            return Ok(file);
        }
        let words = LessonFile::read(Some(self.number), &path)?.lesson;
        if let Some(lesson) = file.lesson.translated(words) {
            file.lesson = lesson;
        }
        Ok(file)
    }
}

impl LessonFile {
    /// Reads a lesson that is no chapter, from a file named on the command
    /// line.
    pub fn of_argument(file: &Path) -> Result<Self> {
        let read = Self::read(None, file);
        read.map_err(|error| match error.downcast::<NoFile>() {
            Ok(why) => {
                let path = file.to_path_buf();
                WrongArgument { path, why }.into()
            }
            Err(error) => error,
        })
    }

    fn read(number: Option<u32>, file: &Path) -> Result<Self> {
        let path = shown_path(file);
        let bytes = input::bytes(file, input::LESSON);
        let bytes = bytes.with_context(|| path.display().to_string())?;
        let text = lesson::decode(&path, bytes)?;
        let lesson = lesson::parse(&path, &text)?;
        find_programs(&path, &lesson)?;
        Ok(Self {
            number,
            path,
            snapshots: file.with_file_name(SNAPSHOTS),
            text,
            lesson,
        })
    }

    /// Returns what verdicts call the lesson.
    pub fn name(&self) -> String {
        let chapter = self.number.map(|number| tr!("Chapter {number}", number));
        chapter.unwrap_or_else(|| tr!("The lesson"))
    }

    /// Returns the kernel that the lesson's settings name.
    pub fn needed_kernel(&self) -> Option<NeededKernel> {
        let since = self.lesson.kernel?;
        let by = self.name();
        Some(NeededKernel { by, since })
    }
}

/// Finds each function that a lesson shows: an absent one is an error of the
/// lesson.
fn find_programs(file: &Path, lesson: &Lesson) -> Result<(), LessonErrors> {
    let programs = lesson.steps.iter().flat_map(Step::programs);
    let errors = programs.filter_map(|program| {
        let problem = program_file::find(program, file).err()?;
        Some(LessonError {
            path: file.into(),
            line: program.line,
            problem,
        })
    });
    let errors: Vec<_> = errors.collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(LessonErrors(errors))
}

/// Returns the name of the catalogue of a chapter.
pub fn domain(number: u32) -> String {
    format!("chapter-{number}")
}

/// Makes a path as short as it can be from the current folder, for messages.
pub fn shown_path(path: &Path) -> PathBuf {
    std::env::current_dir()
        .ok()
        .and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf))
        .unwrap_or_else(|| path.to_path_buf())
}
