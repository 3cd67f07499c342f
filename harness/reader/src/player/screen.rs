//! Writes on the terminal one page at a time: no line scrolls off before a key
//! has been pressed while that line was visible.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Write};
use std::path::Path;

use crossterm::cursor::MoveToColumn;
use crossterm::queue;
use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{self, Clear, ClearType};
use textwrap::core::display_width;
use tr::tr;

use super::identity::Names;
use super::markdown;
use super::style::{Line, Looks, Style, line};
use crate::lesson::{Command, Lesson, Program};
use language::wrap;

/// Greatest width of a line, however wide the terminal is.
const WIDEST: usize = 80;

/// A terminal that is written line by line.
pub struct Screen {
    /// Abilities of the terminal.
    pub looks: Looks,
    page: RefCell<Page>,
}

/// The rest of a page, and the lines that wait for the next page.
#[derive(Default)]
struct Page {
    /// Number of free rows; `None` means no limit.
    room: Option<usize>,
    /// Lines that did not fit on the page.
    rest: VecDeque<String>,
}

impl Screen {
    /// Returns a screen with an empty page.
    pub fn new(looks: Looks) -> Self {
        let page = RefCell::default();
        let screen = Self { looks, page };
        screen.new_page();
        screen
    }

    /// Begins a new page: a key was pressed, so the reader has seen the
    /// terminal. The last line stays, and one row is kept for the keys.
    pub fn new_page(&self) {
        let rows = terminal::size().map_or(0, |(_, rows)| usize::from(rows));
        let room = (rows > 0).then(|| rows.saturating_sub(2).max(1));
        self.page.borrow_mut().room = room;
    }

    /// Lets lines scroll until the next page begins.
    pub fn without_pages(&self) {
        self.page.borrow_mut().room = None;
    }

    /// Whether lines wait for the next page.
    pub fn has_more(&self) -> bool {
        !self.page.borrow().rest.is_empty()
    }

    /// Writes the next page, at least one line of it.
    pub fn next_page(&self) -> io::Result<()> {
        self.new_page();
        let mut lines = self.put_aside();
        if let Some(first) = lines.pop_front() {
            let mut page = self.page.borrow_mut();
            page.room =
                page.room.map(|it| it.saturating_sub(self.rows(&first)));
            drop(page);
            writeln!(io::stdout(), "{first}")?;
        }
        self.put_back(lines)
    }

    /// Writes all waiting lines.
    pub fn all_pages(&self) -> io::Result<()> {
        let lines = self.put_aside();
        lines
            .iter()
            .try_for_each(|it| writeln!(io::stdout(), "{it}"))
    }

    /// Takes the waiting lines, because something else has to be written first.
    pub fn put_aside(&self) -> VecDeque<String> {
        std::mem::take(&mut self.page.borrow_mut().rest)
    }

    /// Writes lines that were put aside.
    pub fn put_back(&self, lines: VecDeque<String>) -> io::Result<()> {
        lines.into_iter().try_for_each(|line| self.write(line))
    }

    /// Writes a line if it fits on the page, and keeps it otherwise.
    fn write(&self, text: String) -> io::Result<()> {
        let mut page = self.page.borrow_mut();
        if let Some(room) = page.room {
            let rows = self.rows(&text);
            if !page.rest.is_empty() || rows > room {
                page.rest.push_back(text);
                return Ok(());
            }
            page.room = Some(room - rows);
        }
        writeln!(io::stdout(), "{text}")
    }

    /// Returns the number of rows of a line: the terminal breaks a wider one.
    fn rows(&self, text: &str) -> usize {
        display_width(text).div_ceil(self.columns()).max(1)
    }

    /// Returns the width of the terminal now.
    pub fn columns(&self) -> usize {
        let columns = terminal::size().map_or(0, |(columns, _)| columns);
        match usize::from(columns) {
            0 => WIDEST,
            columns => columns.max(20),
        }
    }

    /// Returns the greatest width of a line now.
    pub fn width(&self) -> usize {
        self.columns().min(WIDEST)
    }

    /// Writes a line.
    pub fn line(&self, line: &Line) -> io::Result<()> {
        self.write(line.render(self.looks))
    }

    /// Writes lines.
    pub fn lines(&self, lines: &[Line]) -> io::Result<()> {
        lines.iter().try_for_each(|line| self.line(line))
    }

    /// Writes text in one style.
    pub fn say(&self, text: &str, style: Style) -> io::Result<()> {
        text.lines()
            .try_for_each(|text| self.line(&line(text, style)))
    }

