//! The messages of one domain, from `docs/po/LANGUAGE/DOMAIN.po`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use polib::catalog::Catalog;

use crate::Language;

/// Folder of all catalogues, from the top of the repository.
const FOLDER: &str = "docs/po";

/// Fields that polib 0.2 needs in a catalogue's header: it panics without one.
const HEADER: [&str; 9] = [
    "Project-Id-Version",
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Language-Team",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Language",
    "Plural-Forms",
];

/// Messages with their translations. English has none: its catalogue is empty.
#[derive(Default)]
pub struct Catalogue {
    messages: Option<Catalog>,
}

impl Catalogue {
    /// Returns the path of a catalogue: `docs/po/zh-CN/chapter-3.po`.
    pub fn path(workspace: &Path, language: Language, domain: &str) -> PathBuf {
        let folder = workspace.join(FOLDER).join(language.tag());
        folder.join(format!("{domain}.po"))
    }

    /// Reads the catalogue of a domain. An absent file is an empty catalogue:
    /// each message is then shown in English.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no catalogue.
    pub fn read(
        workspace: &Path,
        language: Language,
        domain: &str,
    ) -> Result<Self> {
        let path = Self::path(workspace, language, domain);
        if language == Language::English || !path.exists() {
            return Ok(Self::default());
        }
        let read = parse(&path).with_context(|| path.display().to_string());
        let messages = Some(read?);
        Ok(Self { messages })
    }

    /// Returns the translation of a message. A fuzzy one does not count.
    pub fn find(&self, message: &str) -> Option<&str> {
        let found =
            self.messages.as_ref()?.find_message(None, message, None)?;
        let good = found.is_translated() && !found.flags().is_fuzzy();
        good.then(|| found.msgstr().ok())?
    }

    /// Returns the translation of a message, or the message itself.
    pub fn translate<'a>(&'a self, message: &'a str) -> &'a str {
        self.find(message).unwrap_or(message)
    }

    /// Returns the catalogue as polib has it; `None` if it is empty.
    pub fn messages(&self) -> Option<&Catalog> {
        self.messages.as_ref()
    }
}

fn parse(path: &Path) -> Result<Catalog> {
    let text = std::fs::read_to_string(path)?;
    let has = |field: &&str| text.contains(&format!("\n\"{field}:"));
    if let Some(field) = HEADER.iter().find(|field| !has(field)) {
        bail!("the header has no {field}: copy that of another catalogue");
    }
    Ok(polib::po_file::parse(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chinese(text: &str) -> Result<Catalogue> {
        let workspace = tempfile::tempdir()?;
        let path =
            Catalogue::path(workspace.path(), Language::Chinese, "words");
        std::fs::create_dir_all(path.parent().unwrap())?;
        std::fs::write(&path, text)?;
        Catalogue::read(workspace.path(), Language::Chinese, "words")
    }

    #[test]
    fn a_fuzzy_or_absent_translation_is_the_message_itself() {
        let header = HEADER.map(|field| {
            let value = if field == "Plural-Forms" {
                "nplurals=1; plural=0;"
            } else {
                ""
            };
            format!("\"{field}: {value}\\n\"\n")
        });
        let catalogue = chinese(&format!(
            "msgid \"\"\nmsgstr \"\"\n{}\n\
             msgid \"card\"\nmsgstr \"网卡\"\n\n\
             #, fuzzy\nmsgid \"host\"\nmsgstr \"宿主机\"\n",
            header.concat(),
        ));
        let catalogue = catalogue.unwrap();
        assert_eq!(catalogue.translate("card"), "网卡");
        assert_eq!(catalogue.translate("host"), "host");
        assert_eq!(catalogue.translate("other"), "other");
    }

    #[test]
    fn a_catalogue_without_header_is_an_error_and_no_panic() {
        let error = chinese("msgid \"card\"\nmsgstr \"网卡\"\n").err().unwrap();
        assert!(
            format!("{error:#}").contains("the header has no"),
            "{error:#}"
        );
    }

    #[test]
    fn english_needs_no_file() {
        let nowhere = Path::new("/nonexistent");
        let english = Catalogue::read(nowhere, Language::English, "words");
        assert_eq!(english.unwrap().translate("card"), "card");
    }
}
