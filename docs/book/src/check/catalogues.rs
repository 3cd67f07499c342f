//! Words without a translation, or with that of an older text.

use std::path::Path;

use anyhow::Result;
use language::{Catalogue, Language};

use super::Fault;
use crate::{catalogues, lessons};

/// How much of a text is shown to find it.
const SHOWN: usize = 50;

pub(super) fn faults(workspace: &Path) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (domain, state) in catalogues::states(workspace)? {
        let file = Catalogue::path(Path::new(""), Language::Chinese, &domain);
        let mut add = |texts: &[String], what: &str| {
            if let Some(first) = texts.first() {
                let first: String = first.chars().take(SHOWN).collect();
                let count = texts.len();
                let what = format!("{count} {what}; the first: {first:?}");
                faults.push(Fault::new(file.display(), what));
            }
        };
        add(
            &state.missing,
            "not translated: run `just translate`, and translate them",
        );
        add(
            &state.fuzzy,
            "of an older text: compare them, and remove the mark `fuzzy`",
        );
        add(&state.stale, "in no source any more: run `just translate`");
    }
    for file in lessons::all(workspace)?.iter().filter(|it| !it.is_fresh()) {
        let path = file.path.strip_prefix(workspace).unwrap_or(&file.path);
        let what = "not what the catalogue says: run `just translate`";
        faults.push(Fault::new(path.display(), what));
    }
    Ok(faults)
}
