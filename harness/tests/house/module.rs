//! One module: the items it defines, its imports, and all paths in its code.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenTree};

use super::source::{children, is_punct, word};

/// Words that a name follows at the beginning of an item.
const ITEMS: [&str; 8] = [
    "struct", "enum", "trait", "type", "union", "fn", "const", "static",
];

/// What one module has and needs.
#[derive(Default)]
pub struct Module {
    /// Names of the items that it defines.
    pub items: BTreeSet<String>,
    /// Names of its types and traits.
    pub types: BTreeSet<String>,
    /// Names of its modules; a block stands here with its tokens.
    pub children: Vec<(String, Option<Vec<TokenTree>>)>,
    /// Names from `use`, and the path of each.
    pub aliases: BTreeMap<String, Vec<String>>,
    /// Paths before `::*`.
    pub globs: Vec<Vec<String>>,
    /// Paths in the code, and those of imports that are no re-exports.
    pub paths: BTreeSet<Vec<String>>,
    /// Methods in its `impl` blocks, each with the name of the type.
    pub methods: BTreeSet<(String, String)>,
    /// Methods called on `self` or `Self`, each with the name of the type.
    pub calls: BTreeSet<(String, String)>,
}

impl Module {
    /// Reads the tokens of a module.
    pub fn read(tokens: &[TokenTree]) -> Self {
        let mut module = Self::default();
        let mut at = 0;
        while at < tokens.len() {
            at += module.item(&tokens[at..]);
        }
        module
    }

    /// Takes an item's name, or one step of code. Returns how many tokens it
    /// took, as all that follow.
    fn item(&mut self, tokens: &[TokenTree]) -> usize {
        let first = word(&tokens[0]).unwrap_or_default();
        let name = tokens.get(1).and_then(word);
        match name {
            Some(name) if first == "mod" => self.child(name, &tokens[2]),
            Some(name) if ITEMS.contains(&first.as_str()) => {
                if !["fn", "const", "static"].contains(&first.as_str()) {
                    self.types.insert(name.clone());
                }
                self.items.insert(name);
                2
            }
            _ if first == "impl" => self.implementation(tokens),
            _ => self.code(tokens, ""),
        }
    }

    fn child(&mut self, name: String, next: &TokenTree) -> usize {
        let block = match next {
            TokenTree::Group(block) => Some(children(block)),
            _ => None,
        };
        self.children.push((name, block));
        3
    }

    fn implementation(&mut self, tokens: &[TokenTree]) -> usize {
        let block =
            tokens
                .iter()
                .enumerate()
                .find_map(|(at, token)| match token {
                    TokenTree::Group(group)
                        if group.delimiter() == Delimiter::Brace =>
                    {
                        Some((at, children(group)))
                    }
                    _ => None,
                });
        let (end, inner) = block.expect("a block behind impl");
        let head = &tokens[1..end];
        let this = implemented(head);
        let is = |token: &TokenTree, name| word(token).as_deref() == Some(name);
        if !head.iter().any(|token| is(token, "for")) {
            let pairs = inner.windows(2).filter(|pair| is(&pair[0], "fn"));
            let names = pairs.filter_map(|pair| word(&pair[1]));
            self.methods.extend(names.map(|name| (this.clone(), name)));
        }
        self.all_code(head, &this);
        self.all_code(&inner, &this);
        end + 1
    }

    /// Reads code, in an `impl` block of the type `this`, else "".
    fn all_code(&mut self, tokens: &[TokenTree], this: &str) {
        let mut at = 0;
        while at < tokens.len() {
            at += self.code(&tokens[at..], this);
        }
    }

