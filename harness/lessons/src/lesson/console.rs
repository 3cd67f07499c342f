//! Parses the lines of a `console` block.
//!
//! ```text
//! NAME(:NAME)*# COMMAND     a prompt and the command after it
//! > MORE                    continues the command, directly below it
//! ...                       any number of lines
//! [exit N]                  the exit status, below the output, if not 0
//! [since 6.6] LINE          only on this kernel and later ones: a line of
//!                           output, ... or [exit N]
//! [before 6.6] LINE         only on earlier kernels
//! [since util-linux 2.41]   likewise for the version of a tool
//! [on a stage]              likewise for the kind of machine
//! anything else             one line of output
//! ```
//!
//! White space at the end of a line does not count.

use std::ops::Range;

use super::{Command, Expected, Mark, Marked, When, problem::Problem};

/// Parses the bytes `block` of `text`, which begin on line `line`. Adds each
/// problem, with its line, to `problems`.
pub(super) fn parse(
    text: &str,
    block: Range<usize>,
    line: usize,
    terminals: &[String],
    problems: &mut Vec<(usize, Problem)>,
) -> Vec<Command> {
    let mut reader = Reader {
        commands: Vec::new(),
        typing: false,
        exited: None,
        terminals,
    };
    let mut end = block.start;
    for (n, source) in text[block].split_inclusive('\n').enumerate() {
        let start = end;
        end += source.len();
        if let Err(problem) = reader.line(source, line + n, start..end) {
            problems.push(problem);
        }
    }
    if reader.commands.is_empty() {
        problems.push((line, Problem::NoCommand(reader.example())));
    }
    reader.commands
}

struct Reader<'a> {
    commands: Vec<Command>,
    /// Whether the line before belongs to the command's text.
    typing: bool,
    /// Line of the last command's `[exit N]`.
    exited: Option<usize>,
    terminals: &'a [String],
}

impl Reader<'_> {
    fn line(
        &mut self,
        source: &str,
        line: usize,
        range: Range<usize>,
    ) -> Result<(), (usize, Problem)> {
        let text = source.trim_end();
        let (when, text) = match When::split(text) {
            Ok(Some((when, text))) => (Some(when), text),
            Ok(None) => (None, text),
            Err(wrong) => {
                return Err((line, Problem::BadVersion(wrong.into())));
            }
        };
        let kind = LineKind::of(text);
        if when.is_some() && !kind.is_output() {
            return Err((line, Problem::MarkedCommand(text.into())));
        }
        if let LineKind::Prompt { names, input } = kind {
            self.command(&names, input, line, range.end);
            return self.known_terminal(names[0]).map_err(|why| (line, why));
        }
        if let LineKind::AlmostPrompt(text) = kind {
            return Err((line, Problem::AlmostPrompt(text.into())));
        }
        let Some(command) = self.commands.last_mut() else {
            let why = Problem::OutputBeforeCommand(self.example());
            return Err((line, why));
        };
        command.output.end = range.end;
        if let (true, None, LineKind::Continuation(more, _)) =
            (self.typing, when, &kind)
        {
            command.input.push('\n');
            command.input.push_str(more);
            command.output.start = range.end;
            return Ok(());
        }
        self.typing = false;
        let is_exit = matches!(kind, LineKind::Exit(_));
        let after_exit = self.exited.take();
        let exit = after_exit.filter(|_| !(when.is_some() && is_exit));
        if let Some(line) = exit {
            return Err((line, Problem::ExitNotLast));
        }
        if let Some(when) = when.filter(|_| !is_exit) {
            let what = Marked::Line(command.expected.len());
            command.marks.push(Mark { when, what });
        }
        match kind {
            LineKind::Exit(number) => {
                self.exited = Some(line);
                let status = number.parse().ok().filter(|&n| n > 0);
                let bad = || (line, Problem::BadStatus(number.into()));
                let status = status.ok_or_else(bad)?;
                match when.map(|when| (when, Marked::Status(status))) {
                    Some((when, what)) => {
                        command.marks.push(Mark { when, what });
                    }
                    None => command.status = status,
                }
            }
            LineKind::Ellipsis => command.expected.push(Expected::Ellipsis),
            LineKind::Continuation(_, text) | LineKind::Output(text) => {
                command.expected.push(Expected::Line(text.into()));
            }
            LineKind::Prompt { .. }
            | LineKind::AlmostPrompt(_)
            | LineKind::Marked(_) => {}
        }
        Ok(())
    }

    fn command(
        &mut self,
        names: &[&str],
        input: &str,
        line: usize,
        end: usize,
    ) {
        let mut names = names.iter().map(|name| name.to_string());
        self.commands.push(Command {
            line,
            terminal: names.next().unwrap_or_default(),
            nested: names.collect(),
            input: input.into(),
            expected: Vec::new(),
            status: 0,
            marks: Vec::new(),
            output: end..end,
        });
        self.typing = true;
        self.exited = None;
    }

    fn known_terminal(&self, name: &str) -> Result<(), Problem> {
        if self.terminals.iter().any(|terminal| terminal == name) {
            return Ok(());
        }
        Err(Problem::UnknownTerminal {
            name: name.into(),
            declared: self.terminals.to_vec(),
        })
    }

    /// Returns the name of a terminal for use in advice.
    fn example(&self) -> String {
        self.terminals.first().cloned().unwrap_or_default()
    }
}

