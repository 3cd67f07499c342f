//! The answer of one kernel to one command.

use std::sync::LazyLock;
use std::time::Duration;

use regex::bytes::Regex;
use tr::tr;

use crate::labels;

/// Output and end of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelAnswer {
    /// Bytes on standard output and standard error, in order.
    pub output: Vec<u8>,
    /// Whether the command printed more than is kept.
    pub truncated: bool,
    /// End of the command.
    pub end: AnswerEnd,
}

/// The end of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerEnd {
    /// Exit status, as a shell shows it.
    Status(u8),
    /// No end before this time limit.
    Late(Duration),
    /// No answer, because the machine failed.
    Broken {
        /// The reason.
        why: String,
        /// Exit code for this reason.
        code: u8,
    },
}

impl KernelAnswer {
    /// Returns the answer of a machine that failed.
    pub fn broken(why: String, code: u8) -> Self {
        Self {
            output: Vec::new(),
            truncated: false,
            end: AnswerEnd::Broken { why, code },
        }
    }

    /// Replaces each number by `N`.
    pub fn without_numbers(mut self) -> Self {
        static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?-u)\b(0x[[:xdigit:]]+|[0-9]+)\b")
                .expect("a valid pattern")
        });
        self.output = NUMBER.replace_all(&self.output, &b"N"[..]).into_owned();
        self
    }

    /// Returns the lines to print: the output, then an end that is not the
    /// usual one.
    pub fn lines(&self) -> Vec<String> {
        let text = labels::plain(&String::from_utf8_lossy(&self.output));
        let text = text.trim_end_matches('\n');
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        if self.truncated {
            lines.push(tr!("[more than is kept]"));
        }
        match &self.end {
            AnswerEnd::Status(0) if lines.is_empty() => {
                lines.push(tr!("[prints nothing]"));
            }
            AnswerEnd::Status(0) => {}
            AnswerEnd::Status(status) => lines.push(format!("[exit {status}]")),
            AnswerEnd::Late(limit) => lines.push(tr!(
                "[no end within {limit} s]",
                limit = limit.as_secs()
            )),
            AnswerEnd::Broken { why, .. } => {
                lines.push(tr!("NOT ANSWERED: {why}", why));
            }
        }
        lines
    }

    /// Returns the answer of a probe: the one line that it printed.
    ///
    /// # Errors
    ///
    /// A probe prints one line, and ends with 0. The error is what this one did.
    pub fn of_probe(&self) -> Result<String, String> {
        let lines = self.lines();
        match (&self.end, &lines[..]) {
            (AnswerEnd::Status(0), [line]) if !self.output.is_empty() => {
                Ok(line.trim().to_owned())
            }
            _ => Err(lines.join(" / ")),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::since) fn answer(output: &str, status: u8) -> KernelAnswer {
        KernelAnswer {
            output: output.into(),
            truncated: false,
            end: AnswerEnd::Status(status),
        }
    }

    #[test]
    fn the_end_is_shown_unless_it_is_the_usual_one() {
        assert_eq!(answer("a\nb\n", 0).lines(), ["a", "b"]);
        assert_eq!(answer("a\n", 3).lines(), ["a", "[exit 3]"]);
        assert_eq!(answer("", 0).lines(), ["[prints nothing]"]);
        let late = KernelAnswer {
            end: AnswerEnd::Late(Duration::from_secs(7)),
            ..answer("a\n", 0)
        };
        assert_eq!(late.lines(), ["a", "[no end within 7 s]"]);
        let broken = KernelAnswer::broken("panic".into(), 70);
        assert_eq!(broken.lines(), ["NOT ANSWERED: panic"]);
    }

    #[test]
    fn control_characters_of_the_machine_do_not_reach_the_terminal() {
        assert_eq!(answer("\x1b[31mred\x1b[m\n", 0).lines(), ["red"]);
        let bytes = KernelAnswer {
            output: b"\xff\n".into(),
            ..answer("", 0)
        };
        assert_eq!(bytes.lines(), ["\u{fffd}"]);
    }

    #[test]
    fn numbers_are_the_same_only_if_asked() {
        let one = answer("net:[4026532281] 0xff web2\n", 0);
        let other = answer("net:[4026532290] 0xfe web2\n", 0);
        assert_ne!(one, other);
        assert_eq!(one.without_numbers(), other.clone().without_numbers());
        assert_eq!(other.without_numbers().lines(), ["net:[N] N web2"]);
    }

    #[test]
    fn a_probe_says_one_line_and_ends_well() {
        assert_eq!(answer("9 ids\n", 0).of_probe(), Ok("9 ids".into()));
        for bad in [answer("a\n", 1), answer("a\nb\n", 0), answer("", 0)] {
            assert!(bad.of_probe().is_err(), "{bad:?}");
        }
    }
}
