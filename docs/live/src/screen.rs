//! A terminal as a person sees it. The machine's terminals print no prompt and
//! no echo, so that a lesson's output is plain: both are added here, and the
//! keys of a line are edited here until Enter.

/// Keys of control characters.
const CTRL_C: char = '\x03';
const CTRL_D: char = '\x04';
const CTRL_U: char = '\x15';
const BACKSPACE: [char; 2] = ['\x08', '\x7f'];

/// What a key does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Bytes go to the machine.
    Send(Vec<u8>),
    /// A line was typed to its end while a shell waits.
    Line(String),
}

/// One terminal.
#[derive(Debug, Default)]
pub struct Screen {
    /// Prompt of the shell that waits; `None` while a program runs.
    prompt: Option<String>,
    line: String,
    earlier: Vec<String>,
    /// Place in `earlier`, if an earlier line is shown.
    shown: Option<usize>,
    /// Bytes of an escape sequence, or of a character, that is not whole.
    part: Vec<u8>,
    /// Bytes to show.
    out: Vec<u8>,
}

impl Screen {
    /// Takes the bytes that are to be shown.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Whether a shell waits.
    pub fn waits(&self) -> bool {
        self.prompt.is_some()
    }

    /// Shows output of a program. The machine's terminals send no carriage
    /// return at the end of a line.
    pub fn printed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b'\n' {
                self.out.push(b'\r');
            }
            self.out.push(*byte);
        }
    }

    /// Shows the prompt of a shell that waits, such as `host:web#`, and the keys
    /// that are no line yet.
    pub fn waits_with(&mut self, prompt: &str) {
        self.show(&format!("{prompt} "));
        self.prompt = Some(prompt.to_owned());
        let line = self.line.clone();
        self.show(&line);
    }

    /// Shows a command that the page types. A half line of the person is gone.
    pub fn types(&mut self, command: &str) {
        self.erase();
        self.line.clear();
        self.show(&command.replace('\n', "\r\n> "));
        self.show("\r\n");
        self.prompt = None;
        self.keep(command);
    }

    /// Closes the terminal.
    pub fn close(&mut self) {
        self.prompt = None;
        self.line.clear();
    }

    /// Takes keys, and returns what they do.
    pub fn keys(&mut self, bytes: &[u8]) -> Vec<Deed> {
        let mut deeds = Vec::new();
        for byte in bytes {
            self.part.push(*byte);
            if self.part[0] == 0x1b {
                if let Some(up) = self.arrow() {
                    self.go(up);
                }
                continue;
            }
            match std::str::from_utf8(&self.part) {
                Ok(text) => {
                    let key = text.chars().next();
                    self.part.clear();
                    deeds.extend(key.and_then(|key| self.key(key)));
                }
                Err(why) if why.error_len().is_some() => self.part.clear(),
                Err(_) => {}
            }
        }
        deeds
    }

    /// Ends an escape sequence that is whole: `Some(true)` is the key Up,
    /// `Some(false)` Down. Other sequences do nothing.
    fn arrow(&mut self) -> Option<bool> {
        let end = *self.part.last()?;
        let is_open = match self.part.len() {
            1 => true,
            2 => end == b'[' || end == b'O',
            _ => !(0x40..0x7f).contains(&end),
        };
        if is_open {
            return None;
        }
        self.part.clear();
        match end {
            b'A' => Some(true),
            b'B' => Some(false),
            _ => None,
        }
    }

    /// Shows the line before or after the one that is shown.
    fn go(&mut self, up: bool) {
        if !self.waits() {
            return;
        }
        let at = self.shown.unwrap_or(self.earlier.len());
        let at = if up {
            at.saturating_sub(1)
        } else {
            (at + 1).min(self.earlier.len())
        };
        self.erase();
        self.line = self.earlier.get(at).cloned().unwrap_or_default();
        self.shown = Some(at);
        let line = self.line.clone();
        self.show(&line);
    }

    fn key(&mut self, key: char) -> Option<Deed> {
        if self.waits() {
            self.key_at_a_prompt(key)
        } else {
            Some(self.key_for_a_program(key))
        }
    }

    fn key_at_a_prompt(&mut self, key: char) -> Option<Deed> {
        match key {
            '\r' | '\n' => {
                let line = std::mem::take(&mut self.line);
                self.show("\r\n");
                self.prompt = None;
                self.keep(&line);
                return Some(Deed::Line(line));
            }
            CTRL_C => {
                self.line.clear();
                self.show("^C\r\n");
                self.prompt = None;
                return Some(Deed::Send(vec![0x03]));
            }
            CTRL_D if self.line.is_empty() => {
                self.prompt = None;
                return Some(Deed::Send(vec![0x04]));
            }
            CTRL_U => {
                self.erase();
                self.line.clear();
            }
            key if BACKSPACE.contains(&key) => self.erase_one(),
            key if !key.is_control() => {
                self.line.push(key);
                self.show(key.encode_utf8(&mut [0; 4]));
            }
            _ => {}
        }
        None
    }

    /// Echoes a key, as a terminal of the kernel would: stty(1), `echo`.
    fn key_for_a_program(&mut self, key: char) -> Deed {
        match key {
            '\r' | '\n' => self.show("\r\n"),
            key if BACKSPACE.contains(&key) => self.show("\x08 \x08"),
            CTRL_C => self.show("^C"),
            key if !key.is_control() => {
                self.show(key.encode_utf8(&mut [0; 4]));
            }
            _ => {}
        }
        Deed::Send(key.to_string().into_bytes())
    }

    fn keep(&mut self, line: &str) {
        self.shown = None;
        if !line.is_empty() && self.earlier.last().is_none_or(|it| it != line) {
            self.earlier.push(line.to_owned());
        }
    }

    fn erase_one(&mut self) {
        if let Some(last) = self.line.pop() {
            self.show(&back(last));
        }
    }

    fn erase(&mut self) {
        let back: String = self.line.chars().rev().map(back).collect();
        self.show(&back);
    }

    fn show(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

/// Returns what removes a character: two columns of one that is wide.
fn back(character: char) -> String {
    let is_wide = matches!(u32::from(character), 0x1100..=0x115f | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60
        | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd);
    "\x08 \x08".repeat(if is_wide { 2 } else { 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting() -> Screen {
        let mut screen = Screen::default();
        screen.waits_with("host#");
        screen
    }

    fn text(screen: &mut Screen) -> String {
        String::from_utf8(screen.take()).unwrap()
    }

    #[test]
    fn a_line_is_edited_before_it_is_sent() {
        let mut screen = waiting();
        assert_eq!(screen.keys(b"lx\x7fs \x1b[C-l"), []);
        assert_eq!(screen.keys(b"\r"), [Deed::Line("ls -l".into())]);
        assert_eq!(text(&mut screen), "host# lx\x08 \x08s -l\r\n");
        assert!(!screen.waits());
    }

    #[test]
    fn the_last_lines_come_back_with_the_arrows() {
        let mut screen = waiting();
        screen.keys(b"one\r");
        screen.waits_with("host#");
        screen.types("two");
        screen.waits_with("host#");
        screen.take();
        screen.keys(b"x\x1b[A\x1bOA\x1b[B");
        assert_eq!(screen.keys(b"\r"), [Deed::Line("two".into())]);
    }

    #[test]
    fn a_running_program_has_each_key_at_once() {
        let mut screen = waiting();
        screen.types("cat");
        screen.take();
        let sent = screen.keys("é\r\x03".as_bytes());
        let bytes = ["é", "\r", "\x03"].map(|it| Deed::Send(it.into()));
        assert_eq!(sent, bytes);
        assert_eq!(text(&mut screen), "é\r\n^C");
        screen.printed(b"a\nb");
        assert_eq!(text(&mut screen), "a\r\nb");
    }

    #[test]
    fn a_command_of_two_lines_has_the_prompt_of_a_shell_that_waits() {
        let mut screen = waiting();
        screen.keys("网".as_bytes());
        screen.types("echo a \\\nb");
        assert_eq!(
            text(&mut screen),
            "host# 网\x08 \x08\x08 \x08echo a \\\r\n> b\r\n"
        );
    }

    #[test]
    fn bytes_that_are_no_keys_are_left_out() {
        let mut screen = waiting();
        assert_eq!(
            screen.keys(b"\xff\xc3a\x00\x1b[1;5Cb\r"),
            [Deed::Line("ab".into())]
        );
    }
}
