//! The set-up's words as a shell function: `vm/words.zh-CN.sh`, for `vm/speak`.

use std::path::Path;

use anyhow::Result;
use language::{Catalogue, Language};

use crate::domains::{self, setup};
use crate::lessons::Written;

/// Path of the file, from the top of the repository.
const FILE: &str = "vm/words.zh-CN.sh";

/// Returns the file.
pub fn file(workspace: &Path) -> Result<Written> {
    let domain = domains::of_setup(workspace)?;
    let catalogue =
        Catalogue::read(workspace, Language::Chinese, setup::DOMAIN)?;
    let messages = domain.messages.iter().map(|it| it.text.as_str());
    Ok(Written {
        path: workspace.join(FILE),
        text: text(messages, &catalogue),
    })
}

fn text<'a>(
    messages: impl Iterator<Item = &'a str>,
    catalogue: &Catalogue,
) -> String {
    let mut text = "#!/bin/sh\n# Written by `just translate` from \
                    docs/po/zh-CN/setup.po: do not change it here.\n\n\
                    # shellcheck disable=SC2016 # nothing in a message expands\n\
                    in_chinese() { # in_chinese MESSAGE\n    case $1 in\n"
        .to_owned();
    for message in messages {
        if let Some(found) = catalogue.find(message) {
            let message = quoted(message);
            text += &format!("    {message}) printf %s {} ;;\n", quoted(found));
        }
    }
    text + "    *) printf %s \"$1\" ;;\n    esac\n}\n"
}

/// Returns a word of a shell, in which nothing has a meaning.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_message_has_a_meaning_for_the_shell() {
        assert_eq!(quoted("it's $a `b`"), r"'it'\''s $a `b`'");
    }

    #[test]
    fn without_a_translation_a_message_is_english() {
        let text = text(["a"].into_iter(), &Catalogue::default());
        assert!(!text.contains("'a'"), "{text}");
        assert!(text.contains("*) printf %s \"$1\""), "{text}");
    }
}
