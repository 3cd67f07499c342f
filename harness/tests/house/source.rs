//! Rust source as tokens, with tests left out, and the lines that hold code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Folders that hold nothing of the repository's own.
const FOREIGN: [&str; 5] = [".git", "target", "workshop", "bundle", "corpus"];

/// Returns all files below a folder whose names end in `.extension`.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !FOREIGN.contains(&name.as_ref()) {
            all.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            all.push(path);
        }
    }
    all.sort();
    all
}

/// Reads a file as tokens.
pub fn read(file: &Path) -> Vec<TokenTree> {
    let text = fs::read_to_string(file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let tokens: TokenStream = text
        .parse()
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    tokens.into_iter().collect()
}

/// Takes out every item behind `#[cfg(test)]` or `#[test]`, at any depth.
pub fn without_tests(tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        if !is_punct(&token, '#') {
            kept.push(inside(token));
            continue;
        }
        match tokens.next() {
            Some(TokenTree::Group(group)) if is_test(&group) => {
                skip_item(&mut tokens);
            }
            Some(next) => kept.extend([token, next]),
            None => kept.push(token),
        }
    }
    kept
}

/// Takes the tests out of a group.
fn inside(token: TokenTree) -> TokenTree {
    let TokenTree::Group(group) = token else {
        return token;
    };
    let inner = without_tests(children(&group));
    let mut new = Group::new(group.delimiter(), inner.into_iter().collect());
    new.set_span(group.span());
    TokenTree::Group(new)
}

fn is_test(attribute: &Group) -> bool {
    let text = attribute.stream().to_string().replace(' ', "");
    text == "test"
        || text.starts_with("cfg(test")
        || text.starts_with("cfg(all(test")
}

/// Skips the rest of an item: up to `;`, or the first block in braces.
fn skip_item(tokens: &mut impl Iterator<Item = TokenTree>) {
    for token in tokens {
        let ends = match &token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => is_punct(&token, ';'),
        };
        if ends {
            return;
        }
    }
}

/// Tells whether the token is this sign.
pub fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// Returns the word that the token is, without `r#`.
pub fn word(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(ident) => {
            Some(ident.to_string().trim_start_matches("r#").to_owned())
        }
        _ => None,
    }
}

/// Returns the tokens of a group.
pub fn children(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

/// Counts the lines that hold code: no comments, no documentation.
pub fn lines_of_code(tokens: &[TokenTree]) -> usize {
    let mut lines = BTreeSet::new();
    mark_lines(tokens, &mut lines);
    lines.len()
}

fn mark_lines(tokens: &[TokenTree], lines: &mut BTreeSet<usize>) {
    let mut tokens = tokens.iter().peekable();
    while let Some(token) = tokens.next() {
        // A doc comment is `#[doc = "..."]`, within a module `#![doc = "..."]`.
        if is_punct(token, '#') {
            tokens.next_if(|next| is_punct(next, '!'));
            if tokens.next_if(|next| is_doc(next)).is_some() {
                continue;
            }
        }
        let first = token.span().start().line;
        let last = token.span().end().line;
        if let TokenTree::Group(group) = token {
            lines.extend([first, last]);
            mark_lines(&children(group), lines);
        } else {
            lines.extend(first..=last);
        }
    }
}

fn is_doc(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    let first = children(group).first().and_then(word);
    first.as_deref() == Some("doc")
}
