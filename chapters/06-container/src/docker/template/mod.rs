//! template - the text that `inspect -f` puts in place of `{{.State.Pid}}`
//!
//! The language is Go's; here is the part of it that people use.
//!
//! # Layout
//!
//! * here: Docker's words for a template that cannot be read or filled
//! * [`lexer`]: from text to words
//! * [`parse`](mod@parse), [`tree`]: from words to a tree
//! * [`fill`]: from a tree and an object to text
//! * [`functions`], [`printf`], [`value`]: Go's functions and values
//!
//! See: text/template of Go, `docker inspect`

mod fill;
mod functions;
mod lexer;
mod parse;
mod printf;
mod tree;
mod value;

use serde_json::Value;

use crate::error::{Error, refused};

/// A template that can be read, with the text it was read from.
pub struct Format<'a> {
    text: &'a str,
    nodes: Vec<tree::Node>,
}

/// Reads a template, or says in docker's words why it is none.
pub fn parse(text: &str) -> Result<Format<'_>, Error> {
    match parse::parse(text) {
        Ok(nodes) => Ok(Format { text, nodes }),
        Err(fault) => {
            let (line, _) = line_and_column(text, fault.at);
            let what = format!("{line}: {}", fault.what);
            Err(problem(what).with_status(64))
        }
    }
}

impl Format<'_> {
    /// The text, with the values of this object in it.
    pub fn fill(&self, object: &Value) -> Result<String, Error> {
        fill::fill(&self.nodes, object)
            .map_err(|fault| problem(self.said(fault)).with_status(1))
    }

    fn said(&self, fault: fill::Fault) -> String {
        let what = fault.what;
        let Some(place) = fault.place else {
            return format!("1: executing \"\": {what}");
        };
        let (line, column) = line_and_column(self.text, place.at);
        let shown = &self.text[place.shown];
        format!("{line}:{column}: executing \"\" at <{shown}>: {what}")
    }
}

/// Go counts lines from one, and bytes from zero.
fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let begin = before.rfind('\n').map_or(0, |end| end + 1);
    (1 + before.matches('\n').count(), at - begin)
}

