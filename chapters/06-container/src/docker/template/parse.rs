//! parse - from a template's text to its tree
//!
//! See: text/template/parse of Go

use std::collections::VecDeque;

use super::functions;
use super::lexer::{Fault, Lexer, Piece, Token, Word};
use super::tree::{Arm, Command, Kind, Node, Pipe, Place, Term, What};

/// Reads a template.
pub fn parse(text: &str) -> Result<Vec<Node>, Fault> {
    let mut parser = Parser {
        lexer: Lexer::new(text),
        variables: vec![String::new()],
        depth: 0,
    };
    match parser.body()? {
        (nodes, Stop::File) => Ok(nodes),
        (_, Stop::End) => parser.lexer.fault("unexpected {{end}}"),
        (_, Stop::Else(_)) => parser.lexer.fault("unexpected {{else}}"),
    }
}

/// The greatest depth of branches and parentheses in one another: each is a
/// call here, and a stack has an end.
const DEEPEST: usize = 100;

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// Variables that are known here.
    variables: Vec<String>,
    depth: usize,
}

type Words = VecDeque<Word>;

/// The end of a body.
enum Stop {
    File,
    End,
    Else(Words),
}

impl Parser<'_> {
    fn body(&mut self) -> Result<(Vec<Node>, Stop), Fault> {
        let scope = self.variables.len();
        let mut nodes = Vec::new();
        let stop = loop {
            let mut words = match self.lexer.piece()? {
                None => break Stop::File,
                Some(Piece::Action(words)) => words,
                Some(Piece::Text(text)) => {
                    nodes.push(Node::Text(text));
                    continue;
                }
            };
            nodes.push(if next_is(&mut words, "if") {
                self.branch(Kind::If, words)?
            } else if next_is(&mut words, "with") {
                self.branch(Kind::With, words)?
            } else if next_is(&mut words, "range") {
                self.branch(Kind::Range, words)?
            } else if next_is(&mut words, "end") {
                self.nothing_after("end", &words)?;
                break Stop::End;
            } else if next_is(&mut words, "else") {
                break Stop::Else(words);
            } else {
                Node::Print(self.whole_pipe(words, "command")?)
            });
        };
        self.variables.truncate(scope);
        Ok((nodes, stop))
    }

    fn branch(&mut self, kind: Kind, words: Words) -> Result<Node, Fault> {
        let scope = self.variables.len();
        self.deeper()?;
        let node = self.arms(kind, words)?;
        self.depth -= 1;
        self.variables.truncate(scope);
        Ok(node)
    }

    fn arms(&mut self, kind: Kind, mut words: Words) -> Result<Node, Fault> {
        let mut arms = Vec::new();
        loop {
            let pipe = self.whole_pipe(words, kind.name())?;
            let (body, stop) = self.body()?;
            arms.push(Arm { pipe, body });
            words = match stop {
                Stop::End => return Ok(Node::Branch(kind, arms, Vec::new())),
                Stop::File => return self.lexer.fault("unexpected EOF"),
                Stop::Else(words) => words,
            };
            if kind != Kind::If || !next_is(&mut words, "if") {
                self.nothing_after("else", &words)?;
                return Ok(Node::Branch(kind, arms, self.last_body()?));
            }
        }
    }

    /// Reads the steps between else and end.
    fn last_body(&mut self) -> Result<Vec<Node>, Fault> {
        match self.body()? {
            (body, Stop::End) => Ok(body),
            (_, Stop::File) => self.lexer.fault("unexpected EOF"),
            (_, Stop::Else(_)) => {
                self.lexer.fault("expected end; found {{else}}")
            }
        }
    }

    fn deeper(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.lexer.fault("too deeply nested");
        }
        Ok(())
    }

    fn nothing_after(&self, name: &str, words: &Words) -> Result<(), Fault> {
        match words.front() {
            Some(word) => self.unexpected(word, name),
            None => Ok(()),
        }
    }

    fn unexpected<T>(&self, word: &Word, within: &str) -> Result<T, Fault> {
        let text = &self.lexer.text[word.place.clone()];
        self.lexer.fault(format!("unexpected {text:?} in {within}"))
    }

    fn whole_pipe(
        &mut self,
        mut words: Words,
        within: &str,
    ) -> Result<Pipe, Fault> {
        let pipe = self.pipe(&mut words, within)?;
        if !words.is_empty() {
            // A pipe goes up to a parenthesis, or to the end.
            return self.lexer.fault("unexpected right paren");
        }
        Ok(pipe)
    }

    fn pipe(&mut self, words: &mut Words, within: &str) -> Result<Pipe, Fault> {
        let variables = declared(words);
        if variables.len() > 1 && within != Kind::Range.name() {
            let what = format!("too many declarations in {within}");
            return self.lexer.fault(what);
        }
        let mut commands = Vec::new();
        match words.front() {
            Some(word) if word.token == Token::Pipe => {
                return self.unexpected(word, within);
            }
            _ if at_end(words) => {
                return self.lexer.fault(format!("missing value for {within}"));
            }
            _ => commands.push(self.command(words, 1)?),
        }
        while take(words, &Token::Pipe) {
            commands.push(self.command(words, commands.len() + 1)?);
        }
        self.variables.extend(variables.iter().cloned());
        Ok(Pipe {
            variables,
            commands,
        })
    }

    fn command(
        &mut self,
        words: &mut Words,
        stage: usize,
    ) -> Result<Command, Fault> {
        let mut terms = Vec::new();
        while !at_end(words) {
            terms.push(self.term(words)?);
        }
        match terms.first().map(|it| &it.what) {
            None => self.lexer.fault("missing value for command"),
            Some(What::Literal(_)) if stage > 1 => {
                let what = "non executable command in pipeline stage";
                self.lexer.fault(format!("{what} {stage}"))
            }
            Some(_) => Ok(terms),
        }
    }

    fn term(&mut self, words: &mut Words) -> Result<Term, Fault> {
        let Some(word) = words.pop_front() else {
            return self.lexer.fault("unclosed action");
        };
        let mut shown = word.place.clone();
        let at = shown.start;
        let mut fields = Vec::new();
        let what = match word.token {
            Token::Field(name) => {
                fields.push(name);
                What::Dot
            }
            Token::Dot => What::Dot,
            Token::Literal(value) => What::Literal(value),
            Token::Variable(name) => What::Variable(self.known(name)?),
            Token::Name(name) if functions::is_one(&name) => {
                What::Function(name)
            }
            Token::Name(name) => {
                let what = format!("function {name:?} not defined");
                return self.lexer.fault(what);
            }
            Token::Open => {
                let (pipe, end) = self.group(words)?;
                shown.end = end;
                What::Group(pipe)
            }
            _ => return self.unexpected(&word, "operand"),
        };
        let place = Place { at, shown };
        let mut term = Term {
            what,
            fields,
            place,
        };
        self.go_down(&mut term, words)?;
        Ok(term)
    }

    /// Takes the fields that stand at a value without a space between.
    fn go_down(&self, term: &mut Term, words: &mut Words) -> Result<(), Fault> {
        let mut first = true;
        while let Some(word) = words.pop_front() {
            let name = match &word.token {
                Token::Field(name) if word.joined => name.clone(),
                token if !word.joined || ends(token) => {
                    words.push_front(word);
                    break;
                }
                _ => return self.unexpected(&word, "operand"),
            };
            if matches!(term.what, What::Literal(_) | What::Function(_)) {
                return self.unexpected(&word, "operand");
            }
            // Go counts from the second field, and from the first of a chain.
            if first {
                term.place.at = word.place.start;
            }
            first = false;
            term.fields.push(name);
            term.place.shown.end = word.place.end;
        }
        Ok(())
    }

    /// The pipe in parentheses, and where it ends.
    fn group(&mut self, words: &mut Words) -> Result<(Pipe, usize), Fault> {
        self.deeper()?;
        let pipe = self.pipe(words, "parenthesized pipeline")?;
        self.depth -= 1;
        match words.pop_front() {
            Some(word) => Ok((pipe, word.place.end)),
            None => self.lexer.fault("unclosed left paren"),
        }
    }

    fn known(&self, name: String) -> Result<String, Fault> {
        if !self.variables.contains(&name) {
            let what = format!("undefined variable \"${name}\"");
            return self.lexer.fault(what);
        }
        Ok(name)
    }
}

/// Goes past a word, if it is the next one.
fn take(words: &mut Words, token: &Token) -> bool {
    let next = words.front().is_some_and(|it| it.token == *token);
    next && words.pop_front().is_some()
}

fn next_is(words: &mut Words, name: &str) -> bool {
    take(words, &Token::Name(name.into()))
}

/// Whether a command ends here.
fn ends(token: &Token) -> bool {
    matches!(token, Token::Pipe | Token::Close)
}

fn at_end(words: &Words) -> bool {
    words.front().is_none_or(|it| ends(&it.token))
}

/// The names before `:=`, if there are some.
fn declared(words: &mut Words) -> Vec<String> {
    let tokens: Vec<_> = words.iter().take(4).map(|it| &it.token).collect();
    let names = match &tokens[..] {
        [Token::Variable(name), Token::Declare, ..] => vec![name.clone()],
        [
            Token::Variable(key),
            Token::Comma,
            Token::Variable(name),
            Token::Declare,
        ] => vec![key.clone(), name.clone()],
        _ => return Vec::new(),
    };
    words.drain(..2 * names.len());
    names
}
