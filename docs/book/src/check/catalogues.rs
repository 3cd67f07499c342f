//! Words without a translation, or with that of an older text.

use std::path::Path;

use anyhow::Result;
use language::{Catalogue, Language};

use super::fault::Fault;
use crate::catalogues::State;
use crate::{catalogues, fidelity, lessons, scripts};

/// How much of a text is shown to find it.
const SHOWN: usize = 50;

/// Returns the faults of all translations.
pub(super) fn faults(workspace: &Path) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (domain, state) in catalogues::states(workspace)? {
        let file = Catalogue::path(Path::new(""), Language::Chinese, &domain);
        faults.extend(of_state(&file, &state));
    }
    let mut written = lessons::all(workspace)?;
    written.push(scripts::file(workspace)?);
    for file in written.iter().filter(|it| !it.is_fresh()) {
        let path = file.path.strip_prefix(workspace).unwrap_or(&file.path);
        let what = "not what the catalogue says: run `just translate`";
        faults.push(Fault::new(path.display(), what));
    }
    let unfaithful = fidelity::faults(workspace)?.into_iter();
    faults.extend(unfaithful.map(|it| Fault::new("docs/po", it)));
    Ok(faults)
}

/// Returns the faults of one catalogue.
fn of_state(file: &Path, state: &State) -> Vec<Fault> {
    let kinds = [
        (
            &state.missing,
            "not translated: run `just translate`, and translate them",
        ),
        (
            &state.fuzzy,
            "of an older text: compare them, and remove the mark `fuzzy`",
        ),
        (&state.stale, "in no source any more: run `just translate`"),
        (
            &state.broken,
            "that fill in other parts than the English: write the same {parts}",
        ),
    ];
    let faults = kinds.into_iter().filter_map(|(texts, what)| {
        let first: String = texts.first()?.chars().take(SHOWN).collect();
        let count = texts.len();
        let what = format!("{count} {what}; the first: {first:?}");
        Some(Fault::new(file.display(), what))
    });
    faults.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_is_missing_fuzzy_stale_or_broken_is_a_fault() {
        let file = Path::new("docs/po/zh-CN/words.po");
        let whats = |state| {
            let faults = of_state(file, &state);
            faults.iter().map(Fault::to_string).collect::<Vec<_>>()
        };
        assert_eq!(whats(State::default()), [""; 0]);
        let texts = || vec!["one".to_owned(), "two".to_owned()];
        let found = whats(State {
            all: 9,
            missing: texts(),
            fuzzy: texts(),
            stale: texts(),
            broken: texts(),
        });
        for (line, words) in found.iter().zip([
            "2 not translated",
            "2 of an older text",
            "2 in no source any more",
            "2 that fill in other parts",
        ]) {
            let begins = format!("docs/po/zh-CN/words.po: {words}");
            assert!(line.starts_with(&begins), "{line}");
            assert!(line.ends_with("the first: \"one\""), "{line}");
        }
        assert_eq!(found.len(), 4);
    }
}
