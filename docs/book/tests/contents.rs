//! The pages say nothing that no step shows: their claims, quotations, notes
//! and rows are held against the lessons.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use book::inclusions::cheat_sheet::{self, STEP};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use reader::course::{self, Chapter};
use reader::lesson::{Lesson, Part, Step};

/// Pages that tell how Linux and Docker behave.
const CLAIMING: [&str; 6] =
    ["start", "glance", "story", "since", "beliefs", "glossary"];
/// Pages whose quotations are checked, too.
const QUOTING: [&str; 8] = [
    "start", "glance", "story", "since", "beliefs", "glossary", "teachers",
    "notes",
];
/// Number of wrong beliefs that the course answers.
const BELIEFS: usize = 26;
/// The eight types, in the order of namespaces(7).
const TYPES: [&str; 8] =
    ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"];
/// Facts of a type, in the order of the page.
const FACTS: [&str; 7] = [
    "Isolates",
    "Does not isolate",
    "Since",
    "Docker",
    "Lifetime",
    "Classic mistake",
    "Tool",
];

fn page(name: &str) -> String {
    let file = course::workspace().join(format!("docs/src/{name}.md"));
    fs::read_to_string(file).unwrap()
}

fn lessons() -> Vec<(Chapter, Lesson)> {
    let chapters = course::chapters(&course::workspace()).unwrap();
    let read = |it: Chapter| {
        let lesson = it.read().unwrap().lesson;
        (it, lesson)
    };
    chapters.into_iter().map(read).collect()
}

/// Returns a text without line breaks and double spaces.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Commands and outputs of a step.
fn blocks(step: &Step) -> String {
    let commands = step.commands();
    let lines = commands.map(|command| {
        let output = command.expected.iter().map(|it| it.text().to_owned());
        let output: Vec<_> = output.collect();
        format!("{} {}", command.input, output.join("\n"))
    });
    one_line(&lines.collect::<Vec<_>>().join("\n"))
}

/// A link in a page.
#[derive(Clone, Debug)]
struct Link {
    target: String,
    /// Code, if the link's words are nothing else.
    quotation: Option<String>,
}

/// A paragraph, an item without inner paragraphs, or a row of a table.
#[derive(Debug, Default)]
struct Block {
    words: String,
    links: Vec<Link>,
    /// The comment that follows.
    followed_by: Option<String>,
    is_item: bool,
}

/// Cuts a page into its blocks.
fn blocks_of(text: &str) -> Vec<Block> {
    let mut all: Vec<Block> = Vec::new();
    let mut open = false;
    let mut link: Option<(Link, String, bool)> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(
                tag @ (Tag::Paragraph | Tag::Item | Tag::TableRow),
            ) => {
                open = true;
                if all.last().is_none_or(|it| !it.words.is_empty()) {
                    let is_item = tag == Tag::Item;
                    all.push(Block {
                        is_item,
                        ..Block::default()
                    });
                }
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableRow) => {
                open = false;
            }
            Event::Html(html) => {
                if let Some(last) = all.last_mut() {
                    let html = html.trim().to_owned();
                    last.followed_by.get_or_insert(html);
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let target = dest_url.to_string();
                let quotation = None;
                link = Some((Link { target, quotation }, String::new(), true));
            }
            Event::End(TagEnd::Link) => {
                let Some((mut ended, code, only)) = link.take() else {
                    continue;
                };
                ended.quotation = (only && !code.is_empty()).then_some(code);
                if let Some(last) = all.last_mut().filter(|_| open) {
                    last.links.push(ended);
                }
            }
            Event::Code(code) => {
                if let Some((_, said, _)) = &mut link {
                    said.push_str(&code);
                }
                if let Some(last) = all.last_mut().filter(|_| open) {
                    last.words.push_str(&code);
                }
            }
            Event::Text(words) => {
                if let Some((_, _, only)) = &mut link {
                    *only = false;
                }
                if let Some(last) = all.last_mut().filter(|_| open) {
                    last.words.push_str(&words);
                }
            }
            _ => {}
        }
    }
    all
}

fn is_proof(link: &Link) -> bool {
    let target = &link.target;
    let step = target.contains("/chapters/") && target.contains(".md#");
    // `just since --check` asks a probe on every kernel.
    let probe = target.contains("/harness/probes/");
    step || probe || target.starts_with("https://man7.org/linux/man-pages/")
}