    fn code(&mut self, tokens: &[TokenTree], this: &str) -> usize {
        if let TokenTree::Group(group) = &tokens[0] {
            self.all_code(&children(group), this);
            return 1;
        }
        let next = tokens.get(1);
        match word(&tokens[0]).as_deref() {
            // A field or a method is found by its type, not by its name.
            None if is_punct(&tokens[0], '.') => {
                1 + usize::from(next.and_then(word).is_some())
            }
            None => 1,
            Some("pub") => self.public(tokens),
            Some("use") => 1 + self.import(&tokens[1..], true),
            Some("self") if next.is_some_and(|it| is_punct(it, '.')) => {
                let name = tokens.get(2).and_then(word);
                self.calls.extend(name.map(|name| (this.to_owned(), name)));
                3
            }
            Some(_) => self.path(tokens, this),
        }
    }

    /// Takes `pub`; with `use` behind it names are handed on, not used.
    fn public(&mut self, tokens: &[TokenTree]) -> usize {
        let is_limited = matches!(tokens.get(1), Some(TokenTree::Group(_)));
        let next = 1 + usize::from(is_limited);
        if tokens.get(next).and_then(word).as_deref() == Some("use") {
            return next + 1 + self.import(&tokens[next + 1..], false);
        }
        next
    }

    fn import(&mut self, tokens: &[TokenTree], is_used: bool) -> usize {
        // The bound `use<'a>` is no import.
        if tokens.first().is_some_and(|it| is_punct(it, '<')) {
            return 0;
        }
        let end = tokens.iter().position(|it| is_punct(it, ';'));
        let end = end.unwrap_or(tokens.len());
        self.import_tree(&[], &tokens[..end], is_used);
        end + 1
    }

    fn import_tree(
        &mut self,
        before: &[String],
        tokens: &[TokenTree],
        is_used: bool,
    ) {
        for branch in tokens.split(|it| is_punct(it, ',')) {
            let mut path = before.to_vec();
            let mut name = None;
            let mut branch = branch.iter();
            while let Some(token) = branch.next() {
                if let TokenTree::Group(group) = token {
                    self.import_tree(&path, &children(group), is_used);
                    path.clear();
                } else if is_punct(token, '*') {
                    self.globs.push(std::mem::take(&mut path));
                } else if let Some(segment) = word(token) {
                    match segment.as_str() {
                        "as" => name = branch.next().and_then(word),
                        "self" if !path.is_empty() => {}
                        _ => path.push(segment),
                    }
                }
            }
            self.import_name(path, name, is_used);
        }
    }

    fn import_name(
        &mut self,
        path: Vec<String>,
        name: Option<String>,
        is_used: bool,
    ) {
        let Some(last) = path.last() else { return };
        let name = name.unwrap_or_else(|| last.clone());
        self.aliases.insert(name, path.clone());
        if is_used {
            self.paths.insert(path);
        }
    }

    fn path(&mut self, tokens: &[TokenTree], this: &str) -> usize {
        let mut path = Vec::new();
        let mut at = 0;
        while let Some(segment) = tokens.get(at).and_then(word) {
            path.push(segment);
            at += 1;
            let is_colon = |token: &TokenTree| is_punct(token, ':');
            let has_more = tokens.len() > at + 2
                && tokens[at..at + 2].iter().all(is_colon)
                && word(&tokens[at + 2]).is_some();
            if !has_more {
                break;
            }
            at += 2;
        }
        match path.as_slice() {
            [own, name, ..] if own == "Self" => {
                self.calls.insert((this.to_owned(), name.clone()));
            }
            _ => {
                self.paths.insert(path);
            }
        }
        at
    }
}

/// Returns the type's name in `impl<T> Trait for path::Name<T>`.
fn implemented(head: &[TokenTree]) -> String {
    let is = |token: &TokenTree, name| word(token).as_deref() == Some(name);
    let trait_end = head.iter().position(|token| is(token, "for"));
    let mut depth = 0;
    let mut name = String::new();
    for token in &head[trait_end.map_or(0, |at| at + 1)..] {
        if is_punct(token, '<') {
            depth += 1;
        } else if is_punct(token, '>') {
            depth -= 1;
        } else if is(token, "where") {
            break;
        } else if depth == 0 {
            name = word(token).unwrap_or(name);
        }
    }
    name
}
