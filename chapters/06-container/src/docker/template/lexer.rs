//! lexer - from a template's characters to text and actions
//!
//! See: text/template of Go, "Text and spaces"

use std::collections::VecDeque;
use std::ops::Range;

use serde_json::Value;

/// The reason for which a text is no template, and its place.
#[derive(Debug)]
pub struct Fault {
    pub at: usize,
    pub what: String,
}

/// A part of a template.
pub enum Piece {
    Text(String),
    Action(VecDeque<Word>),
}

/// A word of an action, and where it stands.
pub struct Word {
    pub token: Token,
    pub place: Range<usize>,
    /// Whether the word before ends where this one begins.
    pub joined: bool,
}

/// The kind of a word, with its value.
#[derive(PartialEq)]
pub enum Token {
    Name(String),
    Field(String),
    Variable(String),
    Literal(Value),
    Dot,
    Open,
    Close,
    Pipe,
    Comma,
    Declare,
}

/// Goes through a template from its beginning to its end.
pub struct Lexer<'a> {
    pub text: &'a str,
    pub at: usize,
    /// Whether the action before has said `-}}`.
    trims: bool,
}

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str) -> Self {
        Lexer {
            text,
            at: 0,
            trims: false,
        }
    }

    pub fn fault<T>(&self, what: impl Into<String>) -> Result<T, Fault> {
        Err(Fault {
            at: self.at,
            what: what.into(),
        })
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next text or action; none at the end.
    pub fn piece(&mut self) -> Result<Option<Piece>, Fault> {
        let rest = self.rest();
        match rest.find("{{") {
            _ if rest.is_empty() => Ok(None),
            Some(0) => self.action().map(Some),
            end => {
                let text = &rest[..end.unwrap_or(rest.len())];
                self.at += text.len();
                Ok(Some(Piece::Text(self.trimmed(text).into())))
            }
        }
    }

    fn trimmed(&self, text: &'a str) -> &'a str {
        let next = self.rest().strip_prefix("{{-");
        let ends = next.is_some_and(|it| it.starts_with(SPACE));
        let text = if ends {
            text.trim_end_matches(SPACE)
        } else {
            text
        };
        if self.trims {
            text.trim_start_matches(SPACE)
        } else {
            text
        }
    }

    fn action(&mut self) -> Result<Piece, Fault> {
        self.at += "{{".len();
        let after = self.rest().strip_prefix('-');
        if after.is_some_and(|it| it.starts_with(SPACE)) {
            self.at += "- ".len();
        }
        if self.rest().starts_with("/*") {
            return self.comment();
        }
        let mut words = VecDeque::new();
        let mut end = self.at;
        while !self.closes() {
            let begin =
                self.text.len() - self.rest().trim_start_matches(SPACE).len();
            self.at = begin;
            let token = self.token()?;
            words.push_back(Word {
                token,
                place: begin..self.at,
                joined: begin == end,
            });
            end = self.at;
        }
        Ok(Piece::Action(words))
    }

    fn comment(&mut self) -> Result<Piece, Fault> {
        let Some(end) = self.rest().find("*/") else {
            return self.fault("unclosed comment");
        };
        self.at += end + "*/".len();
        if !self.closes() {
            return self.fault("comment ends before closing delimiter");
        }
        Ok(Piece::Text(String::new()))
    }

    /// Goes past the end of an action, if it is here.
    fn closes(&mut self) -> bool {
        let after = self.rest().trim_start_matches(SPACE);
        let spaced = after.len() < self.rest().len();
        let (rest, trims) = match after.strip_prefix("-}}") {
            Some(rest) if spaced => (Some(rest), true),
            _ => (after.strip_prefix("}}"), false),
        };
        if let Some(rest) = rest {
            self.at = self.text.len() - rest.len();
            self.trims = trims;
        }
        rest.is_some()
    }

    fn token(&mut self) -> Result<Token, Fault> {
        let Some(first) = self.rest().chars().next() else {
            return self.fault("unclosed action");
        };
        if first.is_alphanumeric() || "_+-".contains(first) {
            return self.name_or_number();
        }
        self.at += first.len_utf8();
        match first {
            '"' => self.quoted(),
            '`' => self.raw(),
            '(' => Ok(Token::Open),
            ')' => Ok(Token::Close),
            '|' => Ok(Token::Pipe),
            ',' => Ok(Token::Comma),
            '$' => Ok(Token::Variable(self.name().into())),
            '.' => Ok(match self.name() {
                "" => Token::Dot,
                name => Token::Field(name.into()),
            }),
            ':' if self.rest().starts_with('=') => {
                self.at += 1;
                Ok(Token::Declare)
            }
            ':' => self.fault("expected :="),
            '=' => self.fault("unexpected \"=\" in operand"),
            _ => {
                let first = first.to_string();
                self.fault(format!("unexpected {first:?} in command"))
            }
        }
    }

    /// The letters and digits from here on.
    fn name(&mut self) -> &'a str {
        let part = |it: char| it.is_alphanumeric() || it == '_';
        let rest = self.rest();
        let name = &rest[..rest.len() - rest.trim_start_matches(part).len()];
        self.at += name.len();
        name
    }

    fn name_or_number(&mut self) -> Result<Token, Fault> {
        let begin = self.at;
        self.at += usize::from(self.rest().starts_with(['+', '-']));
        self.name();
        let name = &self.text[begin..self.at];
        if name.starts_with(|it: char| it.is_alphabetic() || it == '_') {
            return Ok(match name {
                "true" | "false" => Token::Literal(Value::from(name == "true")),
                "nil" => Token::Literal(Value::Null),
                name => Token::Name(name.into()),
            });
        }
        let digits = name.trim_start_matches(['+', '-']);
        match name.parse::<i64>() {
            // Go reads 010 as 8.
            Ok(number) if digits == "0" || !digits.starts_with('0') => {
                Ok(Token::Literal(number.into()))
            }
            _ => self.fault(format!("bad number syntax: {name:?}")),
        }
    }

    fn raw(&mut self) -> Result<Token, Fault> {
        let Some(end) = self.rest().find('`') else {
            return self.fault("unterminated raw quoted string");
        };
        let text = &self.rest()[..end];
        self.at += end + 1;
        Ok(Token::Literal(text.into()))
    }

    fn quoted(&mut self) -> Result<Token, Fault> {
        let mut text = String::new();
        let mut letters = self.rest().char_indices();
        while let Some((at, letter)) = letters.next() {
            text.push(match letter {
                '"' => {
                    self.at += at + 1;
                    return Ok(Token::Literal(text.into()));
                }
                '\n' => break,
                '\\' => match letters.next() {
                    Some((_, 'n')) => '\n',
                    Some((_, 't')) => '\t',
                    Some((_, 'r')) => '\r',
                    Some((_, it @ ('\\' | '"'))) => it,
                    Some(_) => return self.fault("invalid syntax"),
                    None => break,
                },
                letter => letter,
            });
        }
        self.fault("unterminated quoted string")
    }
}