    /// Writes wrapped text in one style.
    pub fn prose_in(&self, text: &str, style: Style) -> io::Result<()> {
        let wrapped = wrap::wrapped(text, self.width());
        wrapped.iter().try_for_each(|text| self.say(text, style))
    }

    /// Writes Markdown, and an empty line.
    pub fn prose(&self, text: &str) -> io::Result<()> {
        let text = markdown::prose(text, self.width(), self.looks);
        let mut lines = text.lines();
        lines.try_for_each(|line| self.write(line.to_owned()))?;
        self.gap()
    }

    /// Writes an empty line.
    pub fn gap(&self) -> io::Result<()> {
        self.write(String::new())
    }

    /// Writes the last line, which [`erase`](Self::erase) removes.
    pub fn last(&self, line: &Line) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.looks != Looks::Plain {
            // The page may end in the middle of a bold word.
            queue!(out, SetAttribute(Attribute::Reset))?;
        }
        write!(out, "{}", line.render(self.looks))?;
        out.flush()
    }

    /// Erases the last line; on a dumb terminal, ends the line.
    pub fn erase(&self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.looks == Looks::Plain {
            out.write_all(b"\r\n")?;
        } else {
            queue!(out, MoveToColumn(0), Clear(ClearType::FromCursorDown))?;
        }
        out.flush()
    }
}

/// Returns the lesson's title, and the minutes it takes if there is room.
pub fn title(lesson: &Lesson, chapter: Option<u32>, width: usize) -> [Line; 2] {
    let words = markdown::words(&lesson.title);
    let name = match chapter {
        Some(number) => tr!("Chapter {number} · {words}", number, words),
        None => words,
    };
    let mut first = line(&name, Style::BOLD);
    if let Some(minutes) = lesson.minutes {
        let minutes = tr!("about {minutes} min", minutes);
        let used = display_width(&name) + display_width(&minutes);
        let gap = width.checked_sub(used).filter(|gap| *gap >= 2);
        first.push(" ".repeat(gap.unwrap_or(2)), Style::PLAIN);
        first.push(minutes, Style::DIM);
    }
    [first, line("─".repeat(width), Style::DIM)]
}

/// Returns a step's heading, such as `── 2/6 Join it ───`.
pub fn heading(number: usize, of: usize, title: &str, width: usize) -> Line {
    let words = markdown::words(title);
    let count = format!("{number}/{of}");
    let used = 3 + display_width(&count) + 1 + display_width(&words) + 1;
    line("── ", Style::DIM)
        .then(format!("{count} "), Style::DIM)
        .then(words, Style::BOLD)
        .then(" ", Style::PLAIN)
        .then("─".repeat(width.saturating_sub(used)), Style::DIM)
}

/// Lists the steps, with a mark at the reader's step.
pub fn steps(lesson: &Lesson, here: usize) -> Vec<Line> {
    let each = lesson.steps.iter().map(|step| {
        let is_here = step.number == here;
        let mark = if is_here { ">" } else { " " };
        let style = if is_here { Style::BOLD } else { Style::PLAIN };
        let words = markdown::words(&step.title);
        line(format!("{mark}{:2}  {words}", step.number), style)
    });
    each.collect()
}

/// Returns a command after its prompt, where each terminal and each shell has
/// its colour.
pub fn command(command: &Command, names: &Names) -> Vec<Line> {
    let mut first = Line::default();
    let shells = std::iter::once(&command.terminal).chain(&command.nested);
    for (n, name) in shells.enumerate() {
        if n > 0 {
            first.push(":", Style::DIM);
        }
        first.push(name, names.process(name).bold());
    }
    first.push("# ", Style::DIM);
    let mut input = command.input.split('\n');
    first.push(input.next().unwrap_or_default(), Style::BOLD);
    let more = input.map(|text| line("> ", Style::DIM).then(text, Style::BOLD));
    std::iter::once(first).chain(more).collect()
}

/// Returns a line with the name of the file that is shown below.
pub fn rule(file: &Path, width: usize) -> Line {
    let name = format!("── {} ", file.display());
    let rest = width.saturating_sub(display_width(&name));
    line(name + &"─".repeat(rest), Style::DIM)
}

/// Returns a function: its comments plain like prose, its code bold.
pub fn program(program: &Program) -> Vec<Line> {
    let each = program.shown.iter().map(|text| {
        let is_comment = text.trim_start().starts_with("//");
        line(
            text,
            if is_comment {
                Style::PLAIN
            } else {
                Style::BOLD
            },
        )
    });
    each.collect()
}

