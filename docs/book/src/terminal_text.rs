//! Texts that are written for a terminal, as HTML: paragraphs, `code`, and
//! lines that four blanks set apart.

use crate::html::escape;

/// Returns the paragraphs and blocks of a text, without empty lines.
pub fn blocks(text: &str) -> String {
    let mut html = String::new();
    let mut code = Vec::new();
    let mut prose: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end).chain([""]) {
        let indented = line.strip_prefix("    ");
        match indented {
            Some(line) if prose.is_empty() => code.push(line),
            _ if line.is_empty() && !code.is_empty() => code.push(""),
            _ => {
                html.push_str(&block_of(&mut code));
                if line.is_empty() {
                    html.push_str(&paragraph(&mut prose));
                } else {
                    prose.push(line.trim_start());
                }
            }
        }
    }
    html + &block_of(&mut code)
}

fn block_of(lines: &mut Vec<&str>) -> String {
    let code = std::mem::take(lines).join("\n");
    let code = code.trim_end();
    if code.is_empty() {
        return String::new();
    }
    // An empty line would end the HTML in which this block stands.
    let code = escape(code).replace("\n\n", "\n&#8203;\n");
    format!("<pre><code class=\"nohighlight\">{code}</code></pre>\n")
}

fn paragraph(lines: &mut Vec<&str>) -> String {
    let text = std::mem::take(lines)
        .into_iter()
        .fold(String::new(), joined);
    if text.is_empty() {
        return text;
    }
    format!("<p>{}</p>\n", inline(&text))
}

/// Adds a line to a text: with a blank between them, but not between two
/// characters of a script that has none.
fn joined(mut text: String, line: &str) -> String {
    let is_wide = |c: Option<char>| c.is_some_and(|c| c >= '\u{2e80}');
    let has_blank =
        !is_wide(text.chars().next_back()) || !is_wide(line.chars().next());
    if has_blank && !text.is_empty() {
        text.push(' ');
    }
    text + line
}

/// Returns words, and code between backticks, as HTML. No character of it is
/// markup of Markdown.
pub fn inline(text: &str) -> String {
    let mut html = String::new();
    let mut parts: Vec<_> = text.split('`').collect();
    // An odd backtick is a backtick.
    let last = (parts.len() % 2 == 0).then(|| parts.pop()).flatten();
    for (place, part) in parts.into_iter().enumerate() {
        let part = escape_markdown(part);
        html.push_str(&match place % 2 {
            0 => part,
            _ => format!("<code>{part}</code>"),
        });
    }
    let last = last.map(|it| format!("&#96;{}", escape_markdown(it)));
    html + &last.unwrap_or_default()
}

fn escape_markdown(text: &str) -> String {
    let mut escaped = String::new();
    for c in escape(text).chars() {
        match c {
            '*' | '_' | '[' | ']' | '\\' | '~' | '{' | '}' => {
                escaped.push_str(&format!("&#{};", u32::from(c)));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_lines_set_apart_are_elements() {
        let text = "Write `a <b>`.\nIt is\n\n    one\n\n      two\n\nEnd.\n";
        assert_eq!(
            blocks(text),
            "<p>Write <code>a &lt;b&gt;</code>. It is</p>\n\
             <pre><code class=\"nohighlight\">one\n&#8203;\n  two</code></pre>\n\
             <p>End.</p>\n"
        );
    }

    #[test]
    fn lines_of_chinese_are_joined_without_a_blank() {
        assert_eq!(blocks("命名\n空间\nnet"), "<p>命名空间 net</p>\n");
    }

    #[test]
    fn no_character_is_markup() {
        assert_eq!(
            inline("/proc/*/fd/* `x_y` ` [a]"),
            "/proc/&#42;/fd/&#42; <code>x&#95;y</code> &#96; &#91;a&#93;"
        );
    }
}
