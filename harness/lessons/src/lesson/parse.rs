//! Parses a lesson file's text.

use std::ops::Range;
use std::path::Path;

use super::markdown::{Block, BlockKind, blocks};
use super::question::{self, Edge};
use super::settings::{self, Settings};
use super::{
    Lesson, LessonError, LessonErrors, Part, Problem, Program, Step, console,
    program,
};

/// Parses a lesson. Reports all errors at once, under the file name `path`.
pub fn parse(path: &Path, text: &str) -> Result<Lesson, LessonErrors> {
    let mut builder = Builder::new(text);
    for block in blocks(text) {
        builder.block(block);
    }
    builder.finish().map_err(|mut problems| {
        problems.sort_by_key(|(line, _)| *line);
        let errors = problems.into_iter().map(|(line, problem)| LessonError {
            path: path.into(),
            line,
            problem,
        });
        LessonErrors(errors.collect())
    })
}

/// Decodes a lesson file and drops its byte order mark. Bytes that are not
/// UTF-8 are an error at their line.
pub fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, LessonErrors> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let above = error.as_bytes()[..valid].iter();
        LessonErrors(vec![LessonError {
            path: path.into(),
            line: 1 + above.filter(|byte| **byte == b'\n').count(),
            problem: Problem::NotUtf8,
        }])
    })?;
    Ok(text
        .strip_prefix('\u{feff}')
        .map(Into::into)
        .unwrap_or(text))
}

