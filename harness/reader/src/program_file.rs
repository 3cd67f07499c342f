//! Functions that a lesson shows, in their files.

use std::path::Path;

use crate::compare::{self, Difference};
use crate::input;
use crate::lesson::{Function, Problem, Program, Replacement};

/// Finds a function in its file, which has to be below the folder of the lesson
/// with this path.
///
/// # Errors
///
/// The file cannot be read or is elsewhere, or the function cannot be shown.
pub fn find(program: &Program, lesson: &Path) -> Result<Function, Problem> {
    let path = program.path(lesson);
    let unreadable = |why: &dyn ToString| Problem::NoProgram {
        file: program.file.clone(),
        why: why.to_string(),
    };
    let text =
        input::text(&path, input::PROGRAM).map_err(|why| unreadable(&why))?;
    // A symbolic link on the way may lead out of the folder.
    let real = path.canonicalize().map_err(|why| unreadable(&why))?;
    let home = lesson.with_file_name(".");
    let home = home.canonicalize().map_err(|why| unreadable(&why))?;
    if !real.starts_with(home) {
        return Err(Problem::ProgramElsewhere(program.file.clone()));
    }
    program.find(&text)
}

/// Returns the change that copies the function into the lesson, or `None` if the
/// lesson already shows it.
///
/// # Errors
///
/// The errors of [`find`].
pub fn bless(
    program: &Program,
    lesson: &Path,
) -> Result<Option<Replacement>, Problem> {
    Ok(program.bless(find(program, lesson)?))
}

/// Compares a function shown in the lesson with this path with its file.
pub fn difference(program: &Program, lesson: &Path) -> Option<Difference> {
    compare::program(lesson, program, find(program, lesson)).err()
}
