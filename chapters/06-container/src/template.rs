//! template - what `inspect -f` puts in place of `{{.State.Pid}}`
//!
//! The language is Go's; a library speaks it. Docker's functions are here.
//!
//! See: text/template of Go, `docker inspect`

use std::sync::Arc;

use gotmpl::{MissingKey, Template, TemplateError, Value as Data};
use serde_json::Value;

use crate::error::{Error, refused};

/// A template that can be read, with the text it was read from.
pub struct Format<'a> {
    text: &'a str,
    template: Template,
}

/// Reads a template, or says in docker's words why it is none.
pub fn parse(text: &str) -> Result<Format<'_>, Error> {
    let template = Template::new("").missing_key(MissingKey::Error);
    let template = FUNCTIONS
        .iter()
        .fold(template, |all, (name, function)| all.func(name, function));
    match template.parse(text) {
        Ok(template) => Ok(Format { text, template }),
        Err(error) => Err(problem(why_not(&error)).with_status(64)),
    }
}

impl Format<'_> {
    /// The text, with the values of this object in it.
    pub fn fill(&self, object: &Value) -> Result<String, Error> {
        let data = gotmpl::to_value(object);
        let filled =
            data.and_then(|data| self.template.execute_to_string(&data));
        filled.map_err(|error| match &error {
            TemplateError::MissingKey { key } => {
                problem(self.missing(key)).with_status(1)
            }
            // Go looks for them before it begins.
            TemplateError::UndefinedFunction(_) => {
                problem(why_not(&error)).with_status(64)
            }
            _ => problem(format!("1: executing \"\": {error}")).with_status(1),
        })
    }

    /// Where in the template nothing was found, and under which key.
    fn missing(&self, key: &str) -> String {
        let what = format!("map has no entry for key {key:?}");
        let place = self.text.find(&format!(".{key}"));
        let Some(place) = place else {
            return format!("1: executing \"\": {what}");
        };
        let path = |it: char| it.is_alphanumeric() || it == '.' || it == '_';
        let (before, after) = self.text.split_at(place);
        let begin = before.trim_end_matches(path).len();
        let end = after.trim_start_matches(path).len();
        let path = &self.text[begin..self.text.len() - end];
        format!("1:{place}: executing \"\" at <{path}>: {what}")
    }
}

fn problem(what: String) -> Error {
    refused(format!("template parsing error: template: :{what}"))
}

fn why_not(error: &TemplateError) -> String {
    match error {
        TemplateError::Parse { line, message, .. }
        | TemplateError::Lex { line, message, .. } => {
            let message = message.replace("empty command", NO_VALUE);
            format!("{line}: {message}")
        }
        TemplateError::UndefinedFunction(name) => {
            format!("1: function {name:?} not defined")
        }
        error => format!("1: {error}"),
    }
}

/// Go's word for an action that says nothing.
const NO_VALUE: &str = "missing value for command";

type Function = fn(&[Data]) -> Result<Data, TemplateError>;

/// What docker's templates know beside Go's.
const FUNCTIONS: [(&str, Function); 6] = [
    ("json", |words| match words {
        [data] => Ok(Data::from(to_json(data).to_string())),
        _ => Err(wrong("json")),
    }),
    ("join", |words| match words {
        [Data::List(list), Data::String(between)] => {
            let words: Vec<_> = list.iter().map(Data::to_string).collect();
            Ok(Data::from(words.join(between)))
        }
        _ => Err(wrong("join")),
    }),
    ("split", |words| match words {
        [Data::String(text), Data::String(at)] => {
            let parts = text.split(&**at).map(Data::from);
            Ok(Data::from(parts.collect::<Vec<_>>()))
        }
        _ => Err(wrong("split")),
    }),
    ("lower", |words| change("lower", words, str::to_lowercase)),
    ("upper", |words| change("upper", words, str::to_uppercase)),
    ("title", |words| {
        change("title", words, |text| {
            let mut letters = text.chars();
            let first = letters.next().into_iter();
            first.flat_map(char::to_uppercase).chain(letters).collect()
        })
    }),
];

fn change(
    name: &str,
    words: &[Data],
    how: impl Fn(&str) -> String,
) -> Result<Data, TemplateError> {
    match words {
        [Data::String(text)] => Ok(Data::from(how(text))),
        _ => Err(wrong(name)),
    }
}

