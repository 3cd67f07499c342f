//! Compares translations with their messages, and with the rules of Chinese
//! typesetting.
//!
//! # Layout
//!
//! * here: all catalogues
//! * `structure`: code, links and emphasis, which stay as they are
//! * `typography`: punctuation, and spaces beside Latin letters
//! * `terms`: the words of `docs/po/zh-CN/terms.md`

mod structure;
mod terms;
mod typography;

use std::path::Path;

use anyhow::Result;
use language::{Catalogue, Language};

use crate::domains::{self, collected::Domain};
use terms::Terms;

/// Catalogues of messages that are no Markdown.
const PLAIN: [&str; 2] = ["words", "setup"];

/// Returns the faults of all translations, a line for each.
///
/// # Errors
///
/// A source, a catalogue or the list of terms cannot be read.
pub fn faults(workspace: &Path) -> Result<Vec<String>> {
    let terms = Terms::read(workspace)?;
    let mut faults = Vec::new();
    for domain in domains::all(workspace)? {
        let catalogue =
            Catalogue::read(workspace, Language::Chinese, &domain.name)?;
        faults.extend(of_domain(&domain, &catalogue, &terms));
    }
    Ok(faults)
}

fn of_domain(
    domain: &Domain,
    catalogue: &Catalogue,
    terms: &Terms,
) -> Vec<String> {
    let mut faults = Vec::new();
    for message in &domain.messages {
        let Some(text) = catalogue.find(&message.text) else {
            continue;
        };
        let is_plain = PLAIN.contains(&domain.name.as_str());
        let mut found = if is_plain {
            typography::plain_faults(text)
        } else {
            structure::differences(&message.text, text)
        };
        if !is_plain {
            found.extend(typography::faults(text));
        }
        found.extend(terms.faults(text));
        let beginning: String = message.text.chars().take(50).collect();
        let line = |it| format!("{}: {beginning:?}: {it}", domain.name);
        faults.extend(found.into_iter().map(line));
    }
    faults
}

#[cfg(test)]
mod tests {
    use reader::course;

    use super::*;

    #[test]
    fn translations_keep_code_links_and_the_rules_of_chinese_text() {
        let faults = faults(&course::workspace()).unwrap();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn each_lesson_names_namespace_where_it_first_speaks_of_it() {
        for chapter in course::chapters(&course::workspace()).unwrap() {
            let path = chapter.translation_path(Language::Chinese);
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(terms::is_introduced(&text), "{}", path.display());
        }
    }
}
