//! Properties of the parser: no text makes it panic, and every lesson that is
//! written and read again is the same.

use std::path::Path;

use proptest::prelude::*;

use super::console::LineKind;
use super::{
    Command, Expected, Lesson, Mark, Marked, Part, Program, Step, Tool,
    Version, Versions, Watch, When, parse, rewrite,
};

/// Pieces that have a meaning in a lesson, to be combined at random.
fn fragment() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "<!-- lesson\n",
        "minutes: 3\n",
        "kernel: 7.0\n",
        "terminals: host, web\n",
        "-->\n",
        "# Title\n",
        "## Step\n",
        "```console\n",
        "```\n",
        "````\n",
        "~~~\n",
        "```text not-run=\"x\"\n",
        "```rust program=\"src/main.rs\" function=\"main\"\n",
        "```rust program=\"../x\"\n",
        "host# ls\n",
        "host:web# a\n",
        "> b\n",
        "...\n",
        "[exit 1]\n",
        "[exit 1\n",
        "[since 6.6] ",
        "[since util-linux 2.41] ",
        "[before 6.6] [exit 1]\n",
        "[since 6\n",
        "out\n",
        "\n",
        "    code\n",
        "<details><summary>a</summary>\n",
        "</details>\n",
        "- ",
        "> ",
        "Title\n===\n",
        "\r\n",
        "---\n",
        "|a|b|\n|-|-|\n",
        "ä·",
        "#",
        " ",
        "`",
        "<!--",
        "\u{feff}",
        "\t",
    ])
    .prop_map(Into::into);
    prop_oneof![8 => known, 1 => any::<String>()]
}

fn word() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{0,5}"
}

/// Words that are plain text in Markdown and in a lesson.
fn words() -> impl Strategy<Value = String> {
    prop::collection::vec("x[a-z]{0,5}", 1..5).prop_map(|w| w.join(" "))
}

fn expected() -> impl Strategy<Value = Expected> {
    let line = "[ -~]{0,20}|·`{3,5}".prop_map(|line: String| {
        let line = line.trim_end();
        match LineKind::of(line) {
            LineKind::Output(line) => Expected::Line(line.into()),
            _ => Expected::Line(format!(" {line}").trim_end().into()),
        }
    });
    prop_oneof![4 => line, 1 => Just(Expected::Ellipsis)]
}

fn when() -> impl Strategy<Value = When> {
    let tool = prop::option::of(prop::sample::select(Tool::ALL.to_vec()));
    (any::<bool>(), tool, 0u32..8, 0u32..30).prop_map(
        |(since, tool, major, minor)| {
            let version = Version::of(&format!("{major}.{minor}"));
            if since {
                When::Since(tool, version)
            } else {
                When::Before(tool, version)
            }
        },
    )
}

fn command() -> impl Strategy<Value = Command> {
    (
        prop::sample::select(vec!["host", "web"]),
        prop::collection::vec(word(), 0..3),
        "[!-~]([ -~]{0,10}[!-~])?",
        prop::collection::vec("([ -~]{0,10}[!-~])?", 0..3),
        prop::collection::vec((prop::option::of(when()), expected()), 0..5),
        prop::option::of((when(), 1u8..)),
        any::<u8>(),
    )
        .prop_map(
            |(terminal, nested, first, more, lines, other, status)| {
                let (whens, expected): (Vec<_>, Vec<_>) =
                    lines.into_iter().unzip();
                let places = whens.into_iter().enumerate();
                let mut marks: Vec<_> = places
                    .filter_map(|(place, when)| {
                        let what = Marked::Line(place);
                        when.map(|when| Mark { when, what })
                    })
                    .collect();
                marks.extend(other.map(|(when, status)| {
                    let what = Marked::Status(status);
                    Mark { when, what }
                }));
                let lines: Vec<_> = [first].into_iter().chain(more).collect();
                Command {
                    line: 0,
                    terminal: terminal.into(),
                    nested,
                    input: lines.join("\n"),
                    expected,
                    status,
                    marks,
                    output: 0..0,
                }
            },
        )
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let ran = prop_oneof![
        prop::collection::vec(command(), 1..4).prop_map(Part::Block),
        words().prop_map(|text| {
            Part::Figure(format!("```text not-run=\"a picture\"\n{text}\n```"))
        }),
        (word(), prop::collection::vec("[ -_a-}]{0,20}", 0..4)).prop_map(
            |(function, shown)| Part::Program(Program {
                line: 0,
                file: "src/main.rs".into(),
                function,
                shown,
                place: 0..0,
            })
        ),
    ];
    // Two prose parts side by side would be read as one.
    let prose = prop::option::of(words().prop_map(Part::Prose));
    let question = prop::option::of(words().prop_map(Part::Question));
    let group = (prose, question, ran).prop_map(|(prose, question, ran)| {
        let end = question.as_ref().map(|_| Part::EndOfAnswer);
        [question, prose, Some(ran), end].into_iter().flatten()
    });
    prop::collection::vec(group, 0..4)
        .prop_map(|groups| groups.into_iter().flatten().collect())
}