fn problem(what: String) -> Error {
    refused(format!("template parsing error: template: :{what}"))
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

    /// The texts are real Docker's.
    #[test]
    fn branches_and_variables_are_as_in_go() {
        for (template, text) in [
            ("{{if .None}}a{{else if .Id}}b{{else}}c{{end}}", "b"),
            ("{{if .None}}a{{else if 0}}b{{else}}c{{end}}", "c"),
            ("{{with .State}}{{.Pid}} {{$.Id}}{{end}}", "25686 4ddf"),
            ("{{with .None}}{{.}}{{else}}no {{.Id}}{{end}}", "no 4ddf"),
            ("{{with $x := .Id}}{{$x}}{{.}}{{end}}", "4ddf4ddf"),
            (
                "{{range .Networks}}{{range $.Cmd}}<{{.}} {{$.Id}}>{{end}}\
                 {{end}}",
                "<sleep 4ddf><100 4ddf>",
            ),
            ("{{range .None}}x{{else}}nothing{{end}}", "nothing"),
            ("{{range .Cmd}}x{{else}}nothing{{end}}", "xx"),
            (
                "{{range $i, $it := .Cmd}}{{$i}}{{$it}}{{end}}",
                "0sleep1100",
            ),
            (
                "{{range $k, $v := .State}}{{$k}},{{end}}",
                "Error,Pid,Status,",
            ),
            (
                "{{$x := .Id}}{{range $x := .Cmd}}{{$x}} {{end}}{{$x}}",
                "sleep 100 4ddf",
            ),
            ("{{range $i, $v := split \"a,b\" \",\"}}{{$v}}{{end}}", "ab"),
            ("a \n{{- \" b \" -}}\t c {{- 3}}{{-3}}", "a b c3-3"),
            ("{{- /* none */ -}} x", "x"),
            ("{{and 1 0}} {{or 0 \"\" .Id}} {{not 1}}", "0 4ddf false"),
            ("{{or 1 .Id.x}}", "1"),
            ("{{ne 1 2}} {{eq 1 2 1}} {{eq nil nil}}", "true true true"),
            ("{{index .Networks \"no\"}} {{.State.Error}}", NO_VALUES),
            ("{{print 1 2 \"a\" 3 \"b\" \"c\" nil}}", "1 2a3bc<nil>"),
            ("{{println 1 \"a\"}}{{len `é\\`}}", "1 a\n3"),
            (
                "{{printf \"%5q|%-5d|%05d\" \"aé\" 5 -5}}",
                " \"aé\"|5    |-0005",
            ),
            ("{{printf \"%%%v\" .Cmd | len}}{{\"\\\"\\n\"}}", "12\"\n"),
            (
                "é{{\"ü}}\"}}ß {{title \"wörld_a b-c\"}}",
                "éü}}ß Wörld_a B-C",
            ),
            ("{{split \"héy\" \"\"}}", "[h é y]"),
        ] {
            assert_eq!(filled(template), Ok(text.into()), "{template}");
        }
    }

    const NO_VALUES: &str = "<no value> <no value>";

    /// The words are real Docker's.
    #[test]
    fn a_text_that_is_no_template_is_refused_as_docker_does() {
        for (template, what) in [
            ("{{range .Cmd}}", "unexpected EOF"),
            ("{{if .Id}}x{{else}}y", "unexpected EOF"),
            ("{{with .Id}}{{if .Id}}{{end}}", "unexpected EOF"),
            ("{{end}}", "unexpected {{end}}"),
            ("{{else}}", "unexpected {{else}}"),
            ("{{if 1}}{{else}}{{else}}{{end}}", EXPECTED_END),
            ("{{if}}{{end}}", "missing value for if"),
            ("{{()}}", "missing value for parenthesized pipeline"),
            ("{{| .Id}}", "unexpected \"|\" in command"),
            ("{{#}}", "unexpected \"#\" in command"),
            ("{{if 1}}{{end x}}", "unexpected \"x\" in end"),
            ("{{(.Id}}", "unclosed left paren"),
            ("{{.Id)}}", "unexpected right paren"),
            ("{{\"ü}}", "unterminated quoted string"),
            ("{{\"a\\qb\"}}", "invalid syntax"),
            ("{{/* x}}", "unclosed comment"),
            ("{{/* x */ y}}", "comment ends before closing delimiter"),
            ("{{$x}}", "undefined variable \"$x\""),
            (
                "{{if 1}}{{$x := 1}}{{end}}{{$x}}",
                "undefined variable \"$x\"",
            ),
            ("{{if $a, $b := 1}}{{end}}", "too many declarations in if"),
            ("{{1x}}", "bad number syntax: \"1x\""),
            ("{{.Id | 1}}", "non executable command in pipeline stage 2"),
        ] {
            let what = format!("template parsing error: template: :1: {what}");
            assert_eq!(filled(template), Err((what, Some(64))), "{template}");
        }
        let error = filled("é\n\n{{nope}}").unwrap_err().0;
        assert!(error.contains(" :3: function \"nope\" not"), "{error}");
    }

    const EXPECTED_END: &str = "expected end; found {{else}}";

    #[test]
    fn a_value_that_cannot_be_had_is_said_with_its_place_as_docker_does() {
        for (template, what) in [
            (
                "é{{\"é\"}}{{.Nope}}",
                "1:12: executing \"\" at <.Nope>: map",
            ),
            ("a\n{{.Nope}}", "2:2: executing \"\" at <.Nope>: map has no"),
            (
                "{{$x := .}}{{$x.Nope}}",
                "1:15: executing \"\" at <$x.Nope>: ",
            ),
            (
                "{{.Id.x}}",
                "1:5: executing \"\" at <.Id.x>: can't evaluate",
            ),
            (
                "{{index .Cmd 9}}",
                "1:2: executing \"\" at <index .Cmd 9>: error calling index: \
                 index out of range: 9",
            ),
            (
                "{{json}}",
                "1:2: executing \"\" at <json>: wrong number of args for \
                 json: want 1 got 0",
            ),
            (
                "{{range .Id}}{{end}}",
                "1:8: executing \"\" at <.Id>: range can't iterate over 4ddf",
            ),
            (
                "{{eq 1 \"a\"}}",
                "1:2: executing \"\" at <eq 1 \"a\">: error calling eq: \
                 incompatible types for comparison",
            ),
            (
                "{{nil}}",
                "1:2: executing \"\" at <nil>: nil is not a command",
            ),
            ("{{.Id 1}}", "1:2: executing \"\" at <.Id>: "),
            ("{{printf \"%x\" 1}}", "1:2: executing \"\" at <printf"),
            ("{{printf \"%99999d\" 1}}", "1:2: executing \"\" at <printf"),
        ] {
            let (error, status) = filled(template).expect_err(template);
            let what = format!("template parsing error: template: :{what}");
            assert!(error.starts_with(&what), "{template}: {error}");
            assert_eq!(status, Some(1), "{template}");
        }
    }

    #[test]
    fn what_is_not_spoken_here_is_refused() {
        for action in [
            "define \"x\"",
            "block \"x\" .",
            "template \"x\"",
            "break",
            "continue",
            "lt 1 2",
            "slice .Id 1",
            "html .Id",
            "js .Id",
            "urlquery .Id",
            "call .Id",
            "pad .Id 1 1",
            "$x = 1",
            "1.5",
            "010",
            "'a'",
            "else with .Id",
            ".Id,",
            "$x, $y := .Cmd",
            ".Id.",
            "\"a\"b",
        ] {
            let template = format!("{{{{{action}}}}}");
            let (_, status) = filled(&template).expect_err(&template);
            assert_eq!(status, Some(64), "{template}");
        }
    }

    #[test]
    fn a_hostile_template_is_refused_and_takes_nothing_with_it() {
        let many = 100_000;
        let deep = [
            "{{if 1}}".repeat(many),
            "{{range .Cmd}}".repeat(many) + &"{{end}}".repeat(many),
            format!("{{{{{}1{}}}}}", "(".repeat(many), ")".repeat(many)),
        ];
        for template in deep {
            let (error, _) = filled(&template).unwrap_err();
            assert!(error.ends_with("too deeply nested"), "{error}");
        }
        let ranges = "{{range $.Cmd}}".repeat(90) + &"{{end}}".repeat(90);
        let texts = "{{range $.Cmd}}".repeat(90) + "x" + &"{{end}}".repeat(90);
        let mut doubled = "{{$x := \"xxxxxxxx\"}}".to_owned();
        doubled.push_str(&"{{$x := print $x $x}}".repeat(60));
        let wide = format!("{{{{print{}}}}}", " $".repeat(60_000));
        for template in [ranges, texts, doubled, wide] {
            let (error, _) = filled(&template).unwrap_err();
            assert!(error.contains("more text than a"), "{error}");
        }
        let chain = "{{if 0}}".to_owned() + &"{{else if 0}}".repeat(many);
        assert_eq!(filled(&(chain + "{{end}}")), Ok(String::new()));
    }
}
