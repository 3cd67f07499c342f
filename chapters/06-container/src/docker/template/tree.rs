//! tree - the parts of a template
//!
//! See: text/template/parse of Go

use std::ops::Range;

use serde_json::Value;

/// A step of a template.
pub enum Node {
    Text(String),
    Print(Pipe),
    Branch(Kind, Vec<Arm>, Vec<Node>),
}

/// The use that a branch makes of a value that is not empty.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    If,
    With,
    Range,
}

/// A condition, and the steps if it holds.
pub struct Arm {
    pub pipe: Pipe,
    pub body: Vec<Node>,
}

/// Commands, each with the value of the one before as its last argument.
pub struct Pipe {
    pub variables: Vec<String>,
    pub commands: Vec<Command>,
}

/// A value, or a function and its arguments.
pub type Command = Vec<Term>;

/// A value, and the fields to go down from there.
pub struct Term {
    pub what: What,
    pub fields: Vec<String>,
    pub place: Place,
}

/// The source of a value.
pub enum What {
    Dot,
    Variable(String),
    Literal(Value),
    Function(String),
    Group(Pipe),
}

/// The part of a template that Go shows in an error, and its place.
#[derive(Clone, Debug)]
pub struct Place {
    pub at: usize,
    pub shown: Range<usize>,
}

impl Kind {
    /// The word that begins the branch.
    pub fn name(self) -> &'static str {
        match self {
            Kind::If => "if",
            Kind::With => "with",
            Kind::Range => "range",
        }
    }
}
