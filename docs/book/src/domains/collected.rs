//! The messages of one domain, each once.

use std::collections::HashSet;
use std::path::Path;

use anyhow::Result;

use crate::markdown;

/// The messages of one catalogue.
pub struct Domain {
    /// Name of the catalogue, such as `chapter-3`.
    pub name: String,
    /// The messages, each once, in the order of the sources.
    pub messages: Vec<Message>,
}

/// A text to translate.
pub struct Message {
    /// The English text.
    pub text: String,
    /// File that has it, from the top of the repository.
    pub source: String,
}

/// Collects the messages of a domain.
pub(super) struct Collected {
    messages: Vec<Message>,
    seen: HashSet<String>,
    source: String,
}

impl Collected {
    pub fn new() -> Self {
        Self {
            messages: Vec::new(),
            seen: HashSet::new(),
            source: String::new(),
        }
    }

    pub fn of(&mut self, workspace: &Path, file: &Path) -> &mut Self {
        let source = file.strip_prefix(workspace).unwrap_or(file);
        self.source = source.display().to_string();
        self
    }

    /// Adds a text as one message.
    pub fn whole(&mut self, text: &str) {
        let text = text.trim_end_matches('\n');
        if !text.trim().is_empty() && self.seen.insert(text.to_owned()) {
            let source = self.source.clone();
            let text = text.to_owned();
            self.messages.push(Message { text, source });
        }
    }

    /// Adds the messages of a Markdown text.
    pub fn markdown(&mut self, text: &str) -> Result<()> {
        for message in markdown::messages(text)? {
            self.whole(&message);
        }
        Ok(())
    }

    pub fn into_domain(self, name: String) -> Domain {
        let messages = self.messages;
        Domain { name, messages }
    }
}
