//! value - a value as Go sees it: its truth, its text, its type
//!
//! See: text/template of Go

use serde_json::Value;

/// The result of a function, or Go's words on why there is none.
pub type Result<T> = std::result::Result<T, String>;

/// Whether a value is neither zero nor empty.
pub fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(it) => *it,
        Value::Number(it) => it.as_f64() != Some(0.0),
        Value::String(it) => !it.is_empty(),
        Value::Array(it) => !it.is_empty(),
        Value::Object(it) => !it.is_empty(),
    }
}

/// A value as Go prints it.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".into(),
        Value::String(text) => text.clone(),
        Value::Array(all) => {
            let all: Vec<_> = all.iter().map(shown).collect();
            format!("[{}]", all.join(" "))
        }
        Value::Object(map) => {
            let pair = |(key, it): (_, _)| format!("{key}:{}", shown(it));
            let mut all: Vec<_> = map.iter().collect();
            all.sort_by_key(|(key, _)| *key);
            let all: Vec<_> = all.into_iter().map(pair).collect();
            format!("map[{}]", all.join(" "))
        }
        value => value.to_string(),
    }
}

/// Go's name of a value's type.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nil",
        Value::Bool(_) => "bool",
        Value::Number(_) => "int",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

/// The longest text that a function makes.
const LONGEST: usize = 4 << 20;

/// Makes a text longer, up to an end.
pub fn add(text: &mut String, more: &str) -> Result<()> {
    text.push_str(more);
    if text.len() > LONGEST {
        return Err("more text than a function may make".into());
    }
    Ok(())
}