fn lesson() -> impl Strategy<Value = Lesson> {
    (
        words(),
        prop::option::of(1u32..100),
        prop::option::of((0u32..9, 0u32..99)),
        prop::collection::vec(("w[a-z]{5}", word()), 0..2),
        prop_oneof![Just(String::new()), words()],
        prop::collection::vec((words(), parts()), 1..4),
    )
        .prop_map(|(title, minutes, kernel, watch, intro, steps)| Lesson {
            title,
            minutes,
            kernel: kernel
                .map(|(major, minor)| Version::of(&format!("{major}.{minor}"))),
            terminals: vec!["host".into(), "web".into()],
            watch: watch
                .into_iter()
                .enumerate()
                .map(|(n, (label, command))| Watch {
                    label: format!("{label}{n}"),
                    command,
                })
                .collect(),
            intro,
            steps: steps
                .into_iter()
                .enumerate()
                .map(|(n, (title, parts))| Step {
                    number: n + 1,
                    slug: title.replace(' ', "-"),
                    title,
                    line: 0,
                    parts,
                })
                .collect(),
        })
}

/// Removes the positions in the file from a lesson.
fn unplaced(mut lesson: Lesson) -> Lesson {
    for step in &mut lesson.steps {
        step.line = 0;
        for part in &mut step.parts {
            match part {
                Part::Block(commands) => {
                    for command in commands {
                        command.line = 0;
                        command.output = 0..0;
                    }
                }
                Part::Program(program) => {
                    program.line = 0;
                    program.place = 0..0;
                }
                _ => {}
            }
        }
    }
    lesson
}

fn read(text: &str) -> Lesson {
    parse(Path::new("L.md"), text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(
        fragments in prop::collection::vec(fragment(), 0..25),
        text in any::<String>(),
    ) {
        let lines = fragments.concat();
        for text in [&lines, &text] {
            if let Err(errors) = parse(Path::new("L.md"), text) {
                let count = text.split('\n').count();
                for error in &errors.0 {
                    prop_assert!((1..=count).contains(&error.line));
                    prop_assert_eq!(error.to_string().lines().count(), 1);
                }
            }
        }
    }

    #[test]
    fn a_lesson_written_and_read_is_the_same(lesson in lesson()) {
        let text = lesson.to_string();
        prop_assert_eq!(unplaced(read(&text)), lesson, "{}", text);
    }

    #[test]
    fn places_in_the_file_are_right(lesson in lesson()) {
        let text = lesson.to_string();
        let lines: Vec<_> = text.lines().collect();
        let lesson = read(&text);
        for step in &lesson.steps {
            let heading = format!("## {}", step.title);
            prop_assert_eq!(lines[step.line - 1], heading);
        }
        for command in lesson.commands() {
            let line = lines[command.line - 1];
            prop_assert!(line.starts_with(&command.prompt()));
            let above = &text[..command.output.start];
            prop_assert_eq!(above.matches('\n').count() + 1,
                command.output_line());
        }
        for program in lesson.steps.iter().flat_map(Step::programs) {
            let above = &text[..program.place.start];
            prop_assert_eq!(above.matches('\n').count(), program.line);
            let shown: Vec<_> = text[program.place.clone()].lines().collect();
            prop_assert_eq!(&shown, &program.shown);
        }
    }

    #[test]
    fn what_was_blessed_matches(
        lesson in lesson(),
        outputs in prop::collection::vec(
            (prop::collection::vec("[a-z]{0,3}", 0..4), any::<u8>()), 30),
    ) {
        let text = lesson.to_string();
        let outputs: Vec<_> = outputs
            .into_iter()
            .map(|(lines, status)| {
                (lines.iter().map(|l| format!("{l}\n")).collect(), status)
            })
            .collect::<Vec<(String, u8)>>();
        let changes: Vec<_> = read(&text)
            .commands()
            .zip(&outputs)
            .filter_map(|(c, (output, status))| {
                c.bless(&Versions::NONE, output, *status).unwrap()
            })
            .collect();
        let new = read(&rewrite(&text, &changes));
        for (command, (output, status)) in new.commands().zip(&outputs) {
            prop_assert_eq!(command.bless(&Versions::NONE, output, *status), Ok(None));
        }
    }
}
