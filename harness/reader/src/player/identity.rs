//! Shows the names from the lesson beside the numbers of this run.
//!
//! A command's output exists twice: with numbers, as the terminal showed it,
//! and with labels, as the lesson shows it. In each line, the n-th number of
//! the first is the n-th label of the second.

use std::sync::LazyLock;

use protocol::{FIRST_PID, Kind};
use regex::{Match, Regex};

use super::style::{self, Line, Style, colour};
use crate::labels::is_reserved;
use crate::lesson::Lesson;

/// A number that may be a namespace or a process, in output with numbers.
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"\b(?:[a-z]+:\[(\d+)\]|(\d+))(?:\b|$|)"));

/// A namespace or a process, in output with labels.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"\b[a-z]+:\[(initial|·|[A-Z]+)\]|<([a-z][a-z0-9:-]*)>")
});

/// Inodes of namespaces, see [`crate::labels`].
const INODES: std::ops::RangeInclusive<u64> = 4_026_531_832..=4_026_599_999;

fn fixed(pattern: &str) -> Regex {
    // The tests of this file compile its patterns.
    Regex::new(pattern).expect("a valid pattern")
}

/// A name from the lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    /// A namespace: `·` for an initial one, or a letter.
    Namespace(String),
    /// A process, such as `web`, `host:web` or `p1`.
    Process(String),
}

/// Names of one lesson, each with its colour.
#[derive(Debug, Default)]
pub struct Names {
    processes: Vec<String>,
}

impl Names {
    /// Collects the lesson's terminals, the shells in them and the watched
    /// processes.
    pub fn new(lesson: &Lesson) -> Self {
        let mut names = Self::default();
        let nested = lesson.commands().flat_map(|command| &command.nested);
        let watched = lesson.watch.iter().map(|watch| &watch.label);
        for name in lesson.terminals.iter().chain(nested).chain(watched) {
            if !names.processes.contains(name) {
                names.processes.push(name.clone());
            }
        }
        names
    }

    /// Returns the style of a terminal, shell or process, such as `host`, `web`
    /// or `host:web`. The innermost name decides.
    pub fn process(&self, name: &str) -> Style {
        let last = name.rsplit(':').next().unwrap_or(name);
        let place = self.processes.iter().position(|known| known == last);
        place.map_or(Style::PLAIN, |n| Style::PLAIN.coloured(colour(n)))
    }

    /// Returns the style of a namespace with these letters, such as `A`.
    pub fn namespace(&self, letters: &str) -> Style {
        let number = |c: u8| usize::from(c - b'A') + 1;
        let letters = letters.bytes().filter(u8::is_ascii_uppercase);
        match letters.fold(0, |sum, c| sum * 26 + number(c)) {
            0 => Style::PLAIN,
            // The first letters get other colours than the first terminals.
            number => Style::PLAIN.coloured(colour(number + 1)),
        }
    }

    /// Returns output with coloured numbers, and with their names at the end of
    /// each line, so that columns stay aligned. Names that do not fit into
    /// `width` go on the next line.
    pub fn label(&self, shown: &str, normal: &str, width: usize) -> Vec<Line> {
        let normal: Vec<&str> = normal.lines().collect();
        let lines = shown.lines().enumerate();
        lines
            .flat_map(|(n, line)| {
                let normal = normal.get(n).copied().unwrap_or_default();
                let (line, called) = self.line(line, normal);
                beside(line, &called, width)
            })
            .collect()
    }

    /// Colours the labels of normalised output.
    pub fn coloured(&self, normal: &str) -> Vec<Line> {
        normal
            .lines()
            .map(|line| self.coloured_line(line))
            .collect()
    }

