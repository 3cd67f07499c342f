//! inspect - `container inspect`, and a little of docker's templates
//!
//! See: `docker inspect`

use std::io::Write;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};

use crate::container::Container;
use crate::error::{Named, Result, refused};
use crate::store::Store;

/// Prints containers as a JSON array, or a template's text for each.
pub fn print(references: &[String], format: Option<&str>) -> Result<u8> {
    let store = Store::open()?;
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for reference in references {
        match store.find(reference) {
            Ok(container) => found.push(container),
            Err(_) => missing.push(format!("No such object: {reference}")),
        }
    }
    match format {
        None => print_json(&found)?,
        // Docker ends the line where the value would be.
        Some(_) if found.is_empty() => println!(),
        Some(format) => {
            for container in found {
                let json = serde_json::to_value(container);
                let json = json.map_err(std::io::Error::from);
                match fill(format, &json.named("json", &container.id)?) {
                    Ok(text) => println!("{text}"),
                    Err(problem) => {
                        println!();
                        return Err(refused(problem).with_status(1));
                    }
                }
            }
        }
    }
    if missing.is_empty() {
        Ok(0)
    } else {
        Err(refused(missing.join("\nError: ")))
    }
}

fn print_json(containers: &[&Container]) -> Result<()> {
    let mut bytes = Vec::new();
    let indent = PrettyFormatter::with_indent(b"    ");
    let mut serializer = Serializer::with_formatter(&mut bytes, indent);
    let done = containers.serialize(&mut serializer);
    done.map_err(std::io::Error::from)
        .named("json", "containers")?;
    bytes.push(b'\n');
    std::io::stdout().write_all(&bytes).named("write", "stdout")
}

/// Puts values where the template has `{{.Path}}` or `{{json .Path}}`.
fn fill(template: &str, json: &Value) -> std::result::Result<String, String> {
    let problem = |what: String| format!("template parsing error: {what}");
    let (mut text, mut rest) = (String::new(), template);
    while let Some((before, after)) = rest.split_once("{{") {
        let (action, after) = after
            .split_once("}}")
            .ok_or_else(|| problem("template: :1: unclosed action".into()))?;
        let (as_json, path) = match action.trim().strip_prefix("json ") {
            Some(path) => (true, path.trim()),
            None => (false, action.trim()),
        };
        if !path.starts_with('.') {
            let word = format!("template: :1: function {path:?} not defined");
            return Err(problem(word));
        }
        let offset = template.len() - rest.len()
            + before.len()
            + 2
            + action.find(path).unwrap_or(0);
        let value = look_up(json, path, offset).map_err(problem)?;
        text += before;
        text += &match value {
            Value::String(word) if !as_json => word.clone(),
            Value::Null if !as_json => "<no value>".into(),
            value => value.to_string(),
        };
        rest = after;
    }
    Ok(text + rest)
}

/// Follows `.State.Pid`. `offset` is where that is in the template.
fn look_up<'a>(
    json: &'a Value,
    path: &str,
    offset: usize,
) -> std::result::Result<&'a Value, String> {
    let (mut value, mut walked) = (json, 0);
    for key in path.split('.').filter(|key| !key.is_empty()) {
        value = value.get(key).ok_or_else(|| {
            format!(
                "template: :1:{}: executing \"\" at <{path}>: map has no \
                 entry for key \"{key}\"",
                offset + walked
            )
        })?;
        walked += 1 + key.len();
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn filled(template: &str) -> std::result::Result<String, String> {
        let state = json!({"Pid": 25686, "Status": "running", "Error": null});
        fill(template, &json!({"Id": "4ddf", "State": state}))
    }

    #[test]
    fn blanks_in_the_braces_make_no_difference() {
        for template in ["{{.State.Pid}}", "{{ .State.Pid }}"] {
            assert_eq!(filled(template).as_deref(), Ok("25686"));
        }
    }

    #[test]
    fn text_around_and_between_values_stays() {
        let template = "<{{.Id}}> {{.State.Status}} pid={{json .State.Pid}}";
        assert_eq!(filled(template).as_deref(), Ok("<4ddf> running pid=25686"));
        assert_eq!(filled("{{json .Id}}").as_deref(), Ok("\"4ddf\""));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_place() {
        assert_eq!(
            filled("{{ .State.Nope }}").unwrap_err(),
            "template parsing error: template: :1:9: executing \"\" at \
             <.State.Nope>: map has no entry for key \"Nope\""
        );
    }

    #[test]
    fn what_is_no_template_is_refused() {
        assert!(filled("{{.State").is_err());
        assert!(filled("{{range .Mounts}}").is_err());
    }
}
