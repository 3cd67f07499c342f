//! Writes a lesson back as text.

use std::fmt::{self, Write};

use super::{Command, Lesson, Mark, Marked, Part, Program, question, settings};

impl fmt::Display for Lesson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", settings::OPENING)?;
        if let Some(minutes) = self.minutes {
            writeln!(f, "minutes: {minutes}")?;
        }
        if let Some(kernel) = self.kernel {
            writeln!(f, "kernel: {kernel}")?;
        }
        writeln!(f, "terminals: {}", self.terminals.join(", "))?;
        if !self.watch.is_empty() {
            let each = self.watch.iter();
            let each = each.map(|w| format!("{}={}", w.label, w.command));
            let each: Vec<_> = each.collect();
            writeln!(f, "watch: {}", each.join(", "))?;
        }
        writeln!(f, "-->\n\n# {}", self.title)?;
        if !self.intro.is_empty() {
            writeln!(f, "\n{}", self.intro)?;
        }
        for step in &self.steps {
            writeln!(f, "\n## {}", step.title)?;
            for part in &step.parts {
                writeln!(f, "\n{part}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prose(markdown) | Self::Figure(markdown) => {
                f.write_str(markdown)
            }
            Self::Program(program) => write!(f, "{program}"),
            Self::Question(words) => f.write_str(&question::opening(words)),
            Self::EndOfAnswer => f.write_str("</details>"),
            Self::Block(commands) => {
                let mut body = String::new();
                for command in commands {
                    write!(body, "{command}")?;
                }
                let fence = fence_around(&body);
                write!(f, "{fence}console\n{body}{fence}")
            }
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        let function = &self.function;
        writeln!(f, "```rust program=\"{file}\" function=\"{function}\"")?;
        for line in &self.shown {
            writeln!(f, "{line}")?;
        }
        f.write_str("```")
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let input = self.input.replace('\n', "\n> ");
        writeln!(f, "{} {input}", self.prompt())?;
        for (place, line) in self.expected.iter().enumerate() {
            let is_about = |mark: &&Mark| mark.what == Marked::Line(place);
            if let Some(mark) = self.marks.iter().find(is_about) {
                write!(f, "{} ", mark.when)?;
            }
            writeln!(f, "{}", line.text())?;
        }
        if self.status != 0 {
            writeln!(f, "[exit {}]", self.status)?;
        }
        for mark in &self.marks {
            if let Marked::Status(status) = mark.what {
                writeln!(f, "{} [exit {status}]", mark.when)?;
            }
        }
        Ok(())
    }
}

/// Returns a fence long enough that no line of the body closes it.
fn fence_around(body: &str) -> String {
    let longest = body
        .lines()
        .map(str::trim_start)
        .map(|line| line.len() - line.trim_start_matches('`').len())
        .max();
    "`".repeat(longest.unwrap_or_default().max(2) + 1)
}