/// The parts of a lesson that have been read so far.
struct Builder<'a> {
    text: &'a str,
    settings: Settings,
    title: Option<String>,
    intro: String,
    steps: Vec<Step>,
    /// End of the text that already belongs to a part.
    read: usize,
    /// Line of the question whose answer has not ended.
    asked: Option<usize>,
    problems: Vec<(usize, Problem)>,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            settings: Settings::default(),
            title: None,
            intro: String::new(),
            steps: Vec::new(),
            read: 0,
            asked: None,
            problems: Vec::new(),
        }
    }

    fn block(&mut self, block: Block) {
        let line = self.line(block.range.start);
        match block.kind {
            BlockKind::Html => self.html(block.range, line),
            BlockKind::Title(words) => self.title(words, block.range, line),
            BlockKind::Step(words) => self.step(words, block.range, line),
            BlockKind::Fence(info) => self.fence(&info, block.range, line),
            BlockKind::NotAtMargin => {
                self.problems.push((line, Problem::NotAtMargin));
            }
            BlockKind::Indented => {
                self.problems.push((line, Problem::IndentedBlock));
            }
        }
    }

    fn html(&mut self, range: Range<usize>, line: usize) {
        let comment = &self.text[range.clone()];
        if !comment.starts_with(settings::OPENING) {
            return self.question(range, line);
        }
        if !self.text[..range.start].trim().is_empty() {
            self.problems.push((line, Problem::SettingsNotFirst));
            return;
        }
        let mut problems = Vec::new();
        self.settings = settings::parse(comment, &mut problems);
        self.problems
            .extend(problems.into_iter().map(|(n, why)| (line + n, why)));
        self.read = range.end;
    }

    fn question(&mut self, range: Range<usize>, line: usize) {
        let html = &self.text[range.clone()];
        let problem = match question::edge(html) {
            None => return,
            Some(Err(problem)) => problem,
            Some(Ok(_)) if self.steps.is_empty() => Problem::QuestionBeforeStep,
            Some(Ok(Edge::Question(words))) => {
                self.no_answer_open();
                self.asked = Some(line);
                return self.part(Part::Question(words), range);
            }
            Some(Ok(Edge::EndOfAnswer)) if self.asked.is_some() => {
                self.asked = None;
                return self.part(Part::EndOfAnswer, range);
            }
            Some(Ok(Edge::EndOfAnswer)) => Problem::BadEndOfAnswer,
        };
        self.problems.push((line, problem));
    }

    /// Reports a question whose answer should have ended here.
    fn no_answer_open(&mut self) {
        let open = self.asked.take();
        self.problems
            .extend(open.map(|line| (line, Problem::AnswerOpen)));
    }

    fn title(&mut self, words: &str, range: Range<usize>, line: usize) {
        if self.title.is_some() || !self.steps.is_empty() {
            self.problems.push((line, Problem::SecondTitle));
            return;
        }
        if !self.prose(range.start).is_empty() {
            self.problems.push((line, Problem::BeforeTitle));
        }
        self.title = Some(self.heading(words, line));
        self.read = range.end;
    }

    fn step(&mut self, words: &str, range: Range<usize>, line: usize) {
        self.end_prose(range.start);
        self.no_answer_open();
        let title = self.heading(words, line);
        self.steps.push(Step {
            number: self.steps.len() + 1,
            slug: slug(&title),
            title,
            line,
            parts: Vec::new(),
        });
        self.read = range.end;
    }

    fn heading(&mut self, words: &str, line: usize) -> String {
        if words.is_empty() {
            self.problems.push((line, Problem::EmptyHeading));
        }
        words.into()
    }

    fn fence(&mut self, info: &str, range: Range<usize>, line: usize) {
        let source = &self.text[range.clone()];
        let Some(inside) = between_fences(source) else {
            let why = Problem::Unclosed(fence_of(source).into());
            self.problems.push((line, why));
            return;
        };
        if program::is_program(info) {
            self.program(info, inside, range, line);
        } else if let Some(reason) = not_run(info) {
            if reason.is_empty() {
                self.problems.push((line, Problem::NoReason));
            }
            if !self.steps.is_empty() {
                let figure = Part::Figure(source.trim_end().into());
                self.part(figure, range);
            }
        } else if info != "console" {
            let kind = info.split_whitespace().next().unwrap_or("text");
            self.problems.push((line, Problem::Untagged(kind.into())));
        } else if self.steps.is_empty() {
            self.problems.push((line, Problem::CommandsBeforeStep));
        } else {
            let commands = console::parse(
                self.text,
                range.start + inside.start..range.start + inside.end,
                line + 1,
                &self.settings.terminals,
                &mut self.problems,
            );
            self.part(Part::Block(commands), range);
        }
    }

    fn program(
        &mut self,
        info: &str,
        inside: Range<usize>,
        range: Range<usize>,
        line: usize,
    ) {
        let problem = match program::file_and_function(info) {
            Err(problem) => problem,
            Ok(_) if self.steps.is_empty() => Problem::ProgramBeforeStep,
            Ok((file, function)) => {
                let place =
                    range.start + inside.start..range.start + inside.end;
                let shown = self.text[place.clone()].lines();
                let program = Program {
                    line,
                    file,
                    function,
                    shown: shown.map(str::to_owned).collect(),
                    place,
                };
                return self.part(Part::Program(program), range);
            }
        };
        self.problems.push((line, problem));
    }

    /// Adds a part to the last step, after the prose above it.
    fn part(&mut self, part: Part, range: Range<usize>) {
        self.end_prose(range.start);
        if let Some(step) = self.steps.last_mut() {
            step.parts.push(part);
        }
        self.read = range.end;
    }

    /// Adds the prose above `end` to the last step, or to the intro.
    fn end_prose(&mut self, end: usize) {
        let prose = self.prose(end).to_string();
        match self.steps.last_mut() {
            Some(step) if !prose.is_empty() => {
                step.parts.push(Part::Prose(prose));
            }
            Some(_) => {}
            None => self.intro = prose,
        }
    }

    fn prose(&self, end: usize) -> &'a str {
        self.text[self.read..end].trim()
    }

    fn line(&self, offset: usize) -> usize {
        let above = self.text.as_bytes()[..offset].iter();
        1 + above.filter(|byte| **byte == b'\n').count()
    }

    fn finish(mut self) -> Result<Lesson, Vec<(usize, Problem)>> {
        if self.steps.is_empty() {
            self.problems.push((1, Problem::NoStep));
        }
        self.end_prose(self.text.len());
        self.no_answer_open();
        let Some(title) = self.title else {
            self.problems.push((1, Problem::NoTitle));
            return Err(self.problems);
        };
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        Ok(Lesson {
            title,
            minutes: self.settings.minutes,
            kernel: self.settings.kernel,
            terminals: self.settings.terminals,
            watch: self.settings.watch,
            intro: self.intro,
            steps: self.steps,
        })
    }
}

/// Returns the bytes between the two fences, or `None` if the second is
/// missing.
fn between_fences(source: &str) -> Option<Range<usize>> {
    let source = source.trim_end();
    let fence = fence_of(source);
    let first = source.find('\n')? + 1;
    let last = source.rfind('\n')? + 1;
    let closing = source[last..].trim_start();
    let same_sign = closing.trim_start_matches(&fence[..1]).is_empty();
    (same_sign && closing.len() >= fence.len()).then_some(first..last)
}

/// Returns the opening fence: three or more characters of one kind.
fn fence_of(source: &str) -> &str {
    let sign = source.chars().next().unwrap_or('`');
    let rest = source.trim_start_matches(sign);
    &source[..source.len() - rest.len()]
}

/// Returns the reason in `not-run="REASON"`, empty if there is no reason.
fn not_run(info: &str) -> Option<&str> {
    let (_, rest) = info.split_once("not-run")?;
    let quoted = rest.strip_prefix("=\"").and_then(|r| r.split_once('"'));
    Some(quoted.map(|(reason, _)| reason.trim()).unwrap_or_default())
}

