//! What keys mean while a file is watched.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// One more hint.
    Hint,
    /// All exercises.
    List,
    /// The same file once more.
    Again,
    /// Back to the verdict.
    Back,
    /// What is below, by lines.
    Down(usize),
    /// What is above.
    Up(usize),
    /// Ctrl-Z: back to the shell, until `fg`.
    Suspend,
    /// The end.
    Quit,
}

/// What the last line says.
pub const LINE: &str = "h hint   r run again   l list   q quit";

/// What a key asks for, if anything.
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
