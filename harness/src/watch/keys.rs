//! The keys while a file is watched.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tr::tr;

/// The meaning of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// One more hint.
    Hint,
    /// List of all exercises.
    List,
    /// Grade the same file once more.
    Again,
    /// Back to the verdict.
    Back,
    /// Scroll down by this many lines.
    Down(usize),
    /// Scroll up by this many lines.
    Up(usize),
    /// Suspend (Ctrl-Z), until the shell's `fg`.
    Suspend,
    /// Quit.
    Quit,
}

/// The last line of the screen.
pub fn line() -> String {
    tr!("h hint   r run again   l list   q quit")
}

/// Returns the meaning of a key, if it has one.
pub fn meaning(key: KeyEvent) -> Option<Key> {
    if !key.is_press() && !key.is_repeat() {
        return None;
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match key.code {
            KeyCode::Char('c' | 'd') => Some(Key::Quit),
            KeyCode::Char('z') => Some(Key::Suspend),
            _ => None,
        };
    }
    Some(match key.code {
        KeyCode::Char('h' | 'H' | '?') => Key::Hint,
        KeyCode::Char('l' | 'L') => Key::List,
        KeyCode::Char('r' | 'R') => Key::Again,
        KeyCode::Char('q' | 'Q') => Key::Quit,
        KeyCode::Esc | KeyCode::Enter => Key::Back,
        KeyCode::Down | KeyCode::Char('j') => Key::Down(1),
        KeyCode::Up | KeyCode::Char('k') => Key::Up(1),
        KeyCode::PageDown | KeyCode::Char(' ') => Key::Down(10),
        KeyCode::PageUp => Key::Up(10),
        KeyCode::Home => Key::Up(usize::MAX),
        KeyCode::End => Key::Down(usize::MAX),
        _ => return None,
    })
}
