//! fill - from a template's tree and an object to text
//!
//! See: text/template/exec.go of Go

use std::slice;

use serde_json::Value;

use super::functions::{self, Data};
use super::tree::{Arm, Command, Kind, Node, Pipe, Place, Term, What};
use super::value::{is_true, shown};

/// The reason for which a value cannot be had, and its place in the template.
#[derive(Debug)]
pub struct Fault {
    pub place: Option<Place>,
    pub what: String,
}

type Result<T> = std::result::Result<T, Fault>;

/// A template is a stranger's, and a range in a range is work without end:
/// so many bytes are enough for every text that is read.
const MOST: usize = 16 << 20;

/// The price of a step, in bytes.
const STEP: usize = 64;

/// Puts an object's values where the template wants them.
pub fn fill(nodes: &[Node], object: &Value) -> Result<String> {
    let dot = Data::Borrowed(object);
    let mut filler = Filler {
        text: String::new(),
        variables: vec![("", dot.clone())],
        left: MOST,
    };
    filler.all(nodes, &dot)?;
    Ok(filler.text)
}

struct Filler<'a> {
    text: String,
    variables: Vec<(&'a str, Data<'a>)>,
    /// Bytes that are left.
    left: usize,
}

impl<'a> Filler<'a> {
    fn spend(&mut self, amount: usize) -> Result<()> {
        let left = self.left.checked_sub(amount);
        let what = "more text than a template may make";
        self.left = left.ok_or_else(|| Fault {
            place: None,
            what: what.into(),
        })?;
        Ok(())
    }

    fn all(&mut self, nodes: &'a [Node], dot: &Data<'a>) -> Result<()> {
        nodes.iter().try_for_each(|node| self.node(node, dot))
    }

    fn node(&mut self, node: &'a Node, dot: &Data<'a>) -> Result<()> {
        match node {
            Node::Text(text) => self.put(text),
            Node::Print(pipe) => {
                let value = self.pipe(pipe, dot)?;
                match &*value {
                    _ if !pipe.variables.is_empty() => Ok(()),
                    Value::Null => self.put("<no value>"),
                    value => self.put(&shown(value)),
                }
            }
            Node::Branch(kind, arms, otherwise) => {
                let scope = self.variables.len();
                self.branch(*kind, arms, otherwise, dot)?;
                self.variables.truncate(scope);
                Ok(())
            }
        }
    }

    fn put(&mut self, text: &str) -> Result<()> {
        self.spend(1 + text.len())?;
        self.text.push_str(text);
        Ok(())
    }

    fn branch(
        &mut self,
        kind: Kind,
        arms: &'a [Arm],
        otherwise: &'a [Node],
        dot: &Data<'a>,
    ) -> Result<()> {
        for Arm { pipe, body } in arms {
            let value = self.pipe(pipe, dot)?;
            match kind {
                Kind::Range if self.range(pipe, &value, body)? => {
                    return Ok(());
                }
                Kind::Range => {}
                _ if !is_true(&value) => {}
                Kind::If => return self.all(body, dot),
                Kind::With => return self.all(body, &value),
            }
        }
        self.all(otherwise, dot)
    }

    /// Fills the body with each element; false if there is none.
    fn range(
        &mut self,
        pipe: &'a Pipe,
        value: &Data<'a>,
        body: &'a [Node],
    ) -> Result<bool> {
        let Some(elements) = elements(value) else {
            let what = format!("range can't iterate over {}", shown(value));
            return Err(fault(&whole(&pipe.commands[0]), what));
        };
        let scope = self.variables.len();
        let some = !elements.is_empty();
        for (key, element) in elements {
            match &pipe.variables[..] {
                [key_name, name, ..] => {
                    self.variables.push((key_name, Data::Owned(key)));
                    self.variables.push((name, element.clone()));
                }
                [name] => self.variables.push((name, element.clone())),
                [] => {}
            }
            self.spend(STEP)?;
            self.all(body, &element)?;
            self.variables.truncate(scope);
        }
        Ok(some)
    }

