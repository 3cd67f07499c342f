//! The rules of Chinese typesetting: full-width punctuation in Chinese text, no
//! space beside it, and one space between Chinese and Latin letters.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Stands for a span of code.
const CODE: char = '`';

/// Stands for a mark of emphasis: a space may stand outside of it.
const MARK: char = '*';

/// Punctuation that takes two columns, and has its own space.
const WIDE: &str = "，。：；？！（）、“”";

/// Characters before and after a fault that are shown with it.
const AROUND: usize = 6;

/// Returns the faults of a Markdown text, each with the text around it.
pub(super) fn faults(translation: &str) -> Vec<String> {
    in_paragraphs(&paragraphs(translation))
}

/// Returns the faults of a text for a terminal. Its lines and columns are its
/// own: a line is a paragraph, and so is what stands after two spaces.
pub(super) fn plain_faults(translation: &str) -> Vec<String> {
    let lines = translation.lines().flat_map(|line| line.split("  "));
    let texts: Vec<_> = lines.map(|it| it.trim().to_owned()).collect();
    in_paragraphs(&texts)
}

fn in_paragraphs(paragraphs: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for text in paragraphs {
        let chars: Vec<char> = text.chars().collect();
        for place in 0..chars.len().saturating_sub(1) {
            if let Some(rule) = broken_rule(&chars[place..]) {
                let from = place.saturating_sub(AROUND);
                let to = (place + AROUND).min(chars.len());
                let around: String = chars[from..to].iter().collect();
                found.push(format!("{rule}: {around}"));
            }
        }
    }
    found
}

/// Returns the rule that the first characters of a text break.
fn broken_rule(text: &[char]) -> Option<&'static str> {
    let [one, two, ..] = *text else {
        return None;
    };
    let third = text.get(2).copied().unwrap_or(' ');
    if is_han(one) && ",.;:?!(".contains(two)
        || one == ')' && is_han(two)
        || ",;:".contains(one) && two == ' ' && is_han(third)
    {
        return Some("half-width punctuation beside Chinese");
    }
    if one == ' ' && WIDE.contains(two) || WIDE.contains(one) && two == ' ' {
        return Some("a space beside full-width punctuation");
    }
    if is_han(one) && is_latin(two) || is_latin(one) && is_han(two) {
        return Some("no space between Chinese and Latin");
    }
    if is_han(one) && two == ' ' && is_han(third) {
        return Some("a space between Chinese characters");
    }
    None
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == CODE
}

/// Returns the prose of a Markdown text without its marks, a string for each
/// paragraph. A span of code is one character.
fn paragraphs(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut in_block = false;
    for event in Parser::new_ext(text, Options::empty()) {
        let piece = match event {
            Event::Start(Tag::CodeBlock(_)) => {
                in_block = true;
                continue;
            }
            Event::End(TagEnd::CodeBlock) => {
                in_block = false;
                continue;
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                all.push(String::new());
                continue;
            }
            Event::Text(text) if !in_block => text.into_string(),
            Event::Code(_) => CODE.to_string(),
            Event::Start(Tag::Emphasis | Tag::Strong)
            | Event::End(TagEnd::Emphasis | TagEnd::Strong) => MARK.to_string(),
            Event::SoftBreak => " ".to_owned(),
            _ => continue,
        };
        if let Some(last) = all.last_mut() {
            last.push_str(&piece);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_text_in_its_own_punctuation_has_no_fault() {
        for text in [
            "看 `net`（见 [clone(2)](x.md)），再看 PID 1。",
            "**网卡**：`lo`、eth0",
            "**是吗？** 是 _网卡_，不是",
            "约 6 %；见 setns(2)，“里面”",
            "写：\n\n    a=文件.b\n\n再运行。",
        ] {
            assert_eq!(faults(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn columns_of_a_terminal_are_no_spaces_in_a_sentence() {
        assert_eq!(plain_faults("提示   （第 1 条）\n运行 `just`。"), [""; 0]);
        assert_eq!(plain_faults("? 说明"), [""; 0], "a key");
        assert_eq!(plain_faults("看`net`").len(), 1);
    }

    #[test]
    fn each_fault_is_found() {
        for (text, rule) in [
            ("网卡,进程", "half-width"),
            ("用 `a`, 再用", "half-width"),
            ("容器(一个)里", "half-width"),
            ("用 `a` ，再用", "a space beside"),
            ("网卡。 进程", "a space beside"),
            ("看`net`", "no space"),
            ("看 PID号", "no space"),
            ("网卡 进程", "a space between"),
            ("网卡\n进程", "a space between"),
        ] {
            let found = faults(text);
            assert!(found[0].starts_with(rule), "{text}: {found:?}");
        }
    }
}