/// Returns the anchor that code hosts give to a heading with this title. The
/// anchor fits into a file's name, too.
fn slug(title: &str) -> String {
    let lower = title.to_lowercase();
    let kept = lower.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
        _ => None,
    });
    let slug: String = kept.collect();
    if slug.is_empty() { "step".into() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"<!-- lesson
minutes: 20
terminals: host, web
-->

# Join a network namespace

What `docker exec` does.

```text not-run="a picture"
[host] -- [web]
```

## Look at `web`

First look.

```console
host# readlink /proc/self/ns/net
net:[initial]
```

Then see:

```text not-run="a picture"
A
```

## Join it

```console
web# false
[exit 1]
```
"#;

    fn problems(text: &str) -> Vec<String> {
        let errors = parse(Path::new("L.md"), text).unwrap_err();
        errors.to_string().lines().map(Into::into).collect()
    }

    fn problem(text: &str) -> String {
        let mut problems = problems(text);
        assert_eq!(problems.len(), 1, "{problems:#?}");
        problems.remove(0)
    }

    /// Returns a lesson with this text as its only step.
    fn step(text: &str) -> String {
        format!("# T\n\n## S\n\n{text}\n")
    }

    #[test]
    fn a_lesson_is_its_title_intro_and_steps() {
        let lesson = parse(Path::new("L.md"), GOOD).unwrap();
        assert_eq!(lesson.title, "Join a network namespace");
        assert_eq!(lesson.minutes, Some(20));
        assert!(lesson.intro.starts_with("What `docker exec` does.\n\n```t"));
        let titles: Vec<_> = lesson
            .steps
            .iter()
            .map(|step| step.title.as_str())
            .collect();
        assert_eq!(titles, ["Look at `web`", "Join it"]);
        assert_eq!(lesson.steps[0].slug, "look-at-web");
        assert_eq!(lesson.steps[1].number, 2);
        assert_eq!(lesson.steps[1].line, 29);
        let parts = &lesson.steps[0].parts;
        assert_eq!(parts[0], Part::Prose("First look.".into()));
        assert!(matches!(&parts[1], Part::Block(commands)
            if commands[0].line == 19));
        assert_eq!(parts[2], Part::Prose("Then see:".into()));
        assert!(matches!(&parts[3], Part::Figure(text)
            if text.starts_with("```text") && text.ends_with("A\n```")));
        assert_eq!(lesson.commands().count(), 2);
    }

    #[test]
    fn without_settings_there_is_one_terminal_called_host() {
        let text = step("```console\nhost# a\n```");
        let lesson = parse(Path::new("L.md"), &text).unwrap();
        assert_eq!(lesson.terminals, ["host"]);
        assert_eq!(lesson.minutes, None);
    }

    #[test]
    fn the_next_prompt_tells_which_shells_a_command_leaves() {
        let text = "<!-- lesson\nterminals: host, web\n-->\n".to_string()
            + &step("```console\nhost# a\nweb# b\nhost:in# exit\nhost# c\n```");
        let lesson = parse(Path::new("L.md"), &text).unwrap();
        assert_eq!(lesson.shell_names_after(0), Some(&["in".into()][..]));
        assert_eq!(lesson.shell_names_after(1), None);
        assert_eq!(lesson.shell_names_after(2), Some(&[][..]));
        assert_eq!(lesson.shell_names_after(3), None);
        assert_eq!(lesson.shell_names_after(4), None);
    }

    #[test]
    fn all_errors_come_at_once_with_file_and_line() {
        let text = "# T\n\n```\nx\n```\n\n## S\n\n```console\ndb# a\n```\n";
        assert_eq!(
            problems(text),
            [
                "L.md:3: a block that is not run: make it ```console, or say \
                 why with ```text not-run=\"the reason\"",
                "L.md:10: unknown terminal `db`: the settings declare \
                 `host`; write one of them or add it to `terminals:`",
            ]
        );
    }

    #[test]
    fn errors_come_in_the_order_of_lines() {
        let problems = problems("## S\n\n```sh\n```\n");
        assert!(problems[0].starts_with("L.md:1: no title"));
        assert!(problems[1].starts_with("L.md:3: a block that is not run"));
    }

    #[test]
    fn a_block_that_is_not_run_carries_a_reason() {
        assert!(problem(&step("```sh\nls\n```")).contains("```sh not-run="));
        for info in ["text not-run=\"\"", "text not-run", "text not-run=x"] {
            let text = step(&format!("```{info}\nls\n```"));
            assert!(problem(&text).contains("without a reason"), "{info}");
        }
        assert!(problem(&step("    ls")).contains("an indented code block"));
        assert!(
            problem(&step("- a\n\n  ```console\n  host# a\n  ```"))
                .contains("move it to column 1")
        );
    }

    #[test]
    fn a_console_block_that_may_not_run_says_so_too() {
        let text = step("```console not-run=\"needs Docker\"\n$ docker\n```");
        let lesson = parse(Path::new("L.md"), &text).unwrap();
        assert!(matches!(lesson.steps[0].parts[..], [Part::Figure(_)]));
    }

    #[test]
    fn a_function_of_a_program_is_shown() {
        let info = "rust program=\"src/main.rs\" function=\"main\"";
        let text = step(&format!("look\n\n```{info}\nfn main() {{\n}}\n```"));
        let lesson = parse(Path::new("L.md"), &text).unwrap();
        let program = lesson.steps[0].programs().next().unwrap();
        assert_eq!(program.shown, ["fn main() {", "}"]);
        assert_eq!(&text[program.place.clone()], "fn main() {\n}\n");
        let line = text.lines().nth(program.line - 1).unwrap();
        assert_eq!(line, format!("```{info}"));

        let why = problem(&format!("# T\n\n```{info}\n```\n\n## S\n"));
        assert!(
            why.starts_with("L.md:3: a program before the first"),
            "{why}"
        );
        let info = "rust program=\"src/main.rs\"";
        let why = problem(&step(&format!("```{info}\n```")));
        assert!(
            why.contains("function=\"main\", not ```rust program"),
            "{why}"
        );
        let info = "rust program=\"/etc/passwd\" function=\"main\"";
        let why = problem(&step(&format!("```{info}\n```")));
        assert!(why.contains("leads out of the lesson's folder"), "{why}");
    }

    #[test]
    fn a_question_has_an_answer_with_blocks() {
        let text = step(
            "<details><summary>Why\n<code>a</code>?</summary>\n\nSo.\n\n\
             ```console\nhost# a\n```\n\n</details>\n\nafter",
        );
        let lesson = parse(Path::new("L.md"), &text).unwrap();
        let parts = &lesson.steps[0].parts;
        assert_eq!(parts[0], Part::Question("Why `a`?".into()));
        assert_eq!(parts[1], Part::Prose("So.".into()));
        assert!(matches!(parts[2], Part::Block(_)));
        assert_eq!(parts[3], Part::EndOfAnswer);
        assert_eq!(parts[4], Part::Prose("after".into()));
    }

    #[test]
    fn an_answer_ends_where_a_reader_sees_it_end() {
        let question = "<details><summary>a</summary>";
        let why = problem(&step(question));
        assert!(why.starts_with("L.md:5: an answer that never"), "{why}");
        let twice = format!("{question}\n\n{question}\n\n</details>");
        assert!(problem(&step(&twice)).starts_with("L.md:5: an answer"));
        assert!(problem(&step("</details>")).contains("no end of an answer"));
        let early = format!("# T\n\n{question}\n\n## S\n");
        assert!(problem(&early).contains("before the first step"));
    }

    #[test]
    fn a_slug_is_the_anchor_of_a_code_host() {
        for (title, anchor) in [
            ("Whose 127.0.0.1?", "whose-127001"),
            ("The machine's `lo`", "the-machines-lo"),
            ("A server needs no `-p`", "a-server-needs-no--p"),
            ("?", "step"),
        ] {
            assert_eq!(slug(title), anchor);
        }
    }

    #[test]
    fn a_fence_is_closed() {
        for text in ["````console\nhost# a\n```", "```console", "~~~console"] {
            let why = problem(&step(text));
            assert!(why.contains("never closed"), "{why}");
        }
    }

    #[test]
    fn commands_belong_to_a_step() {
        let why = problem("# T\n```console\nhost# a\n```\n## S\n");
        assert_eq!(
            why,
            "L.md:2: commands before the first step: put a `## ` heading \
             above them"
        );
    }

    #[test]
    fn a_lesson_has_one_title_and_a_step() {
        assert!(problem("## S\n").contains("no title"));
        assert!(problem("# T\n").contains("no step"));
        assert!(problem("# T\n## S\n# U\n").starts_with("L.md:3: a second"));
        assert!(problem("hello\n\n# T\n## S\n").contains("before the title"));
        assert!(problem("# T\n##\n").contains("a heading without text"));
    }

    #[test]
    fn the_settings_stand_first() {
        let why = problem("# T\n\n<!-- lesson\nminutes: 3\n-->\n\n## S\n");
        assert!(why.contains("at the top of the file"), "{why}");
    }

    #[test]
    fn a_setting_s_error_has_its_own_line() {
        let why = problem("\n<!-- lesson\nminutes: 3\nhue: 4\n-->\n# T\n## S");
        assert!(why.starts_with("L.md:4: unknown setting `hue`"), "{why}");
    }
}
