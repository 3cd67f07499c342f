//! What has happened becomes what the lesson says.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use similar::TextDiff;

use super::{Run, Source};
use crate::compare::snapshots;
use crate::lesson;

/// Writes the lesson's blocks and its snapshots anew; gives the diff.
pub fn write(text: &str, run: &Run<'_>, source: &Source) -> Result<String> {
    let mut changes = Vec::new();
    for step in &run.steps {
        for ran in &step.commands {
            let (normal, status) = (&ran.played.normal, ran.played.status);
            changes.extend(ran.command.bless(&run.versions, normal, status)?);
        }
    }
    let new = lesson::rewrite(text, &changes);
    let mut diff = replace(&source.path, text, &new)?;
    for step in &run.steps {
        let path = snapshots::path(&source.snapshots, step.step);
        let old = snapshots::read(&path)?.unwrap_or_default();
        if snapshots::with_marks(&old, &run.versions, &step.facts) != old {
            snapshots::write(&path, &source.path, step.step, &step.facts)?;
            diff.push_str(&unified(&path, &old, &step.facts));
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
