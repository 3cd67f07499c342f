//! Finds the shells' prompts in a terminal's output.
//!
//! All shells of a lesson's terminal have the same `PS1`. It has no visible
//! text, only the control sequence by which a shell tells its terminal that a
//! command has ended (OSC 133;D, "semantic prompts"), with the exit status and
//! a secret number. So the output itself shows where a command ends, and no
//! other output can be mistaken for the mark.

/// Splits a terminal's output at its prompts.
pub struct Prompts {
    end: String,
    held: Vec<u8>,
}

/// One piece of a terminal's output.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// Output of the command.
    Output(Vec<u8>),
    /// A prompt, with the exit status of the command before it.
    Prompt(u8),
}

const START: &[u8] = b"\x1b]133;D;";

/// Greatest length of a mark: its start, three digits, a secret of 16 digits,
/// its end.
const LONGEST: usize = 48;

impl Prompts {
    /// Returns a splitter for a terminal whose shells know this number.
    pub fn new(nonce: u64) -> Self {
        Self {
            end: format!(";{nonce:016x}\x07"),
            held: Vec::new(),
        }
    }

    /// Returns the `PS1` for the terminal's shells. Each shell fills in `$?`
    /// itself.
    pub fn ps1(&self) -> String {
        format!("\x1b]133;D;$?{}", self.end)
    }

    /// Takes output and returns the pieces that are certain by now.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.held.extend_from_slice(bytes);
        let mut pieces = Vec::new();
        loop {
            let start = find(&self.held, START)
                .unwrap_or_else(|| self.held.len() - partial_start(&self.held));
            if start > 0 {
                let output = self.held.drain(..start).collect();
                pieces.push(Piece::Output(output));
            }
            match self.mark() {
                Mark::Prompt(status, length) => {
                    self.held.drain(..length);
                    pieces.push(Piece::Prompt(status));
                }
                Mark::Incomplete => return pieces,
                Mark::Foreign => {
                    let start = self.held.drain(..1).collect();
                    pieces.push(Piece::Output(start));
                }
            }
        }
    }

    /// Returns the output that is still held back when the terminal closes.
    pub fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    fn mark(&self) -> Mark {
        let Some(rest) = self.held.strip_prefix(START) else {
            return Mark::Incomplete;
        };
        let digits =
            rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, after) = rest.split_at(digits);
        let status = str::from_utf8(number).ok().and_then(|n| n.parse().ok());
        match status {
            Some(status) if after.starts_with(self.end.as_bytes()) => {
                let length = START.len() + digits + self.end.len();
                Mark::Prompt(status, length)
            }
            _ if self.held.len() < LONGEST
                && self.end.as_bytes().starts_with(after) =>
            {
                Mark::Incomplete
            }
            _ => Mark::Foreign,
        }
    }
}

enum Mark {
    Prompt(u8, usize),
    Incomplete,
    Foreign,
}

/// Finds the beginning of a mark. Searches for its first byte, which most
/// output does not contain: PID 1 handles every printed byte, so this has to be
/// fast.
fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = needle.first()?;
    let mut begin = 0;
    loop {
        let rest = &haystack[begin..];
        begin += rest.iter().position(|byte| byte == first)?;
        if haystack[begin..].starts_with(needle) {
            return Some(begin);
        }
        begin += 1;
    }
}

/// Returns the number of bytes at the end that may be the beginning of a mark.
fn partial_start(bytes: &[u8]) -> usize {
    (1..START.len().min(bytes.len() + 1))
        .rev()
        .find(|&length| bytes.ends_with(&START[..length]))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: &str = "\x1b]133;D;127;00000000000000ab\x07";

    fn whole(input: &str, cut: usize) -> (String, Vec<u8>) {
        let mut prompts = Prompts::new(0xab);
        let mut text = Vec::new();
        let mut statuses = Vec::new();
        for portion in input.as_bytes().chunks(cut) {
            for piece in prompts.push(portion) {
                match piece {
                    Piece::Output(bytes) => text.extend(bytes),
                    Piece::Prompt(status) => {
                        text.push(b'|');
                        statuses.push(status);
                    }
                }
            }
        }
        text.extend(prompts.rest());
        (String::from_utf8(text).unwrap(), statuses)
    }

    #[test]
    fn a_prompt_is_found_however_the_output_is_cut() {
        let input = format!("one\r\n{MARK}two{MARK}");
        for cut in 1..input.len() {
            let (text, statuses) = whole(&input, cut);
            assert_eq!(text, "one\r\n|two|", "cut {cut}");
            assert_eq!(statuses, [127, 127]);
        }
    }

    #[test]
    fn output_that_only_resembles_a_prompt_is_output() {
        for other in [
            "\x1b]133;D;0;00000000000000ac\x07",
            "\x1b]133;D;256;00000000000000ab\x07",
            "\x1b]133;D;\x07",
            "\x1b]133;A\x07",
            "\x1b]\x1b[0m",
        ] {
            for cut in 1..40 {
                let (text, statuses) = whole(other, cut);
                assert_eq!((text.as_str(), statuses.len()), (other, 0));
            }
        }
    }
}
