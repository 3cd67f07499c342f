//! Spellings that a program can find: two that cost the reader a look, and sleep.

use proc_macro2::{Delimiter, Group, TokenTree};

use super::source::{children, is_punct, word};

/// Returns the lines of `match x { true => ..., false => ... }`.
pub fn matches_on_a_bool(tokens: &[TokenTree]) -> Vec<usize> {
    find(tokens, &|tokens| {
        let is_match = word(&tokens[0]).as_deref() == Some("match");
        let block = tokens.iter().skip(1).find_map(block)?;
        (is_match && has_both_arms(block)).then(|| line(&tokens[0]))
    })
}

fn block(token: &TokenTree) -> Option<&Group> {
    match token {
        TokenTree::Group(group) => {
            (group.delimiter() == Delimiter::Brace).then_some(group)
        }
        _ => None,
    }
}

fn has_both_arms(block: &Group) -> bool {
    let arms = children(block);
    let has = |name: &str| {
        let mut pairs = arms.windows(2);
        pairs.any(|it| {
            word(&it[0]).as_deref() == Some(name) && is_punct(&it[1], '=')
        })
    };
    has("true") && has("false")
}

/// Returns the lines of `let (a, b) = (x, y);`.
pub fn double_lets(tokens: &[TokenTree]) -> Vec<usize> {
    find(tokens, &|tokens| match tokens {
        [first, names, equals, values, end, ..] => {
            let is_double = word(first).as_deref() == Some("let")
                && is_tuple(names)
                && is_punct(equals, '=')
                && is_tuple(values)
                && is_punct(end, ';');
            is_double.then(|| line(first))
        }
        _ => None,
    })
}

/// Tells whether the code calls `thread::sleep`.
pub fn sleeps(tokens: &[TokenTree]) -> bool {
    let is_call = |tokens: &[TokenTree]| {
        let name = word(&tokens[0]).filter(|name| name == "sleep");
        let is_call = matches!(tokens.get(1), Some(TokenTree::Group(_)));
        (name.is_some() && is_call).then_some(0)
    };
    !find(tokens, &is_call).is_empty()
}

fn is_tuple(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    let is_comma = |token: &TokenTree| is_punct(token, ',');
    group.delimiter() == Delimiter::Parenthesis
        && children(group).iter().any(is_comma)
}

fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

/// Asks at every token, at any depth, with the tokens that follow it.
fn find(
    tokens: &[TokenTree],
    at: &dyn Fn(&[TokenTree]) -> Option<usize>,
) -> Vec<usize> {
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        found.extend(at(&tokens[index..]));
        if let TokenTree::Group(group) = token {
            found.extend(find(&children(group), at));
        }
    }
    found
}
