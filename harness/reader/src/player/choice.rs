//! A reader's choice of types, key by key.

use crossterm::event::{KeyCode, KeyEvent};
use protocol::Kind;

use super::keys::{Key, meaning};
use crate::prediction::Types;

/// The types that the reader has chosen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    types: Types,
    none: bool,
}

/// Meaning of a key while the player asks for a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// The reader is still choosing.
    More,
    /// These types, or none.
    Answer(Types),
    /// No answer to this question.
    Skip,
    /// Explain the question.
    Explain,
    /// Quit the lesson.
    Quit,
    /// Ctrl-Z: return to the user's shell, until `fg`.
    Suspend,
}

impl Choice {
    /// Takes one more key: a type by its number, 0 for none of them. Enter is
    /// no answer before a key has chosen one: it is pressed all the time.
    pub fn press(&mut self, key: KeyEvent) -> Pressed {
        match (key.code, meaning(key)) {
            (_, Some(Key::Enter)) => {
                return self.answer().map_or(Pressed::More, Pressed::Answer);
            }
            (_, Some(Key::Quit)) => return Pressed::Quit,
            (_, Some(Key::Suspend)) => return Pressed::Suspend,
            (_, Some(Key::Help)) => return Pressed::Explain,
            (KeyCode::Esc, _) | (_, Some(Key::Shell)) => return Pressed::Skip,
            (KeyCode::Char(c), _) if !key.is_release() => self.choose(c),
            _ => {}
        }
        Pressed::More
    }

    fn choose(&mut self, digit: char) {
        let Some(number) = digit.to_digit(10) else {
            return;
        };
        let Some(index) = number.checked_sub(1) else {
            *self = Self {
                none: !self.none,
                types: Types::default(),
            };
            return;
        };
        if let Some(kind) = Kind::ALL.get(index as usize) {
            self.none = false;
            self.types.toggle(*kind);
        }
    }

    /// Returns the answer; `None` if the reader has chosen nothing, not even
    /// that no type differs.
    pub fn answer(self) -> Option<Types> {
        let answered = self.none || self.types != Types::default();
        answered.then_some(self.types)
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyModifiers;

    use super::*;

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    fn choice_after(keys: &str) -> Choice {
        let mut choice = Choice::default();
        for c in keys.chars() {
            assert_eq!(choice.press(key(KeyCode::Char(c))), Pressed::More);
        }
        choice
    }

    fn answer_after(keys: &str) -> Option<Vec<String>> {
        choice_after(keys).answer().map(Vec::from)
    }

    #[test]
    fn a_number_chooses_a_type_and_the_same_number_takes_it_back() {
        assert_eq!(answer_after("45").unwrap(), ["net", "pid"]);
        assert_eq!(
            answer_after("8154").unwrap(),
            ["cgroup", "net", "pid", "uts"]
        );
        assert_eq!(answer_after("454").unwrap(), ["pid"]);
        assert_eq!(answer_after("44"), None);
        assert_eq!(answer_after("9x"), None);
    }

    #[test]
    fn none_of_them_is_an_answer_of_its_own() {
        assert_eq!(answer_after("0").unwrap(), [""; 0]);
        assert_eq!(answer_after("450").unwrap(), [""; 0]);
        assert_eq!(answer_after("04").unwrap(), ["net"]);
        assert_eq!(answer_after("00"), None);
    }

    #[test]
    fn enter_answers_only_what_was_chosen() {
        let mut choice = Choice::default();
        assert_eq!(choice.press(key(KeyCode::Enter)), Pressed::More);
        let types = Types::which(|kind| kind == Kind::Net);
        let pressed = choice_after("4").press(key(KeyCode::Enter));
        assert_eq!(pressed, Pressed::Answer(types));
        let pressed = choice_after("0").press(key(KeyCode::Enter));
        assert_eq!(pressed, Pressed::Answer(Types::default()));
    }

    #[test]
    fn the_other_keys_of_the_question_have_their_meanings() {
        let press = |code| Choice::default().press(key(code));
        assert_eq!(press(KeyCode::Esc), Pressed::Skip);
        assert_eq!(press(KeyCode::Char('s')), Pressed::Skip);
        assert_eq!(press(KeyCode::Char('?')), Pressed::Explain);
        assert_eq!(press(KeyCode::Char('q')), Pressed::Quit);
        assert_eq!(press(KeyCode::Char('b')), Pressed::More);
        let control =
            |c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL);
        assert_eq!(Choice::default().press(control('c')), Pressed::Quit);
        assert_eq!(Choice::default().press(control('z')), Pressed::Suspend);
        let answer = choice_after("4").press(control('m'));
        assert!(matches!(answer, Pressed::Answer(_)));
    }
}