    fn coloured_line(&self, normal: &str) -> Line {
        let mut line = Line::default();
        let mut copied = 0;
        for captures in LABEL.captures_iter(normal) {
            let place = captures.get_match();
            let style = match (captures.get(1), captures.get(2)) {
                (Some(letters), _) => self.namespace(letters.as_str()),
                (_, Some(name)) => self.process(name.as_str()),
                _ => Style::PLAIN,
            };
            line.push(&normal[copied..place.start()], Style::PLAIN);
            line.push(place.as_str(), style);
            copied = place.end();
        }
        line.then(&normal[copied..], Style::PLAIN)
    }

    /// Returns the coloured line, and the names of its numbers.
    fn line(&self, shown: &str, normal: &str) -> (Line, String) {
        let mut line = Line::default();
        let mut called: Vec<String> = Vec::new();
        let mut copied = 0;
        for (number, name) in pairs(shown, normal) {
            let (style, label) = match name {
                Name::Namespace(label) => (self.namespace(&label), label),
                Name::Process(label) => (self.process(&label), label),
            };
            line.push(&shown[copied..number.start()], Style::PLAIN);
            line.push(number.as_str(), style);
            copied = number.end();
            if !called.contains(&label) {
                called.push(label);
            }
        }
        line.push(&shown[copied..], Style::PLAIN);
        (line, called.join(" "))
    }
}

/// Places a note at the end of a line, or below it. The terminal breaks a line
/// that is too long.
fn beside(line: Line, note: &str, width: usize) -> Vec<Line> {
    if note.is_empty() {
        return vec![line];
    }
    let length = line.text().chars().count();
    let full = length > 0 && length.is_multiple_of(width);
    let used = if full { width } else { length % width };
    let room = width - used;
    let note_length = note.chars().count();
    match room.checked_sub(note_length) {
        None | Some(0) => {
            let note = format!("{note:>width$}");
            vec![line, style::line(note, Style::DIM)]
        }
        Some(gap) => {
            let gap = " ".repeat(gap.min(2));
            vec![line.then(format!("{gap}{note}"), Style::DIM)]
        }
    }
}

/// Pairs the numbers of a line with their names. Returns no pair if one of them
/// is uncertain.
fn pairs<'a>(shown: &'a str, normal: &str) -> Vec<(Match<'a>, Name)> {
    let numbers = numbers(shown);
    let names = names(normal);
    let alike = numbers.len() == names.len()
        && numbers.iter().zip(&names).all(|((_, is_namespace), name)| {
            *is_namespace == matches!(name, Name::Namespace(_))
        });
    if alike {
        numbers.into_iter().map(|n| n.0).zip(names).collect()
    } else {
        Vec::new()
    }
}

/// Returns the numbers that have labels, and whether each is a namespace.
fn numbers(line: &str) -> Vec<(Match<'_>, bool)> {
    let all = NUMBER.captures_iter(line);
    all.filter_map(|captures| {
        let place = captures.get_match();
        if let Some(inode) = captures.get(1) {
            let kind =
                line[place.start()..inode.start()].trim_end_matches(":[");
            Kind::from_name(kind)?;
            return Some((place, true));
        }
        let digits = captures.get(2)?.as_str();
        let number: u64 = digits.parse().ok()?;
        if INODES.contains(&number) {
            return Some((place, true));
        }
        let pids = FIRST_PID..FIRST_PID + 5_000;
        let is_pid = i32::try_from(number).is_ok_and(|n| pids.contains(&n));
        let whole = !digits.starts_with('0') && !in_fraction(line, place);
        (is_pid && whole).then_some((place, false))
    })
    .collect()
}

/// Whether a number stands beside a decimal point: part of a measure or an IP
/// address.
fn in_fraction(line: &str, place: Match) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let mut left = line[..place.start()].chars().rev();
    let mut right = line[place.end()..].chars();
    (left.next() == Some('.') && digit(left.next()))
        || (right.next() == Some('.') && digit(right.next()))
}