fn wrong(function: &str) -> TemplateError {
    let why = "wrong arguments";
    TemplateError::Exec(format!("error calling {function}: {why}"))
}

fn to_json(data: &Data) -> Value {
    match data {
        Data::Bool(it) => Value::from(*it),
        Data::Int(it) => Value::from(*it),
        Data::Uint(it) => Value::from(*it),
        Data::Float(it) => Value::from(*it),
        Data::String(it) => Value::from(&**it),
        Data::List(all) => all.iter().map(to_json).collect(),
        Data::Map(all) => {
            let pair = |(key, data): (&Arc<str>, &Data)| {
                (key.to_string(), to_json(data))
            };
            all.iter().map(pair).collect()
        }
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(template: &str) -> Result<String, (String, Option<u8>)> {
        let state = json!({"Pid": 25686, "Status": "running", "Error": null});
        let ports = json!([{"HostIp": "0.0.0.0", "HostPort": "4000"}]);
        let object = json!({
            "Id": "4ddf",
            "Cmd": ["sleep", "100"],
            "State": state,
            "Ports": {"80/tcp": ports},
            "Networks": {"bridge": {"IPAddress": "172.17.0.2"}},
            "None": {},
        });
        parse(template)
            .and_then(|format| format.fill(&object))
            .map_err(|error| (error.to_string(), error.status))
    }

    /// The texts are real Docker's.
    #[test]
    fn values_are_put_into_the_text_as_docker_does() {
        for (template, text) in [
            ("{{.State.Pid}}", "25686"),
            ("{{ .State.Pid }}", "25686"),
            ("<{{.Id}}> {{.State.Status}}", "<4ddf> running"),
            ("{{json .Id}} {{json .State.Error}}", "\"4ddf\" null"),
            ("{{.Cmd}} {{.None}}", "[sleep 100] map[]"),
            ("{{json .Cmd}} {{json .None}}", "[\"sleep\",\"100\"] {}"),
            ("{{range .Networks}}{{.IPAddress}}{{end}}", "172.17.0.2"),
            (
                "{{range $name, $it := .Networks}}{{$name}}={{$it}}{{end}}",
                "bridge=map[IPAddress:172.17.0.2]",
            ),
            ("{{(index (index .Ports \"80/tcp\") 0).HostPort}}", "4000"),
            ("{{len .Cmd}} {{join .Cmd \",\"}}", "2 sleep,100"),
            (
                "{{index .Cmd 0}} {{printf \"%s-%d\" .Id 7}}",
                "sleep 4ddf-7",
            ),
            ("{{if .State.Pid}}up{{else}}down{{end}}", "up"),
            ("{{upper .Id}} {{title \"abc\"}}", "4DDF Abc"),
            ("{{split \"a,b\" \",\"}} {{lower \"ABC\"}}", "[a b] abc"),
            ("{{eq .State.Status \"running\"}}", "true"),
            ("{{.State.Pid | printf \"%07d\"}}", "0025686"),
            ("{{/* c */}}{{- \"x\" -}}  y", "xy"),
            ("}}", "}}"),
        ] {
            assert_eq!(filled(template), Ok(text.into()), "{template}");
        }
    }

    #[test]
    fn what_cannot_be_put_there_is_said_as_docker_does() {
        let problem = "template parsing error: template: :1:";
        for (template, status, what) in [
            (
                "{{.Nope}}",
                1,
                "2: executing \"\" at <.Nope>: map has no entry for key \
                 \"Nope\"",
            ),
            (
                "{{.State.Nope.x}}",
                1,
                "8: executing \"\" at <.State.Nope.x>: map has no entry for \
                 key \"Nope\"",
            ),
            ("{{.State", 64, " unclosed action"),
            ("{{nope .State}}", 64, " function \"nope\" not defined"),
            ("{{}}", 64, " missing value for command"),
        ] {
            let expected = (format!("{problem}{what}"), Some(status));
            assert_eq!(filled(template), Err(expected), "{template}");
        }
        for template in ["{{.Id.x}}", "{{index .Cmd 9}}", "{{json}}"] {
            let (text, status) = filled(template).expect_err(template);
            assert!(text.starts_with(problem), "{text}");
            assert_eq!(status, Some(1), "{text}");
        }
    }
}
