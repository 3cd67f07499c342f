//! functions - those of Go's templates, and Docker's
//!
//! See: text/template of Go, "Functions"; `docker inspect`

use std::borrow::Cow;

use serde_json::{Number, Value};

use super::printf::printf;
use super::value::{Result, add, is_true, kind, shown};

/// A value, of the object or the template where it can be.
pub type Data<'a> = Cow<'a, Value>;

const NAMES: [&str; 16] = [
    "and", "eq", "index", "join", "json", "len", "lower", "ne", "not", "or",
    "print", "printf", "println", "split", "title", "upper",
];

/// Whether there is a function with this name.
pub fn is_one(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Calls a function. The error is Go's word on the arguments.
pub fn call<'a>(name: &str, arguments: Vec<Data<'a>>) -> Result<Data<'a>> {
    let values: Vec<&Value> = arguments.iter().map(AsRef::as_ref).collect();
    let value = match (name, &values[..]) {
        ("index", [_, ..]) => return index(arguments).map_err(calling(name)),
        // The last one, when no other has decided.
        ("and" | "or", [.., _]) => {
            return Ok(arguments.into_iter().next_back().unwrap_or_default());
        }
        ("not", [value]) => Ok((!is_true(value)).into()),
        ("eq", [first, others @ ..]) => equal(first, others).map(Value::from),
        ("ne", [first, other]) => {
            equal(first, &[other]).map(|equal| (!equal).into())
        }
        ("len", [value]) => length(value),
        ("json", [value]) => Ok(value.to_string().into()),
        ("print", values) => print(values).map(Value::from),
        ("println", values) => println(values).map(Value::from),
        ("printf", [format, values @ ..]) => {
            printf(string(format)?, values).map(Value::from)
        }
        ("lower", [text]) => Ok(string(text)?.to_lowercase().into()),
        ("upper", [text]) => Ok(string(text)?.to_uppercase().into()),
        ("title", [text]) => Ok(title(string(text)?).into()),
        ("split", [text, at]) => Ok(split(string(text)?, string(at)?)),
        ("join", [list, between]) => Ok(join(list, string(between)?)?.into()),
        _ => Err("wrong arguments".into()),
    };
    value.map(Cow::Owned).map_err(calling(name))
}

fn calling(name: &str) -> impl Fn(String) -> String {
    move |what| format!("error calling {name}: {what}")
}

/// Whether a function takes so many arguments.
pub fn takes(name: &str, count: usize) -> Result<()> {
    let (fits, wanted) = match name {
        "print" | "println" => (true, ""),
        "ne" | "split" | "join" => (count == 2, "2"),
        "len" | "not" | "json" | "lower" | "upper" | "title" => {
            (count == 1, "1")
        }
        _ => (count > 0, "at least 1"),
    };
    if !fits {
        return Err(format!(
            "wrong number of args for {name}: want {wanted} got {count}"
        ));
    }
    Ok(())
}

fn string(value: &Value) -> Result<&str> {
    value.as_str().ok_or_else(|| other_than("string", value))
}

fn other_than(wanted: &str, value: &Value) -> String {
    let kind = kind(value);
    format!("wrong type for value; expected {wanted}; got {kind}")
}

fn index(arguments: Vec<Data<'_>>) -> Result<Data<'_>> {
    let mut arguments = arguments.into_iter();
    let data = arguments.next().unwrap_or_default();
    arguments.try_fold(data, |data, at| element(data, &at))
}

/// An element of a list or a map; null, if a map has none of this key.
fn element<'a>(data: Data<'a>, at: &Value) -> Result<Data<'a>> {
    let found = match (data, at) {
        (Cow::Borrowed(Value::Object(map)), Value::String(key)) => {
            map.get(key).map(Cow::Borrowed)
        }
        (Cow::Borrowed(Value::Array(all)), Value::Number(at)) => {
            let element = position(at).and_then(|at| all.get(at));
            Some(Cow::Borrowed(element.ok_or_else(|| outside(at))?))
        }
        (Cow::Owned(Value::Array(all)), Value::Number(at)) => {
            let element = position(at).and_then(|at| all.get(at).cloned());
            Some(Cow::Owned(element.ok_or_else(|| outside(at))?))
        }
        (data, at) => return Err(no_index(&data, at)),
    };
    Ok(found.unwrap_or_default())
}

fn position(at: &Number) -> Option<usize> {
    at.as_u64().and_then(|at| usize::try_from(at).ok())
}

fn outside(at: &Number) -> String {
    format!("index out of range: {at}")
}

fn no_index(value: &Value, at: &Value) -> String {
    match value {
        Value::Null => "index of untyped nil".into(),
        Value::Object(_) => {
            format!("value has type {}; should be string", kind(at))
        }
        Value::Array(_) => {
            format!("cannot index slice/array with type {}", kind(at))
        }
        value => format!("can't index item of type {}", kind(value)),
    }
}

/// Whether the first value is one of the others.
fn equal(first: &Value, others: &[&Value]) -> Result<bool> {
    if others.is_empty() {
        return Err("missing argument for comparison".into());
    }
    for other in others {
        let null = first.is_null() || other.is_null();
        let basic = !first.is_array() && !first.is_object();
        if !basic || !null && kind(first) != kind(other) {
            return Err("incompatible types for comparison".into());
        }
        if first == *other {
            return Ok(true);
        }
    }
    Ok(false)
}

fn length(value: &Value) -> Result<Value> {
    match value {
        Value::String(it) => Ok(it.len().into()),
        Value::Array(it) => Ok(it.len().into()),
        Value::Object(it) => Ok(it.len().into()),
        Value::Null => Err("len of nil pointer".into()),
        other => Err(format!("len of type {}", kind(other))),
    }
}

/// Prints values, with a space between two neighbours if none is a string.
fn print(values: &[&Value]) -> Result<String> {
    let mut text = String::new();
    for (at, value) in values.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| values[at]);
        let bare = before.is_some_and(|it| !it.is_string());
        add(&mut text, if bare && !value.is_string() { " " } else { "" })?;
        add(&mut text, &shown(value))?;
    }
    Ok(text)
}

fn println(values: &[&Value]) -> Result<String> {
    let mut text = String::new();
    for (at, value) in values.iter().enumerate() {
        add(&mut text, if at > 0 { " " } else { "" })?;
        add(&mut text, &shown(value))?;
    }
    add(&mut text, "\n")?;
    Ok(text)
}

/// Makes the first letter of each word a capital.
fn title(text: &str) -> String {
    let mut begins = true;
    let mut titled = String::new();
    for letter in text.chars() {
        if begins {
            titled.extend(letter.to_uppercase());
        } else {
            titled.push(letter);
        }
        begins = if letter.is_ascii() {
            !letter.is_alphanumeric() && letter != '_'
        } else {
            letter.is_whitespace()
        };
    }
    titled
}

fn split(text: &str, at: &str) -> Value {
    match at {
        "" => text.chars().map(String::from).collect(),
        at => text.split(at).collect(),
    }
}

fn join(list: &Value, between: &str) -> Result<String> {
    let strings = || list.as_array()?.iter().map(Value::as_str).collect();
    let strings: Option<Vec<&str>> = strings();
    let strings = strings.ok_or_else(|| other_than("[]string", list))?;
    let mut text = String::new();
    for (at, string) in strings.into_iter().enumerate() {
        add(&mut text, if at > 0 { between } else { "" })?;
        add(&mut text, string)?;
    }
    Ok(text)
}
