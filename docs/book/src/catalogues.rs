//! Compares the catalogues with the sources, and updates them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use language::{Catalogue, Language};
use polib::catalog::Catalog;
use polib::message::{Message, MessageFlags};
use polib::metadata::CatalogMetadata;
use similar::TextDiff;

use crate::domains::{self, collected::Domain};
use crate::placeholders;

/// Messages this much alike are taken for one, whose text has changed.
const ALIKE: f32 = 0.7;

/// The states of the messages of one catalogue.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Messages in all.
    pub all: usize,
    /// Texts without a translation.
    pub missing: Vec<String>,
    /// Texts whose translation is that of an older text.
    pub fuzzy: Vec<String>,
    /// Texts in the catalogue that are in no source any more.
    pub stale: Vec<String>,
    /// Texts whose translation lacks a part that a program fills in, or has
    /// one that no program fills in.
    pub broken: Vec<String>,
}

impl State {
    /// Tells whether every message is translated, and nothing else is there.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
            && self.fuzzy.is_empty()
            && self.stale.is_empty()
            && self.broken.is_empty()
    }
}

/// Returns the state of each catalogue, by its domain.
pub fn states(workspace: &Path) -> Result<Vec<(String, State)>> {
    let mut states = Vec::new();
    for domain in domains::all(workspace)? {
        let old = Catalogue::read(workspace, Language::Chinese, &domain.name)?;
        states.push((domain.name.clone(), state(&domain, old.messages())));
    }
    Ok(states)
}

fn state(domain: &Domain, catalog: Option<&Catalog>) -> State {
    let mut state = State {
        all: domain.messages.len(),
        ..State::default()
    };
    for message in &domain.messages {
        let text = &message.text;
        match catalog.and_then(|c| c.find_message(None, text, None)) {
            Some(found) if found.flags().is_fuzzy() => {
                state.fuzzy.push(text.clone());
            }
            Some(found) if found.is_translated() => {
                let translation = found.msgstr().unwrap_or_default();
                if !placeholders::agree(&domain.name, text, translation) {
                    state.broken.push(text.clone());
                }
            }
            _ => state.missing.push(text.clone()),
        }
    }
    let old = catalog.into_iter().flat_map(Catalog::messages);
    let known = |text: &str| domain.messages.iter().any(|it| it.text == text);
    state.stale = old
        .map(|it| it.msgid().to_owned())
        .filter(|text| !known(text))
        .collect();
    state
}

/// Writes each catalogue anew: with all messages of the sources, in their order.
/// A new text that is much like an old one gets the old translation, marked as
/// fuzzy.
pub fn update(workspace: &Path) -> Result<()> {
    for domain in domains::all(workspace)? {
        let old = Catalogue::read(workspace, Language::Chinese, &domain.name)?;
        let new = updated(&domain, old.messages());
        let path = Catalogue::path(workspace, Language::Chinese, &domain.name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .with_context(|| folder.display().to_string())?;
        }
        polib::po_file::write(&new, &path)
            .with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn updated(domain: &Domain, old: Option<&Catalog>) -> Catalog {
    let mut metadata = CatalogMetadata::new();
    metadata.project_id_version = "namespace-workshop".into();
    metadata.language = Language::Chinese.tag().into();
    metadata.mime_version = "1.0".into();
    metadata.content_type = "text/plain; charset=UTF-8".into();
    metadata.content_transfer_encoding = "8bit".into();
    let mut new = Catalog::new(metadata);
    for message in &domain.messages {
        let known = old.and_then(|c| c.find_message(None, &message.text, None));
        let (text, fuzzy) = match known {
            Some(known) => (
                known.msgstr().unwrap_or_default().to_owned(),
                known.flags().is_fuzzy(),
            ),
            None => match old.and_then(|c| alike(c, domain, &message.text)) {
                Some(text) => (text, true),
                None => (String::new(), false),
            },
        };
        let mut flags = MessageFlags::new();
        if fuzzy {
            flags.add_flag("fuzzy");
        }
        let mut entry = Message::build_singular();
        entry
            .with_msgid(message.text.clone())
            .with_msgstr(text)
            .with_source(message.source.clone())
            .with_flags(flags);
        new.append_or_update(entry.done());
    }
    new
}

/// Returns the translation of the old message that is most like a text, and is
/// in no source any more.
fn alike(old: &Catalog, domain: &Domain, text: &str) -> Option<String> {
    let gone = old.messages().filter(|it| {
        it.is_translated()
            && !domain.messages.iter().any(|m| m.text == it.msgid())
    });
    let ratio = |it: &str| TextDiff::from_words(it, text).ratio();
    let (best, message) = gone
        .map(|it| (ratio(it.msgid()), it))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best >= ALIKE).then(|| message.msgstr().ok().map(str::to_owned))?
}
