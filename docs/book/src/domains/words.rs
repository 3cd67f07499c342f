//! The words in `tr!` and `mark!` of all programs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use proc_macro2::{TokenStream, TokenTree};
use syn::LitStr;

use super::collected::Collected;

/// Folders of the crates whose words are translated.
const FOLDERS: [&str; 5] = [
    "harness/exercises/src",
    "harness/reader/src",
    "harness/src",
    "docs/book/src",
    "vm/why/src",
];

/// Folders of those crates that are compiled for the page, too.
const LIVE_FOLDERS: [&str; 2] = ["harness/lessons/src", "docs/diagram/src"];

/// Collects the words of all programs.
pub(super) fn collect(workspace: &Path, to: &mut Collected) -> Result<()> {
    collect_folders(workspace, &LIVE_FOLDERS, to)?;
    collect_folders(workspace, &FOLDERS, to)
}

/// Collects the words of the page's judge.
pub(super) fn collect_live(workspace: &Path, to: &mut Collected) -> Result<()> {
    collect_folders(workspace, &LIVE_FOLDERS, to)
}

fn collect_folders(
    workspace: &Path,
    folders: &[&str],
    to: &mut Collected,
) -> Result<()> {
    for folder in folders {
        for file in rust_files(&workspace.join(folder))? {
            let text = fs::read_to_string(&file);
            let text = text.with_context(|| file.display().to_string())?;
            let tokens: TokenStream = text
                .parse()
                .map_err(|error| anyhow!("{}: {error}", file.display()))?;
            to.of(workspace, &file);
            collect_tokens(tokens, to);
        }
    }
    Ok(())
}

/// Returns all Rust files below a folder, sorted by path.
fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Collects the messages of each `tr!` and `mark!` among these tokens, however deep.
fn collect_tokens(tokens: TokenStream, to: &mut Collected) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        if is_call(&tokens[..place]) {
            collect_call(group.stream(), to);
        }
        collect_tokens(group.stream(), to);
    }
}

fn is_call(before: &[TokenTree]) -> bool {
    let [.., TokenTree::Ident(name), TokenTree::Punct(mark)] = before else {
        return false;
    };
    (*name == "tr" || *name == "mark") && mark.as_char() == '!'
}

/// Collects the singular and the plural of one `tr!("one" | "{n}" % n, ...)`.
/// Catalogues have both: English needs none of them, Chinese the second.
fn collect_call(arguments: TokenStream, to: &mut Collected) {
    for token in arguments {
        match token {
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse_str::<LitStr>(&literal.to_string())
                {
                    to.whole(&text.value());
                }
            }
            TokenTree::Punct(mark) if mark.as_char() == '|' => {}
            _ => break,
        }
    }
}
