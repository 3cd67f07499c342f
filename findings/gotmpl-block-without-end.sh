#!/bin/sh
# A range, or an if, that has no end is an error in Go's templates: unexpected
# EOF. gotmpl takes both, as if the end stood behind the last word.
#
# Seen: gotmpl 0.6.1.
#
#     {{range .}}x: taken, prints "xx"
#     {{if .}}x: taken, prints "x"
#
# Needs cargo. Ends with 0 if that is so, with 1 if it has changed.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'END'
[package]
name = "finding"
version = "0.0.0"
edition = "2024"

[dependencies]
gotmpl = "=0.6.1"
END
cat >src/main.rs <<'END'
use gotmpl::{Template, Value};

fn main() {
    let list = Value::from(vec![Value::from("a"), Value::from("b")]);
    for text in ["{{range .}}x", "{{if .}}x"] {
        match Template::new("").parse(text) {
            Err(_) => println!("{text}: refused"),
            Ok(template) => {
                let printed = template.execute_to_string(&list).unwrap();
                println!("{text}: taken, prints {printed:?}");
            }
        }
    }
}
END
cargo run --quiet >output
cat output
cat >expected <<'END'
{{range .}}x: taken, prints "xx"
{{if .}}x: taken, prints "x"
END
cmp output expected