/// Returns the blocks that make a claim and prove nothing. A comment is about
/// the paragraph above it, or about all items of the list above it.
fn unproved(text: &str) -> Vec<String> {
    let mut lacking = Vec::new();
    let mut about_list = None;
    for block in blocks_of(text).into_iter().rev() {
        let own = block.followed_by;
        if !block.is_item {
            about_list = None;
        } else if own.is_some() {
            about_list = own.clone();
        }
        let comment = own.or_else(|| about_list.clone()).unwrap_or_default();
        let excused =
            comment.starts_with("<!-- step:") || comment == "<!-- no claim -->";
        if !excused && !block.links.iter().any(is_proof) {
            lacking.push(block.words);
        }
    }
    lacking.reverse();
    lacking
}

#[test]
fn every_paragraph_about_behaviour_leads_to_a_step_or_a_man_page() {
    for name in CLAIMING {
        assert_eq!(unproved(&page(name)), [""; 0], "{name}.md");
    }
    assert_eq!(unproved("A\n\nB [c](https://x.org)\n").len(), 2);
    assert_eq!(unproved("A\n<!-- no claim -->\n\nB\n"), ["B"]);
    assert_eq!(unproved("A\n\n* B\n* C\n<!-- no claim -->\n"), ["A"]);
    assert_eq!(
        unproved("* A\n* B [m](https://man7.org/linux/man-pages/x)"),
        ["A"]
    );
}

#[test]
fn what_a_page_quotes_is_in_the_blocks_of_the_step_it_names() {
    let steps = steps();
    let mut quotations = 0;
    for name in QUOTING {
        for link in blocks_of(&page(name)).into_iter().flat_map(|it| it.links) {
            let Some((place, quoted)) = quotation(&link) else {
                continue;
            };
            let step = steps.get(&place);
            let step = step.unwrap_or_else(|| panic!("{name}: {place:?}"));
            let shown = blocks(step);
            assert!(shown.contains(&quoted), "{name}: {place:?}: {quoted:?}");
            quotations += 1;
        }
    }
    assert!(quotations > 50, "only {quotations}");
}

/// The file of a lesson, and the slug of a step.
type Place = (PathBuf, String);

/// Returns all steps of all lessons.
fn steps() -> BTreeMap<Place, Step> {
    let steps = lessons().into_iter().flat_map(|(chapter, lesson)| {
        let file = chapter.lesson_path();
        let steps = lesson.steps.into_iter();
        steps.map(move |step| ((file.clone(), step.slug.clone()), step))
    });
    steps.collect()
}

/// Returns the step that a link of a page leads to, and the quoted code.
fn quotation(link: &Link) -> Option<(Place, String)> {
    let (file, slug) = link.target.split_once('#')?;
    let quoted = one_line(link.quotation.as_ref()?);
    let folder = course::workspace().join("docs/src");
    let file = book::links::normal(&folder.join(file));
    Some(((file, slug.to_owned()), quoted))
}

#[test]
fn each_belief_has_a_step_that_prints_the_truth() {
    let text = page("beliefs");
    let numbers = text.lines().filter_map(|it| it.split_once(". "));
    let numbers = numbers.filter_map(|(it, _)| it.parse::<usize>().ok());
    assert!(numbers.eq(1..=BELIEFS), "not all, or not in order");

    let steps = steps();
    let mut beliefs = 0;
    for belief in blocks_of(&text).into_iter().filter(|it| it.is_item) {
        let words = &belief.words;
        assert!(words.starts_with('"'), "no belief: {words}");
        let quotations: Vec<_> =
            belief.links.iter().filter_map(quotation).collect();
        assert!(!quotations.is_empty(), "nothing proves: {words}");
        for (place, line) in quotations {
            let step = steps.get(&place);
            let step = step.unwrap_or_else(|| panic!("no {place:?}: {words}"));
            assert!(prints(step, &line), "{place:?} prints no {line:?}");
        }
        beliefs += 1;
    }
    assert_eq!(beliefs, BELIEFS);

    let asked = Link {
        target: "../../chapters/01-list-namespaces/README.md#one-line-differs"
            .to_owned(),
        quotation: Some("cat /etc/hostname".to_owned()),
    };
    let (place, command) = quotation(&asked).unwrap();
    assert!(!prints(&steps[&place], &command), "a command is no answer");
}

