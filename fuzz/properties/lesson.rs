//! What is true of any text that is taken for a lesson.

use std::path::Path;

use harness::lesson::{Lesson, Versions, parse, rewrite};

/// Bytes that are no text are no lesson's either.
pub fn hold(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match parse(Path::new("L.md"), text) {
        Ok(lesson) => {
            places_are_in_the_file(text, &lesson);
            what_was_blessed_matches(text, &lesson);
        }
        Err(errors) => {
            assert!(!errors.0.is_empty());
            let last = text.split('\n').count();
            for error in &errors.0 {
                assert!((1..=last).contains(&error.line), "{error}");
                assert_eq!(error.to_string().lines().count(), 1, "{error}");
            }
        }
    }
}

fn places_are_in_the_file(text: &str, lesson: &Lesson) {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut end = 0;
    for command in lesson.commands() {
        let line = lines[command.line - 1];
        assert!(line.starts_with(&command.prompt()), "{line:?}");
        assert!(end <= command.output.start, "{line:?}");
        end = command.output.end;
        let above = text[..command.output.start].matches('\n').count();
        assert_eq!(above + 1, command.output_line(), "{line:?}");
    }
}

/// And changes nothing but what it was meant to.
fn what_was_blessed_matches(text: &str, lesson: &Lesson) {
    let outputs = [
        ("5.9", "new\n", 0),
        ("6.8", "", 3),
        ("7.0", "a\n\n> b\n", 255),
    ];
    for (release, output, status) in outputs {
        let versions = Versions::of_kernel(release);
        let bless = |lesson: &Lesson| {
            let changes = lesson.commands().map(|command| {
                command.bless(&versions, output, status).unwrap()
            });
            changes.flatten().collect::<Vec<_>>()
        };
        let new = rewrite(text, &bless(lesson));
        let again = parse(Path::new("L.md"), &new)
            .unwrap_or_else(|errors| panic!("{errors}\n{new}"));
        assert_eq!(bless(&again), [], "{new}");
        let typed = |lesson: &Lesson| -> Vec<(String, String)> {
            let commands = lesson.commands();
            commands.map(|c| (c.prompt(), c.input.clone())).collect()
        };
        assert_eq!(typed(lesson), typed(&again), "{new}");
        let titles = |lesson: &Lesson| -> Vec<String> {
            lesson.steps.iter().map(|s| s.title.clone()).collect()
        };
        assert_eq!(titles(lesson), titles(&again), "{new}");
    }
}