/// Returns the keys on one line. Keys for which there is no room are only in
/// the help.
pub fn keys(enter: &str, rest: Option<&str>, width: usize) -> Line {
    let mut keys = vec![("Enter", enter)];
    keys.extend(rest.map(|rest| ("a", rest)));
    let [back, go, shell] = [tr!("back"), tr!("go to step"), tr!("shell")];
    keys.extend([("b", &*back), ("g", &*go), ("s", &*shell)]);
    let [help, quit] = [tr!("help"), tr!("quit")];
    keys.extend([("?", &*help), ("q", &*quit)]);
    loop {
        let line = keys_line(&keys);
        if keys.len() <= 2 || display_width(&line.text()) < width {
            return line;
        }
        keys.remove(keys.len() - 3);
    }
}

fn keys_line(keys: &[(&str, &str)]) -> Line {
    let mut line = Line::default();
    for (n, (key, words)) in keys.iter().enumerate() {
        if n > 0 {
            line.push(" · ", Style::DIM);
        }
        line.push(*key, Style::BOLD);
        line.push(format!(" {words}"), Style::DIM);
    }
    line
}

/// Returns the help text for the keys.
pub fn help() -> String {
    tr!("\
Enter  show the next page, run the command that is shown, or go on
a      show all pages, or run the rest of this step
space  show the next page, or run the rest of this step
b      back to the beginning of this step; from there, to the step before
       (the machine has no undo: a fresh one is played up to there)
g      go to a step by its number, back or ahead
s      a shell of your own in this machine
q      quit (Ctrl-C and Ctrl-D too); nothing stays behind

Behind a line with numbers stand their names: · is an initial namespace, A and
B are others of that type, web or p1 is a process. The same letter in the same
type is the same namespace, in the table too.")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::lesson::parse;

    fn lesson() -> Lesson {
        let text = "<!-- lesson\nminutes: 20\nterminals: host, web\n-->\n\
                    # `set_ns`\n\n## Go *in*\n\n```console\n\
                    host:web# cat <<X\n> a\n> X\na\n```\n\n## Out\n";
        parse(Path::new("L.md"), text).unwrap()
    }

    #[test]
    fn the_title_has_the_minutes_at_the_right() {
        let [first, rule] = title(&lesson(), Some(3), 40);
        assert_eq!(first.text(), "Chapter 3 · set_ns          about 20 min");
        assert_eq!(rule.text().chars().count(), 40);
        let [first, _] = title(&lesson(), None, 10);
        assert_eq!(first.text(), "set_ns  about 20 min");
    }

    #[test]
    fn a_heading_counts_the_steps_and_fills_the_line() {
        let line = heading(1, 2, "Go *in*", 24).text();
        assert_eq!(line, "── 1/2 Go in ───────────");
        assert_eq!(heading(1, 2, "Go in", 5).text(), "── 1/2 Go in ");
    }

    #[test]
    fn the_step_where_the_reader_is_has_a_mark() {
        let lines: Vec<_> =
            steps(&lesson(), 2).iter().map(Line::text).collect();
        assert_eq!(lines, ["  1  Go in", "> 2  Out"]);
    }

    #[test]
    fn a_command_stands_behind_its_prompt_with_all_its_lines() {
        let lesson = lesson();
        let names = Names::new(&lesson);
        let first = lesson.commands().next().unwrap();
        let lines = command(first, &names);
        let text: Vec<_> = lines.iter().map(Line::text).collect();
        assert_eq!(text, ["host:web# cat <<X", "> a", "> X"]);
        let styled = lines[0].styled();
        assert_eq!(styled[0], ("host", names.process("host").bold()));
        assert_eq!(styled[2], ("web", names.process("web").bold()));
        assert_ne!(styled[0].1, styled[2].1);
    }

    #[test]
    fn the_keys_fit_on_one_line_however_narrow() {
        let text = |width| keys("run", Some("rest of step"), width).text();
        assert_eq!(
            text(80),
            "Enter run · a rest of step · b back · g go to step · s shell · \
             ? help · q quit"
        );
        for width in [79, 60, 40, 34] {
            assert!(text(width).chars().count() < width, "{}", text(width));
            assert!(text(width).ends_with("? help · q quit"));
        }
        assert!(!keys("begin", None, 80).text().contains("rest of step"));
    }

    #[test]
    fn where_there_are_more_pages_all_keys_fit() {
        assert_eq!(
            keys("more", Some("all of it"), 80).text(),
            "Enter more · a all of it · b back · g go to step · s shell · \
             ? help · q quit"
        );
    }

    #[test]
    fn help_fits_on_a_small_terminal() {
        let help = help();
        assert!(help.lines().count() < 20);
        assert!(help.lines().all(|line| line.chars().count() < 80));
    }
}