/// Whether the line is in an output of the step, or is a command with the
/// beginning of its output. A command alone proves nothing.
fn prints(step: &Step, line: &str) -> bool {
    step.commands().any(|command| {
        let output = command.expected.iter().map(|it| it.text().to_owned());
        let output = one_line(&output.collect::<Vec<_>>().join("\n"));
        let typed = one_line(&command.input);
        let both = format!("{typed} {output}");
        output.contains(line) || both.contains(line) && !typed.contains(line)
    })
}

#[test]
fn the_page_of_the_types_has_each_fact_of_each_type() {
    let text = page("glance");
    let mut sections = text.split("\n## ").skip(1);
    for kind in TYPES {
        let section = sections.next().unwrap();
        assert_eq!(section.lines().next(), Some(kind));
        let facts: Vec<_> = section
            .lines()
            .filter_map(|it| it.strip_prefix("* **")?.split_once("**"))
            .map(|(fact, _)| fact)
            .collect();
        assert_eq!(facts, FACTS, "{kind}");
        let since = section.split("* **Since**").nth(1).unwrap();
        let since = since.split("\n* ").next().unwrap();
        assert!(since.contains("`CLONE_NEW"), "{kind}: no flag");
    }
    assert_eq!(sections.next(), None);
}

#[test]
fn each_step_has_a_note_and_no_note_is_without_a_step() {
    let text = page("notes");
    let mut notes = text.split("\n### ").skip(1);
    for (chapter, lesson) in lessons() {
        let folder = chapter.folder.file_name().unwrap().to_str().unwrap();
        for step in &lesson.steps {
            let number = format!("{}.{}", chapter.number, step.number);
            let note = notes.next().unwrap_or_default();
            let link = format!(
                "[{number}](../../chapters/{folder}/README.md#{})",
                step.slug
            );
            assert_eq!(note.lines().next(), Some(link.as_str()));
            for part in ["Ask", "They believe", "Point at"] {
                let part = format!("* **{part}:** ");
                assert!(note.contains(&part), "{number}: no {part}");
            }
        }
    }
    assert_eq!(notes.next(), None);
}

/// Returns all code spans of a Markdown text.
fn code(markdown: &str) -> Vec<String> {
    let events = Parser::new(markdown);
    let code = events.filter_map(|event| match event {
        Event::Code(code) => Some(code.to_string()),
        _ => None,
    });
    code.collect()
}

#[test]
fn every_command_of_the_cheat_sheet_was_run_in_its_lesson() {
    let lessons = lessons();
    let run = |lesson: &Lesson| {
        let inputs = lesson.commands().map(|it| it.input.clone());
        inputs.collect::<Vec<_>>().join("\n")
    };
    let anywhere = lessons.iter().map(|(_, lesson)| run(lesson));
    let anywhere = anywhere.collect::<Vec<_>>().join("\n");
    let mut names = BTreeSet::new();
    for (chapter, lesson) in &lessons {
        let number = chapter.number;
        let row = cheat_sheet::row(lesson);
        let row = row.unwrap_or_else(|| panic!("chapter {number}: no row"));
        let here = run(lesson);
        let commands = code(&row.cells[1]);
        assert!(!commands.is_empty(), "chapter {number}: no command");
        for command in commands {
            assert!(here.contains(&command), "{number}: not run: {command}");
        }
        for command in code(&row.cells[2]) {
            let ours = command.replace("docker", "container");
            assert!(anywhere.contains(&ours), "{number}: not run: {ours}");
        }
        assert!(row.cells[3].contains("(https://man7.org/"), "{number}");
        assert!(row.cells[4].contains("(https://man7.org/"), "{number}");
        names.insert(row.names);
    }
    let columns = ["To do", "Command", "With Docker", "System call", "Manual"];
    assert_eq!(names, BTreeSet::from([columns.map(str::to_owned).to_vec()]));
}

#[test]
fn each_lesson_ends_with_what_is_known_and_three_questions() {
    for (chapter, lesson) in lessons() {
        let number = chapter.number;
        let [.., known, questions] = &lesson.steps[..] else {
            panic!("chapter {number} has one step");
        };
        assert_eq!(known.slug, STEP, "{number}");
        assert_eq!(questions.slug, "three-questions", "{number}");
        assert_eq!(answers(questions), 3, "{number}");
    }
}

