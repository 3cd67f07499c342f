//! Reads keys, and gives them a meaning.

use std::cell::Cell;
use std::io;
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyModifiers};

use crate::terminal::mode::RawMode;

/// Meaning of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Go on.
    Enter,
    /// Show all pages, or run all that is left of this step.
    Rest,
    /// Space bar: show the next page, or run all that is left of this step.
    Page,
    /// Go one step back.
    Back,
    /// Go to a step by its number.
    Go,
    /// Open a shell in the machine.
    Shell,
    /// Explain the keys.
    Help,
    /// Quit.
    Quit,
    /// Ctrl-Z: return to the user's shell, until `fg`.
    Suspend,
}

/// Keys as they are pressed. Keys typed before, without seeing what they would
/// do, are ignored. Dropping this value restores the terminal's old mode.
pub struct Keyboard {
    /// A Ctrl-C typed while the mode changed: until then it would have been a
    /// signal.
    interrupt: Cell<Option<Event>>,
    _raw: RawMode,
}

impl Keyboard {
    /// Starts to listen. Reads what was typed before instead of flushing it:
    /// tcflush(3) would also discard a Ctrl-C that the kernel has not yet
    /// handled.
    pub fn open() -> io::Result<Self> {
        let keyboard = Self {
            _raw: RawMode::enter()?,
            interrupt: Cell::new(None),
        };
        while event::poll(Duration::ZERO)? {
            let event = event::read()?;
            if is_interrupt(&event) {
                keyboard.interrupt.set(Some(event));
            }
        }
        Ok(keyboard)
    }

    /// Waits for a key that means something; `None` if the window has another
    /// size.
    pub fn key_or_resize(&self) -> io::Result<Option<Key>> {
        loop {
            match self.next()? {
                Event::Resize(..) => return Ok(None),
                Event::Key(key) => match meaning(key) {
                    None => {}
                    some => return Ok(some),
                },
                _ => {}
            }
        }
    }

    /// Waits for a key, or for another window size.
    pub fn next(&self) -> io::Result<Event> {
        self.interrupt.take().map_or_else(event::read, Ok)
    }
}

fn is_interrupt(event: &Event) -> bool {
    event.as_key_press_event().is_some_and(|key| {
        key.code == KeyCode::Char('c')
            && key.modifiers.contains(KeyModifiers::CONTROL)
    })
}

/// Returns the meaning of a key, if it has one.
pub fn meaning(key: KeyEvent) -> Option<Key> {
    if !key.is_press() && !key.is_repeat() {
        return None;
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match key.code {
            // In raw mode Enter sends either of these.
            KeyCode::Char('j' | 'm') => Some(Key::Enter),
            KeyCode::Char('c' | 'd') => Some(Key::Quit),
            KeyCode::Char('z') => Some(Key::Suspend),
            _ => None,
        };
    }
    match key.code {
        KeyCode::Enter => Some(Key::Enter),
        KeyCode::Char('a' | 'A') => Some(Key::Rest),
        KeyCode::Char(' ') => Some(Key::Page),
        KeyCode::Char('b' | 'B') => Some(Key::Back),
        KeyCode::Char('g' | 'G') => Some(Key::Go),
        KeyCode::Char('s' | 'S') => Some(Key::Shell),
        KeyCode::Char('?' | 'h' | 'H') => Some(Key::Help),
        KeyCode::Char('q' | 'Q') => Some(Key::Quit),
        _ => None,
    }
}

/// A number while it is typed.
#[derive(Debug, Default)]
pub struct Number {
    digits: String,
}

/// State of a number after a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// The number is not finished.
    More,
    /// The finished number.
    Number(usize),
    /// The reader has cancelled.
    Nothing,
    /// The reader has pressed Ctrl-C or Ctrl-D.
    Quit,
}

impl Number {
    /// Returns the digits so far.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// Takes one more key.
    pub fn press(&mut self, key: KeyEvent) -> Typed {
        match (meaning(key), key.code) {
            (Some(Key::Enter), _) => {
                let number = self.digits.parse();
                return number.map_or(Typed::Nothing, Typed::Number);
            }
            (_, KeyCode::Esc) => return Typed::Nothing,
            (Some(Key::Quit), KeyCode::Char('c' | 'd')) => return Typed::Quit,
            (Some(Key::Quit), _) => return Typed::Nothing,
            (_, KeyCode::Char(c))
                if c.is_ascii_digit() && self.digits.len() < 3 =>
            {
                self.digits.push(c);
            }
            (_, KeyCode::Backspace) => {
                self.digits.pop();
            }
            _ => {}
        }
        Typed::More
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    fn control(letter: char) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)
    }

    #[test]
    fn each_key_of_the_keys_line_has_its_meaning() {
        let keys = "ab gs?q".chars().map(|c| meaning(key(KeyCode::Char(c))));
        let keys: Vec<_> = keys.flatten().collect();
        use Key::*;
        assert_eq!(keys, [Rest, Back, Page, Go, Shell, Help, Quit]);
        assert_eq!(meaning(key(KeyCode::Enter)), Some(Enter));
    }

    #[test]
    fn control_c_and_control_d_quit_and_other_controls_do_nothing() {
        assert_eq!(meaning(control('c')), Some(Key::Quit));
        assert_eq!(meaning(control('d')), Some(Key::Quit));
        assert_eq!(meaning(control('j')), Some(Key::Enter));
        assert_eq!(meaning(control('b')), None);
        assert_eq!(meaning(key(KeyCode::Esc)), None);
    }

    #[test]
    fn a_number_can_be_corrected_before_enter() {
        let mut number = Number::default();
        for code in [KeyCode::Char('1'), KeyCode::Char('x'), KeyCode::Backspace]
        {
            assert_eq!(number.press(key(code)), Typed::More);
        }
        assert_eq!(number.press(key(KeyCode::Char('4'))), Typed::More);
        assert_eq!(number.digits(), "4");
        assert_eq!(number.press(key(KeyCode::Enter)), Typed::Number(4));
    }

    #[test]
    fn enter_without_a_number_and_escape_go_nowhere() {
        let press = |key| Number::default().press(key);
        assert_eq!(press(key(KeyCode::Enter)), Typed::Nothing);
        assert_eq!(press(key(KeyCode::Esc)), Typed::Nothing);
        assert_eq!(press(key(KeyCode::Char('q'))), Typed::Nothing);
        assert_eq!(press(control('c')), Typed::Quit);
    }
}