fn names(line: &str) -> Vec<Name> {
    let all = LABEL.captures_iter(line);
    all.filter_map(|captures| {
        if let Some(label) = captures.get(1) {
            let label = label.as_str().replace("initial", "·");
            return Some(Name::Namespace(label));
        }
        let name = captures.get(2)?.as_str();
        let counted = name.starts_with('p') && is_reserved(name);
        (counted || !is_reserved(name)).then(|| Name::Process(name.into()))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let processes = ["host", "web"].map(str::to_owned).to_vec();
        Names { processes }
    }

    fn text(shown: &str, normal: &str) -> Vec<String> {
        let lines = names().label(shown, normal, 80);
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn a_namespace_is_followed_by_its_label() {
        assert_eq!(
            text(
                "net -> net:[4026532281]\nuts:[4026531838]\nplain",
                "net -> net:[A]\nuts:[initial]\nplain"
            ),
            ["net -> net:[4026532281]  A", "uts:[4026531838]  ·", "plain"]
        );
    }

    #[test]
    fn the_same_name_has_the_same_colour_everywhere() {
        let names = names();
        let [one, two] = [
            ("net:[4026532281] 25010", "net:[B] <web>"),
            ("4026532281 net 1 25010", "net:[B] net 1 <host:web>"),
        ]
        .map(|(shown, normal)| names.label(shown, normal, 80).remove(0));
        let styles = |line: &Line| {
            let all = line.styled().into_iter();
            let all = all.map(|(_, style)| style);
            all.filter(|s| *s != Style::DIM).collect::<Vec<_>>()
        };
        assert_eq!(styles(&one), styles(&two));
        assert_eq!(styles(&one), [names.namespace("B"), names.process("web")]);
        assert_ne!(names.namespace("A"), names.namespace("B"));
        assert_ne!(names.process("host"), names.process("web"));
    }

    #[test]
    fn labels_stand_at_the_end_so_that_columns_stay() {
        assert_eq!(
            text(
                "4026532281 net         1 25010 root  bash",
                "   net:[A] net         1 <web> root  bash"
            ),
            ["4026532281 net         1 25010 root  bash  A web"]
        );
        assert_eq!(
            text("4026531835 cgroup  1", "cgroup:[·] cgroup  1"),
            ["4026531835 cgroup  1  ·"]
        );
    }

    #[test]
    fn a_label_is_never_broken() {
        let shown = "pid 25010 net:[4026532281]";
        let normal = "pid <web> net:[A]";
        let text = |width| {
            let lines = names().label(shown, normal, width);
            lines.iter().map(Line::text).collect::<Vec<_>>()
        };
        let long = format!("{shown}  web A");
        assert_eq!(text(80), [&*long]);
        assert_eq!(text(33), [&*long]);
        assert_eq!(text(32), [format!("{shown} web A")]);
        let below = format!("{:>31}", "web A");
        assert_eq!(text(31), [shown, &*below]);
        // The terminal has broken the line: its second row has room.
        assert_eq!(text(20), [&*long]);
        assert_eq!(text(13), [shown, "        web A"]);
    }

    #[test]
    fn a_process_without_a_name_is_called_by_its_order() {
        assert_eq!(
            text("pid 25099 25099", "pid <p1> <p1>"),
            ["pid 25099 25099  p1"]
        );
    }

    #[test]
    fn what_is_no_name_stays_as_it_is() {
        let line = "<html> 25.25010 1 02:42 18:10:33 x25011 10.0.25010.1";
        assert_eq!(text(line, line), [line]);
        let shown = "<b> 25010 at 18:10:33";
        let normal = "<b> <web> at <time>";
        // `<b>` might be a process: no label is better than a wrong one.
        assert_eq!(text(shown, normal), [shown]);
        assert_eq!(
            text("25010 at 18:10:33", "<web> at <time>"),
            ["25010 at 18:10:33  web"]
        );
    }

    #[test]
    fn an_initial_namespace_has_no_colour() {
        let (line, called) = names().line("net:[4026531840]", "net:[initial]");
        assert_eq!((line.styled().len(), &*called), (0, "·"));
    }
}
