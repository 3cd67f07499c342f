//! Rewrites a lesson and its snapshots from what has happened.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use similar::TextDiff;

use super::Run;
use crate::compare::snapshots::with_marks;
use crate::course::LessonFile;
use crate::lesson::{self, LessonError};
use crate::{program_file, snapshots};

/// Writes the lesson's blocks and its snapshots anew, and returns the diff.
pub fn write(file: &LessonFile, run: &Run<'_>) -> Result<String> {
    let mut changes = Vec::new();
    for step in &run.steps {
        for program in step.step.programs() {
            let change = program_file::bless(program, &file.path);
            let problem = |problem| LessonError {
                path: file.path.clone(),
                line: program.line,
                problem,
            };
            changes.extend(change.map_err(problem)?);
        }
        for ran in &step.commands {
            let played = &ran.played;
            changes.extend(ran.command.bless(
                &run.versions,
                &played.normal,
                played.status,
            )?);
        }
    }
    let new = lesson::rewrite(&file.text, &changes);
    let mut diff = replace(&file.path, &file.text, &new)?;
    for step in &run.steps {
        let facts = &step.facts.text;
        let path = snapshots::path(&file.snapshots, step.step);
        let old = snapshots::read(&path)?.unwrap_or_default();
        if with_marks(&old, &run.versions, facts) != old {
            snapshots::write(&path, &file.path, step.step, facts)?;
            diff.push_str(&unified(&path, &old, facts));
        }
    }
    for orphan in &run.orphans {
        fs::remove_file(orphan)
            .with_context(|| format!("{}", orphan.display()))?;
        diff.push_str(&format!("removed {}\n", orphan.display()));
    }
    Ok(diff)
}

fn replace(path: &PathBuf, old: &str, new: &str) -> Result<String> {
    if old == new {
        return Ok(String::new());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let file = tempfile::NamedTempFile::new_in(folder)?;
    fs::write(file.path(), new)?;
    if let Ok(meta) = fs::metadata(path) {
        fs::set_permissions(file.path(), meta.permissions())?;
    }
    file.persist(path)
        .with_context(|| format!("{}", path.display()))?;
    Ok(unified(path, old, new))
}

fn unified(path: &Path, old: &str, new: &str) -> String {
    let name = path.display().to_string();
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(2)
        .header(&name, &name)
        .to_string()
}
