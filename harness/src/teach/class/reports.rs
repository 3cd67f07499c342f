//! The reports in a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::exercise::catalogue::Entry;
use crate::exercise::show::harmless;
use crate::teach::report::{FORMAT, Report, Work};
use crate::teach::stranger;

/// Size limit of a report, about ten times the usual size.
const MOST_BYTES: u64 = 1 << 20;

/// Lists FOLDER/NAME.json and FOLDER/STUDENT/NAME.json.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let list = |folder: &Path| -> Result<Vec<PathBuf>> {
        let entries = fs::read_dir(folder)
            .with_context(|| folder.display().to_string())?;
        let mut paths: Vec<_> =
            entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        Ok(paths)
    };
    for path in list(folder)? {
        if path.symlink_metadata().is_ok_and(|meta| meta.is_dir()) {
            // An unreadable folder counts as empty.
            files.extend(list(&path).unwrap_or_default());
        } else {
            files.push(path);
        }
    }
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".json") && !name.starts_with('.')
    });
    Ok(files)
}

/// The reports in a folder.
#[derive(Default)]
pub(super) struct Reports {
    folder: PathBuf,
    /// Reports by name of the student.
    pub(super) by_student: BTreeMap<String, Report>,
    /// Lines about files that are no reports.
    pub(super) not_understood: Vec<String>,
}

impl Reports {
    /// Reads the files of a folder.
    pub(super) fn read(folder: &Path, files: &[PathBuf]) -> Self {
        let mut reports = Self {
            folder: folder.to_path_buf(),
            ..Self::default()
        };
        for file in files {
            reports.take(file);
        }
        reports
    }

    /// Returns the work of every student on an exercise.
    pub(super) fn works(&self, entry: &Entry) -> impl Iterator<Item = &Work> {
        self.by_student.values().map(|it| it.work(entry.number))
    }

    fn take(&mut self, file: &Path) {
        match read(file) {
            Ok(report) => self.add(file, report),
            Err(error) => self.complain(file, &format!("{error:#}")),
        }
    }

    /// Adds a report. The later of two reports by one student counts.
    fn add(&mut self, file: &Path, mut report: Report) {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let own = harmless(report.student.trim());
        let name = if own.is_empty() { harmless(&stem) } else { own };
        if let Some(known) = self.by_student.get_mut(&name) {
            if known.written < report.written {
                std::mem::swap(known, &mut report);
            }
            let why = format!(
                "there are two reports of {name}: the later one \
                               counts. Two of one name? just report --name"
            );
            self.complain(file, &why);
        } else {
            self.by_student.insert(name, report);
        }
    }

    fn complain(&mut self, file: &Path, why: &str) {
        let file = file.strip_prefix(&self.folder).unwrap_or(file);
        let file = harmless(&file.display().to_string());
        let first = why.lines().next().unwrap_or_default();
        self.not_understood
            .push(format!("{file}: {}", harmless(first)));
    }
}

fn read(file: &Path) -> Result<Report> {
    let text = stranger::read(file, MOST_BYTES)?;
    let report: Report =
        serde_json::from_str(&text).context("it is no report")?;
    ensure!(
        report.format == FORMAT,
        "it was written by another version of the course"
    );
    Ok(report)
}
