//! Console blocks of lessons, as HTML: each command and its output in elements
//! of their own, so that a page can copy the commands and hide the output.

use reader::lesson::{Command, Mark, Marked, When};

use crate::html::escape;

/// Returns a block of a step. `step` is its name, such as `3.2`.
pub fn block(step: &str, commands: &[Command]) -> String {
    let commands: Vec<_> = commands.iter().map(command).collect();
    format!(
        "<pre class=\"console\" data-step=\"{step}\">\
         <code class=\"nohighlight\">{}</code></pre>\n",
        commands.join("\n")
    )
}

fn command(command: &Command) -> String {
    // A line that continues another has the prompt of a shell that waits.
    let next = "</span>\n<span class=\"prompt\">&gt; </span>\
                <span class=\"input\">";
    let mut html = format!(
        "<span class=\"command\" data-terminal=\"{}\">\
         <span class=\"prompt\">{} </span>\
         <span class=\"input\">{}</span></span>",
        escape(&command.terminal),
        escape(&command.prompt()),
        escape(&command.input).replace('\n', next),
    );
    let output = output(command);
    if !output.is_empty() {
        let output = output.join("\n");
        html.push_str(&format!("\n<span class=\"output\">{output}</span>"));
    }
    html
}

fn output(command: &Command) -> Vec<String> {
    let mut lines = Vec::new();
    for (place, line) in command.expected.iter().enumerate() {
        let is_about = |mark: &&Mark| mark.what == Marked::Line(place);
        let mark = command.marks.iter().find(is_about);
        if mark.is_some_and(is_of_stages_alone) {
            continue;
        }
        lines.push(format!("{}{}", mark_of(mark), labels(line.text())));
    }
    if command.status != 0 {
        lines.push(exit(command.status));
    }
    for mark in command.marks.iter().filter(|it| !is_of_stages_alone(it)) {
        if let Marked::Status(status) = mark.what {
            lines.push(format!("{}{}", mark_of(Some(mark)), exit(status)));
        }
    }
    lines
}

fn exit(status: u8) -> String {
    format!("<span class=\"exit\">[exit {status}]</span>")
}

/// Whether this is printed on a stage alone. The book shows QEMU's machine.
fn is_of_stages_alone(mark: &Mark) -> bool {
    mark.when == When::Stage(true)
}

fn mark_of(mark: Option<&Mark>) -> String {
    let mark = mark.filter(|mark| !mark.when.is_about_stages());
    mark.map(|it| format!("<span class=\"mark\">{}</span> ", it.when))
        .unwrap_or_default()
}

/// Returns a line of output in which each label, such as `<web>` or `net:[A]`,
/// is an element.
fn labels(line: &str) -> String {
    let mut html = String::new();
    let mut rest = line;
    while let Some((before, label, after)) = first_label(rest) {
        html.push_str(&escape(before));
        let label = escape(label);
        html.push_str(&format!("<span class=\"label\">{label}</span>"));
        rest = after;
    }
    html + &escape(rest)
}

/// Splits a line at its first label.
fn first_label(line: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(found) = line[from..].find(['<', ':']) {
        let at = from + found;
        if let Some((start, end)) = label_at(line, at) {
            return Some((&line[..start], &line[start..end], &line[end..]));
        }
        from = at + 1;
    }
    None
}

/// Returns the place of the label whose `<` or `:` is here.
fn label_at(line: &str, at: usize) -> Option<(usize, usize)> {
    let rest = &line[at..];
    if let Some(rest) = rest.strip_prefix('<') {
        let inside = &rest[..rest.find('>')?];
        let begins = inside.starts_with(|c: char| c.is_ascii_lowercase());
        let is_name = inside
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || " :-".contains(c));
        return (begins && is_name).then_some((at, at + inside.len() + 2));
    }
    let inside = rest.strip_prefix(":[")?;
    let inside = &inside[..inside.find(']')?];
    let kind = line[..at].chars().rev();
    let kind = kind.take_while(|c| c.is_ascii_lowercase() || *c == '_');
    let length = kind.count();
    let is_name = inside
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '·');
    let is_label = length > 0 && is_name && !inside.is_empty();
    is_label.then_some((at - length, at + inside.len() + 3))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use reader::lesson::{Part, parse};

    use super::*;

    fn html(console: &str) -> String {
        let lesson =
            format!("# Title\n\n## Step\n\n```console\n{console}```\n");
        let lesson = parse(Path::new("x.md"), &lesson).unwrap();
        let Part::Block(commands) = &lesson.steps[0].parts[0] else {
            panic!("no block");
        };
        block("3.2", commands)
    }

    #[test]
    fn a_command_its_output_and_its_status_are_apart() {
        let html = html("host# false\na & b\n\n[exit 1]\nhost# true\n");
        assert_eq!(
            html,
            "<pre class=\"console\" data-step=\"3.2\">\
             <code class=\"nohighlight\">\
             <span class=\"command\" data-terminal=\"host\">\
             <span class=\"prompt\">host# </span>\
             <span class=\"input\">false</span></span>\n\
             <span class=\"output\">a &amp; b\n\n\
             <span class=\"exit\">[exit 1]</span></span>\n\
             <span class=\"command\" data-terminal=\"host\">\
             <span class=\"prompt\">host# </span>\
             <span class=\"input\">true</span></span></code></pre>\n"
        );
    }

    #[test]
    fn the_prompt_of_a_continued_line_is_no_input() {
        let html = html("host# echo a \\\n> b\na b\n");
        assert!(html.contains(
            "<span class=\"input\">echo a \\</span>\n\
             <span class=\"prompt\">&gt; </span>\
             <span class=\"input\">b</span></span>"
        ));
    }

    #[test]
    fn a_mark_stands_before_its_line() {
        let html = html("host# x\n[since 6.2] new\n[before 6.2] [exit 3]\n");
        assert!(html.contains(
            "<span class=\"mark\">[since 6.2]</span> new\n\
             <span class=\"mark\">[before 6.2]</span> \
             <span class=\"exit\">[exit 3]</span>"
        ));
    }

    #[test]
    fn a_label_is_an_element_and_other_brackets_are_text() {
        let label = |it: &str| {
            let it = escape(it);
            format!("<span class=\"label\">{it}</span>")
        };
        for (line, expected) in [
            ("<id 1>", label("<id 1>")),
            ("a net:[A] b", format!("a {} b", label("net:[A]"))),
            ("time:[·]", label("time:[·]")),
            ("1: lo: <LOOPBACK,UP>", "1: lo: &lt;LOOPBACK,UP&gt;".into()),
            ("a < b: [c]", "a &lt; b: [c]".into()),
            ("<a", "&lt;a".into()),
        ] {
            assert_eq!(labels(line), expected, "{line}");
        }
    }
}