    fn pipe(&mut self, pipe: &'a Pipe, dot: &Data<'a>) -> Result<Data<'a>> {
        let mut value = None;
        for command in &pipe.commands {
            value = Some(self.command(command, dot, value)?);
        }
        let value = value.unwrap_or_default();
        if let [name] = &pipe.variables[..] {
            let copy = self.copy(&value)?;
            self.variables.push((name, copy));
        }
        Ok(value)
    }

    /// A function's value or a term's; `last` is from the command before.
    fn command(
        &mut self,
        command: &'a Command,
        dot: &Data<'a>,
        last: Option<Data<'a>>,
    ) -> Result<Data<'a>> {
        let term = &command[0];
        if let What::Function(name) = &term.what {
            return self.call(name, command, last, dot);
        }
        if command.len() > 1 || last.is_some() {
            let what = "can't give argument to non-function";
            return Err(fault(&term.place, what));
        }
        if matches!(term.what, What::Literal(Value::Null)) {
            return Err(fault(&term.place, "nil is not a command"));
        }
        self.term(term, dot)
    }

    fn term(&mut self, term: &'a Term, dot: &Data<'a>) -> Result<Data<'a>> {
        self.spend(STEP)?;
        let data = match &term.what {
            What::Dot => self.copy(dot)?,
            What::Literal(value) => Data::Borrowed(value),
            What::Variable(name) => self.variable(name)?,
            What::Function(name) => {
                self.call(name, slice::from_ref(term), None, dot)?
            }
            What::Group(pipe) => self.pipe(pipe, dot)?,
        };
        let mut fields = term.fields.iter();
        fields
            .try_fold(data, field)
            .map_err(|what| fault(&term.place, what))
    }

    fn variable(&mut self, name: &str) -> Result<Data<'a>> {
        let mut known = self.variables.iter().rev();
        let found = known.find(|(known, _)| *known == name);
        let data = found.map(|(_, data)| data.clone()).unwrap_or_default();
        self.weigh(&data)?;
        Ok(data)
    }

    /// Copies a value. A value that the template has made counts once more.
    fn copy(&mut self, data: &Data<'a>) -> Result<Data<'a>> {
        self.weigh(data)?;
        Ok(data.clone())
    }

    fn weigh(&mut self, data: &Data<'a>) -> Result<()> {
        match data {
            Data::Owned(value) => self.spend(shown(value).len()),
            Data::Borrowed(_) => Ok(()),
        }
    }

    /// A function's value; its name is the first of the terms.
    fn call(
        &mut self,
        name: &str,
        terms: &'a [Term],
        last: Option<Data<'a>>,
        dot: &Data<'a>,
    ) -> Result<Data<'a>> {
        let count = terms.len() - 1 + usize::from(last.is_some());
        functions::takes(name, count)
            .map_err(|what| fault(&terms[0].place, what))?;
        let mut values = Vec::new();
        for argument in &terms[1..] {
            let value = self.term(argument, dot)?;
            // These two know their value before their last argument.
            let decides = is_true(&value) == (name == "or");
            if ["and", "or"].contains(&name) && decides {
                return Ok(value);
            }
            values.push(value);
        }
        values.extend(last);
        let value = functions::call(name, values)
            .map_err(|what| fault(&whole(terms), what))?;
        self.weigh(&value)?;
        Ok(value)
    }
}

/// From the first term to the last.
fn whole(terms: &[Term]) -> Place {
    let mut place = terms[0].place.clone();
    place.at = place.shown.start;
    place.shown.end = terms[terms.len() - 1].place.shown.end;
    place
}

fn fault(place: &Place, what: impl Into<String>) -> Fault {
    Fault {
        place: Some(place.clone()),
        what: what.into(),
    }
}

/// The elements of a list or, in the order of the keys, of a map.
fn elements<'a>(value: &Data<'a>) -> Option<Vec<(Value, Data<'a>)>> {
    let key = |key: &String| Value::from(key.clone());
    match value {
        Data::Borrowed(Value::Array(all)) => {
            Some(numbered(all.iter().map(Data::Borrowed)))
        }
        Data::Owned(Value::Array(all)) => {
            Some(numbered(all.iter().cloned().map(Data::Owned)))
        }
        Data::Borrowed(Value::Object(map)) => {
            let mut all: Vec<_> = map.iter().collect();
            all.sort_by_key(|(key, _)| *key);
            let all = all.into_iter();
            Some(
                all.map(|(it, data)| (key(it), Data::Borrowed(data)))
                    .collect(),
            )
        }
        value if value.is_null() => Some(Vec::new()),
        _ => None,
    }
}

fn numbered<'a>(all: impl Iterator<Item = Data<'a>>) -> Vec<(Value, Data<'a>)> {
    all.enumerate()
        .map(|(at, it)| (Value::from(at), it))
        .collect()
}

/// The value of a map under this key.
fn field<'a>(
    data: Data<'a>,
    name: &String,
) -> std::result::Result<Data<'a>, String> {
    let found = match data {
        Data::Borrowed(Value::Object(map)) => map.get(name).map(Data::Borrowed),
        Data::Owned(Value::Object(mut map)) => {
            map.remove(name).map(Data::Owned)
        }
        _ if data.is_null() => {
            return Err(format!(
                "nil pointer evaluating interface {{}}.{name}"
            ));
        }
        _ => {
            let kind = "type interface {}";
            return Err(format!("can't evaluate field {name} in {kind}"));
        }
    };
    found.ok_or_else(|| format!("map has no entry for key {name:?}"))
}
