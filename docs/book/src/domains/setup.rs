//! The words of the set-up's scripts: the arguments of `say`, `words` and
//! `cannot`.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use anyhow::{Context, Result};
use regex::Regex;

use super::collected::Collected;

/// Name of the catalogue.
pub const DOMAIN: &str = "setup";

/// The scripts, in the order in which a newcomer meets them.
const SCRIPTS: [&str; 14] = [
    "just",
    "vm/setup",
    "vm/rust",
    "vm/may-install",
    "vm/install",
    "vm/just",
    "vm/kernel",
    "vm/tree",
    "vm/apt",
    "vm/box",
    "vm/vagrant",
    "vm/web",
    "docs/site/make",
    "harness/first-build",
];

/// A call with a message between quotes, without variables.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    let call =
        r#"\b(?:say|words|cannot)(?: |\s*\\\n\s*)(?:'([^']*)'|"([^"$`\\]*)")"#;
    // A test of this file compiles the pattern.
    Regex::new(call).expect("a valid pattern")
});

/// Collects the words of all scripts.
pub(super) fn collect(workspace: &Path, to: &mut Collected) -> Result<()> {
    for script in SCRIPTS {
        let file = workspace.join(script);
        let text = fs::read_to_string(&file);
        let text = text.with_context(|| file.display().to_string())?;
        to.of(workspace, &file);
        for message in messages(&text) {
            to.whole(&message);
        }
    }
    Ok(())
}

fn messages(script: &str) -> Vec<String> {
    let lines = script
        .lines()
        .filter(|it| !it.trim_start().starts_with('#'));
    let code = lines.collect::<Vec<_>>().join("\n");
    let calls = CALL.captures_iter(&code);
    calls
        .filter_map(|call| call.get(1).or(call.get(2)))
        .map(|message| message.as_str().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_between_quotes_and_has_no_variable() {
        let script = "# say 'no'\nsay 'a %s' \"$b\"\nx || cannot \\\n  \"it's\"\n\
                      y=$(words 'c' \"$(words 'd')\")\nsay %s \"$e\"\n\
                      say \"$f\"\n";
        assert_eq!(messages(script), ["a %s", "it's", "c", "d"]);
    }
}