/// Counts the questions whose answer is words and then commands.
fn answers(step: &Step) -> usize {
    let mut answers = 0;
    for (place, part) in step.parts.iter().enumerate() {
        let Part::Question(question) = part else {
            continue;
        };
        let answer = &step.parts[place + 1..];
        let [Part::Prose(words), Part::Block(_), Part::EndOfAnswer, ..] =
            answer
        else {
            panic!("{question}: no words, then one block");
        };
        let count = words.split_whitespace().count();
        assert!(count <= 80, "{question}: {count} words");
        assert!(question.ends_with('?'), "{question}");
        answers += 1;
    }
    answers
}

#[test]
fn each_step_of_a_lesson_shows_something() {
    for (chapter, lesson) in lessons() {
        for step in &lesson.steps {
            let shows = step
                .parts
                .iter()
                .any(|part| matches!(part, Part::Block(_) | Part::Program(_)));
            let tells = step.parts.iter().any(|part| match part {
                Part::Prose(prose) => {
                    prose.contains("(https://man7.org/")
                        || prose.contains("(../../docs/src/")
                }
                _ => false,
            });
            let number = chapter.number;
            assert!(shows || tells, "{number}.{}", step.number);
        }
    }
}

#[test]
fn what_lessons_say_of_a_kernel_is_on_the_page_of_kernels() {
    let since = page("since");
    let mut said = 0;
    for (chapter, lesson) in lessons() {
        let folder = chapter.folder.file_name().unwrap().to_str().unwrap();
        for step in lesson.steps.iter().filter(|step| step.slug != STEP) {
            let prose = step.parts.iter().filter_map(|part| match part {
                Part::Prose(prose) => Some(one_line(prose)),
                _ => None,
            });
            let prose = prose.collect::<Vec<_>>().join(" ");
            for after in prose.split("Linux ").skip(1) {
                let version: String = after
                    .chars()
                    .take_while(|c| c.is_ascii_digit() || *c == '.')
                    .collect();
                let version = version.trim_end_matches('.');
                if version.is_empty() {
                    continue;
                }
                said += 1;
                let link = format!("{folder}/README.md#{}", step.slug);
                let items = since.split("\n* ");
                let is_there = items
                    .filter(|it| {
                        it.starts_with(&format!("**Linux {version}**"))
                    })
                    .any(|it| it.contains(&link));
                assert!(is_there, "since.md: no Linux {version} with {link}");
            }
        }
    }
    assert!(said > 5, "only {said}");
}

#[test]
fn a_page_that_asks_for_what_is_not_there_is_an_error() {
    let workspace = course::workspace();
    let english = language::Language::English;
    let edition = book::edition::Edition::begin(&workspace, english).unwrap();
    let expanded = |text: &str| book::inclusions::expanded(&edition, text);
    for text in [
        "<!-- step: chapters/03-set-ns#no-such-step -->",
        "<!-- step: chapters/03-set-ns#one-of-eight 9 -->",
        "<!-- step: chapters/99-none#a -->",
        "<!-- cheatsheet -->",
        "### [9.9](../../chapters/99-none/README.md#a)",
    ] {
        assert!(expanded(text).is_err(), "{text}");
    }
    let text = expanded("<!-- step: chapters/03-set-ns#one-of-eight 1 -->");
    let text = text.unwrap();
    assert!(text.contains("data-step=\"3.4\""), "{text}");
    assert!(text.contains("README.md#one-of-eight)"), "{text}");
    let fenced = "```text\n<!-- anything -->\n```\n";
    assert_eq!(expanded(fenced).unwrap(), fenced);
    for name in QUOTING.iter().chain(&["cheat-sheet"]) {
        let text = expanded(&page(name)).unwrap();
        let ended = !text.contains("<!--");
        assert!(ended, "{name}: a comment is left");
    }
    let rows = expanded(&page("cheat-sheet")).unwrap();
    let rows = rows.lines().filter(|it| it.starts_with("| [")).count();
    assert_eq!(rows, lessons().len());
}

#[test]
fn a_link_of_a_lesson_s_step_is_the_anchor_of_its_heading() {
    for (chapter, lesson) in lessons() {
        let text = fs::read_to_string(chapter.lesson_path()).unwrap();
        let anchors = book::headings::anchors(&text);
        let slugs = lesson.steps.iter().map(|step| step.slug.clone());
        let all: BTreeSet<_> = anchors.into_iter().collect();
        for slug in slugs {
            let file = chapter.lesson_path();
            assert!(all.contains(&slug), "{}: {slug}", shown(&file));
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