/// Kind of one line of a console block, without regard to the lines around it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LineKind<'a> {
    Prompt {
        names: Vec<&'a str>,
        input: &'a str,
    },
    AlmostPrompt(&'a str),
    /// Continuation line: the text after `> `, and the whole line in case it is
    /// output.
    Continuation(&'a str, &'a str),
    Ellipsis,
    Exit(&'a str),
    Output(&'a str),
    /// Line that begins like a version mark.
    Marked(&'a str),
}

impl<'a> LineKind<'a> {
    pub(super) fn of(line: &'a str) -> Self {
        if !matches!(When::split(line), Ok(None)) {
            return Self::Marked(line);
        }
        if let Some((names, input)) = prompt(line) {
            return Self::Prompt { names, input };
        }
        if is_almost_prompt(line) {
            return Self::AlmostPrompt(line);
        }
        if line == "..." {
            return Self::Ellipsis;
        }
        let exit = line.strip_prefix("[exit ");
        if let Some(number) = exit.and_then(|rest| rest.strip_suffix(']')) {
            return Self::Exit(number);
        }
        match line.strip_prefix('>') {
            Some("") => Self::Continuation("", line),
            Some(rest) => match rest.strip_prefix(' ') {
                Some(more) => Self::Continuation(more, line),
                None => Self::Output(line),
            },
            None => Self::Output(line),
        }
    }
}

impl LineKind<'_> {
    /// Whether the line is part of a command's result, and not of the command.
    fn is_output(&self) -> bool {
        match self {
            Self::Prompt { .. } | Self::AlmostPrompt(_) | Self::Marked(_) => {
                false
            }
            Self::Continuation(..)
            | Self::Ellipsis
            | Self::Exit(_)
            | Self::Output(_) => true,
        }
    }
}

/// Splits a line into the names of its prompt and the command after it.
fn prompt(line: &str) -> Option<(Vec<&str>, &str)> {
    let (prompt, input) = line.split_once("# ")?;
    let names: Vec<_> = prompt.split(':').collect();
    let input = input.trim();
    (names.iter().all(|name| is_name(name)) && !input.is_empty())
        .then_some((names, input))
}

/// Whether this can be the name of a terminal, a nested shell or a watched
/// process.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Whether a line is a mistyped prompt and not output, such as `Host# ls`,
/// `root@host# ls`, `host#ls` or `host#`.
fn is_almost_prompt(line: &str) -> bool {
    line.split_once('#').is_some_and(|(head, _)| {
        head.starts_with(|c: char| c.is_ascii_alphabetic())
            && head
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ":-_.@".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Command>, Vec<(usize, String)>) {
        let mut problems = Vec::new();
        let terminals = ["host".into(), "web".into()];
        let commands =
            parse(text, 0..text.len(), 10, &terminals, &mut problems);
        let problems =
            problems.into_iter().map(|(n, why)| (n, why.to_string()));
        (commands, problems.collect())
    }

    fn good(text: &str) -> Vec<Command> {
        let (commands, problems) = read(text);
        assert_eq!(problems, []);
        commands
    }

    fn problem(text: &str) -> (usize, String) {
        let (_, mut problems) = read(text);
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.remove(0)
    }

    #[test]
    fn a_prompt_names_the_terminal_and_its_nested_shells() {
        let commands = good("host# one\nhost:web:in-2# two\n");
        assert_eq!(commands[0].terminal, "host");
        assert_eq!(commands[0].nested, [""; 0]);
        assert_eq!(commands[1].nested, ["web", "in-2"]);
        assert_eq!(commands[1].prompt(), "host:web:in-2#");
        assert_eq!(commands[1].line, 11);
    }

    #[test]
    fn output_is_every_line_up_to_the_next_prompt() {
        let text = "host# one\na\n\n...\n[exit 3]\nhost# two\n";
        let commands = good(text);
        assert_eq!(
            commands[0].expected,
            [
                Expected::Line("a".into()),
                Expected::Line("".into()),
                Expected::Ellipsis
            ]
        );
        assert_eq!(commands[0].status, 3);
        assert_eq!(&text[commands[0].output.clone()], "a\n\n...\n[exit 3]\n");
        assert_eq!(&text[commands[1].output.clone()], "");
        assert_eq!(commands[1].output.start, text.len());
    }

    #[test]
    fn lines_with_an_angle_continue_a_command_only_directly_below_it() {
        let text = "host# cat <<.\n> a\n>\n> .\na\n> b\n";
        let commands = good(text);
        assert_eq!(commands[0].input, "cat <<.\na\n\n.");
        assert_eq!(commands[0].output_line(), 14);
        assert_eq!(&text[commands[0].output.clone()], "a\n> b\n");
    }

    #[test]
    fn an_unknown_terminal_is_told_the_known_ones() {
        let (line, why) = problem("host# a\ndb# b\n");
        assert_eq!(line, 11);
        assert!(
            why.contains("`db`") && why.contains("`host`, `web`"),
            "{why}"
        );
    }

    #[test]
    fn what_is_almost_a_prompt_is_no_output() {
        for slip in [
            "Host# ls",
            "host#",
            "host#ls",
            "root@host# ls",
            "bash-5.2# ",
        ] {
            let (line, why) = problem(&format!("host# a\n{slip}\n"));
            assert_eq!(line, 11, "{slip}");
            assert!(why.contains("looks like a prompt"), "{why}");
        }
        good("host# a\n# a comment\n#!/bin/sh\nin the shell # x\n");
    }

    #[test]
    fn an_exit_status_stands_last_and_is_a_number() {
        let (line, why) = problem("host# a\n[exit 1]\nb\n");
        assert_eq!(line, 11);
        assert!(why.contains("below the last line"), "{why}");
        for number in ["0", "256", "-1", "one"] {
            let (_, why) = problem(&format!("host# a\n[exit {number}]\n"));
            assert!(why.contains("1 to 255"), "{why}");
        }
    }

    #[test]
    fn a_block_begins_with_a_command() {
        assert!(problem("").1.contains("without a command"));
        let (commands, problems) = read("a\nhost# b\n");
        assert_eq!(commands.len(), 1);
        assert!(problems[0].1.contains("output before the first command"));
    }
}
