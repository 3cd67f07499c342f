//! Verbs that only look at containers and images.

use fastrand::Rng;

use super::words::{killed, reference, words};
use crate::fuzz::odd::{self, once_in, one_of};
use crate::fuzz::step::{Fate, Verb};

/// Templates for `container inspect`, right and wrong.
const TEMPLATES: [&str; 24] = [
    "{{.State.Pid}}",
    "{{.Id}}{{.Name}}",
    "{{json .}}",
    "{{",
    "}}",
    "{{.",
    "{{.}}",
    "{{.State.Nope}}",
    "{{.State.Pid.Nope}}",
    "{{range .Config.Env}}{{.}} {{end}}",
    "{{range $i, $e := .Config.Cmd}}{{$i}}{{$e}}{{end}}",
    "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
    "{{index .Config.Cmd 999999999999}}",
    "{{index .Config.Cmd -1}}",
    "{{printf \"%9999d %s %v %q %x\" .State.Pid .Id .Config .Name .Path}}",
    "{{len .Id}}{{len 3}}",
    "{{if .State.Running}}yes{{else}}no",
    "{{join .Config.Cmd \",\"}}",
    "{{with .Config}}{{.Hostname}}{{end}}{{end}}",
    "{{define \"T\"}}{{template \"T\" .}}{{end}}{{template \"T\" .}}",
    "{{/* */}}{{- 3 -}}",
    "{{call .Id}}{{slice .Id 3 1}}",
    "{{eq .Id .Id}}{{and}}{{or}}{{not}}",
    "{{.Config.Env",
];

/// Looks at containers or images.
pub(in crate::fuzz) fn look(rng: &mut Rng) -> Verb {
    let mut fate = Fate::Ends;
    let words = match rng.usize(..10) {
        0 | 1 => words(&["ps", "-a"]),
        2 => words(&["ps"]),
        3 | 4 => words(&["images"]),
        5 => about(rng, words(&["logs"])),
        6 => {
            fate = killed(rng, 500);
            about(rng, words(&["logs", "-f"]))
        }
        7 => about(rng, words(&["inspect"])),
        _ => {
            let mut words = words(&["inspect", "-f"]);
            words.push(template(rng));
            about(rng, words)
        }
    };
    Verb {
        words,
        fate,
        is_read: true,
        ..Verb::default()
    }
}

/// Adds a container to the words.
fn about(rng: &mut Rng, mut words: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    words.push(reference(rng));
    words
}

fn template(rng: &mut Rng) -> Vec<u8> {
    let mut template = one_of(rng, &TEMPLATES).as_bytes().to_vec();
    if once_in(rng, 4) {
        template.extend_from_slice(&odd::word(rng));
        template.extend(one_of(rng, &TEMPLATES).as_bytes());
    }
    if once_in(rng, 12) {
        template = template.repeat(2000);
        template.truncate(100_000);
    }
    template
}
