#!/bin/sh
# In Go's templates the else of a range is for a list that is empty. gtmpl plays
# it after a list that is not empty, too: each of the values, and then the else.
#
# Seen: gtmpl 0.7.1. Go prints what stands in brackets.
#
#     [1, 2]: 1 2 none    (1 2)
#     []: none            (none)
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
gtmpl = "=0.7.1"
END
cat >src/main.rs <<'END'
fn main() {
    for list in [vec![1, 2], vec![]] {
        let template = "{{range .}}{{.}} {{else}}none{{end}}";
        let text = gtmpl::template(template, list.clone()).unwrap();
        println!("{list:?}: {}", text.trim_end());
    }
}
END
cargo run --quiet >output
cat output
cat >expected <<'END'
[1, 2]: 1 2 none
[]: none
END
cmp output expected
