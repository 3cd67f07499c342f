//! The page of the book: tables of the results.

use std::fmt::Write;

use super::rounds::Row;
use super::three_digits::time;

/// A property of the computer that times depend on.
pub struct Fact {
    /// Name of the property.
    pub name: String,
    /// Value on this computer.
    pub value: String,
}

/// A group of contenders that ran in turns.
pub struct Section {
    /// Heading of the section.
    pub title: String,
    /// Description of the measurement, in a few sentences.
    pub about: String,
    /// Number of rounds that counted.
    pub rounds: usize,
    /// Name of the row that the others are compared with.
    pub base: String,
    /// Times of each contender.
    pub rows: Vec<Row>,
    /// Limits that the times should keep.
    pub goals: Vec<Goal>,
}

/// A table of amounts: what was measured once, and has no rounds.
pub struct Amounts {
    /// Heading of the section.
    pub title: String,
    /// Description of the measurement, in a few sentences.
    pub about: String,
    /// Names of the columns.
    pub heads: Vec<String>,
    /// Each contender with its cells; a single one is the reason why there is
    /// no number.
    pub rows: Vec<(String, Vec<String>)>,
    /// Limits that the amounts should keep.
    pub goals: Vec<Goal>,
}

/// A result of criterion.
pub struct Micro {
    /// Name of the bench.
    pub name: String,
    /// Median, in seconds.
    pub median: f64,
    /// 95 % confidence interval of the median, in seconds.
    pub interval: [f64; 2],
    /// Number of bytes processed in that time.
    pub bytes: Option<u64>,
}

/// A limit and the measured value.
pub struct Goal {
    what: String,
    found: Option<(String, bool)>,
}

impl Goal {
    /// Sets the limit: a median of at most `limit` seconds.
    pub fn seconds(rows: &[Row], name: &str, limit: f64) -> Self {
        let median = find(rows, name).map(Row::median);
        Self {
            what: format!("{name}: at most {}", time(limit)),
            found: median.map(|median| (time(median), median <= limit)),
        }
    }

    /// Sets the limit: at most `limit` times as long as `base`.
    pub fn times_slower(
        rows: &[Row],
        name: &str,
        base: &str,
        limit: f64,
    ) -> Self {
        let ratio = ratio(rows, name, base);
        Self {
            what: format!("{name}: at most {limit} × {base}"),
            found: ratio.map(|it| (format!("{it:.2} ×"), it <= limit)),
        }
    }

    /// Sets the limit: at most this amount. `words` writes an amount.
    pub fn amount(
        name: &str,
        found: f64,
        limit: f64,
        words: impl Fn(f64) -> String,
    ) -> Self {
        Self {
            what: format!("{name}: at most {}", words(limit)),
            found: Some((words(found), found <= limit)),
        }
    }

    /// Sets the limit: at least `limit` times as fast as `other`.
    pub fn times_faster(
        rows: &[Row],
        name: &str,
        other: &str,
        limit: f64,
    ) -> Self {
        let ratio = ratio(rows, other, name);
        Self {
            what: format!("{name}: at least {limit} times as fast as {other}"),
            found: ratio.map(|it| (format!("{it:.1} times"), it >= limit)),
        }
    }

    /// Sets the limit: at most this part of the other's amount. The pair has
    /// both, if they were measured.
    pub fn part_of(
        name: &str,
        other: &str,
        pair: Option<(f64, f64)>,
        limit: f64,
    ) -> Self {
        let part = pair.map(|(own, other)| own / other);
        Self {
            what: format!("{name}: at most {limit} × that of {other}"),
            found: part.map(|it| (format!("{it:.2} ×"), it <= limit)),
        }
    }
}

fn find<'a>(rows: &'a [Row], name: &str) -> Option<&'a Row> {
    let mut all = rows.iter();
    all.find(|row| row.name == name && !row.samples.is_empty())
}

fn ratio(rows: &[Row], name: &str, base: &str) -> Option<f64> {
    find(rows, name)?.ratio_to(find(rows, base)?)
}

/// Returns the text of the whole page.
pub fn text(
    computer: &[Fact],
    sections: &[Section],
    amounts: &[Amounts],
    micros: &[Micro],
) -> String {
    let mut text = HEAD.to_owned();
    text += "| | |\n|---|---|\n";
    for Fact { name, value } in computer {
        let value = value.replace('|', "\\|");
        let _ = writeln!(text, "| {name} | {value} |");
    }
    text += &sections_text(sections, amounts);
    text + &micros_text(micros)
}

/// Returns the text of some sections.
pub fn sections_text(sections: &[Section], amounts: &[Amounts]) -> String {
    let sections = sections.iter().map(section_text);
    sections.chain(amounts.iter().map(amounts_text)).collect()
}

/// Returns a page with these sections in the place of those that have the same
/// titles, or else before the last section.
pub fn with_sections(
    page: &str,
    sections: &[Section],
    amounts: &[Amounts],
) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some(at) = rest[1..].find("\n## ") {
        parts.push(&rest[..=at]);
        rest = &rest[at + 1..];
    }
    let is_new = |part: &str| {
        let title = part.trim_start().lines().next().unwrap_or_default();
        let title = title.trim_start_matches("## ");
        let mut titles = sections.iter().map(|section| &section.title);
        titles.any(|it| it == title)
            || amounts.iter().any(|amounts| amounts.title == title)
    };
    let first = parts.iter().position(|part| is_new(part));
    let first = first.unwrap_or(parts.len());
    let kept = |parts: &[&str]| -> String {
        parts.iter().filter(|part| !is_new(part)).copied().collect()
    };
    let new = sections_text(sections, amounts);
    kept(&parts[..first]) + &new + &kept(&parts[first..]) + rest
}

const HEAD: &str = "# Benchmarks

`just bench` writes this page; nothing in it is typed by hand. Contenders run
in turns, round after round. A time is the median of its rounds, with the 10th
and the 90th percentile beside it. A ratio is the median of the rounds' ratios,
each between two runs of the same round: times differ between computers, ratios
differ less.

";

fn section_text(section: &Section) -> String {
    let Section { title, base, .. } = section;
    let mut text = head(title, &section.about);
    let _ = writeln!(text, "\nRounds: {}.\n", section.rounds);
    if section.rows.is_empty() {
        return text;
    }
    text += "| what | median | 10 % | 90 % | ratio |\n";
    text += "|---|--:|--:|--:|--:|\n";
    let base = find(&section.rows, base);
    for row in &section.rows {
        text += &row_text(row, base);
    }
    text + &goals_text(&section.goals)
}

fn head(title: &str, about: &str) -> String {
    let mut text = format!("\n## {title}\n\n");
    for line in textwrap::wrap(about, 79) {
        text += &format!("{line}\n");
    }
    text
}

fn amounts_text(amounts: &Amounts) -> String {
    let mut text = head(&amounts.title, &amounts.about);
    let heads = amounts.heads.join(" | ");
    let _ = writeln!(text, "\n| what | {heads} |");
    let _ = writeln!(text, "|---|{}", "--:|".repeat(amounts.heads.len()));
    for (name, cells) in &amounts.rows {
        let mut cells = cells.clone();
        cells.resize(amounts.heads.len(), String::new());
        let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
    }
    text + &goals_text(&amounts.goals)
}

fn goals_text(goals: &[Goal]) -> String {
    let mut text = "\n| goal | measured | |\n|---|--:|---|\n".to_owned();
    for Goal { what, found } in goals {
        let (measured, verdict) = match found {
            Some((measured, true)) => (measured.as_str(), "reached"),
            Some((measured, false)) => (measured.as_str(), "MISSED"),
            None => ("", "not measured"),
        };
        let _ = writeln!(text, "| {what} | {measured} | {verdict} |");
    }
    text
}

fn row_text(row: &Row, base: Option<&Row>) -> String {
    let Row { name, missing, .. } = row;
    if let Some(reason) = missing {
        let reason = reason.replace('|', "\\|");
        return format!("| {name} | {reason} | | | |\n");
    }
    let ratio = base.and_then(|base| row.ratio_to(base));
    let ratio = ratio.map_or(String::new(), |it| format!("{it:.2}"));
    let [low, median, high] = [row.low(), row.median(), row.high()].map(time);
    format!("| {name} | {median} | {low} | {high} | {ratio} |\n")
}

fn micros_text(micros: &[Micro]) -> String {
    let mut text = "\n## Small things\n\n\
        Measured by criterion (harness/benches); the limits are those of the \
        95 %\nconfidence interval of the median.\n\n\
        | what | median | from | to | MB/s |\n|---|--:|--:|--:|--:|\n"
        .to_owned();
    for micro in micros {
        let [from, to] = micro.interval.map(time);
        let speed = micro.bytes.map(|it| it as f64 / micro.median / 1e6);
        let speed = speed.map_or(String::new(), |it| format!("{it:.0}"));
        let name = &micro.name;
        let median = time(micro.median);
        let _ =
            writeln!(text, "| {name} | {median} | {from} | {to} | {speed} |");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, samples: &[f64]) -> Row {
        Row {
            name: name.into(),
            samples: samples.to_vec(),
            missing: None,
        }
    }

    #[test]
    fn new_sections_take_the_place_of_those_of_the_same_title() {
        let section = |title: &str| Section {
            title: title.into(),
            about: "New.".into(),
            rounds: 1,
            base: String::new(),
            rows: Vec::new(),
            goals: Vec::new(),
        };
        let page = "# Head\n\n## A\n\nOld.\n\n## B\n\nOld.\n\n## Last\n\nx\n";
        let new = "New.\n\nRounds: 1.\n";
        let text = with_sections(page, &[section("B"), section("C")], &[]);
        let both = format!("\n## B\n\n{new}\n\n## C\n\n{new}\n");
        let head = "# Head\n\n## A\n\nOld.\n";
        assert_eq!(text, format!("{head}{both}\n## Last\n\nx\n"));
        let text = with_sections(page, &[section("C")], &[]);
        assert!(text.contains("Old.\n\n## C\n\nNew."), "{text}");
        assert_eq!(text.matches("Old.").count(), 2);
    }

    #[test]
    fn a_missed_goal_is_said_and_so_is_one_that_was_not_measured() {
        let rows = [row("ours", &[0.3, 0.3]), row("theirs", &[0.1, 0.1])];
        let missing = Row {
            missing: Some("not installed".into()),
            ..row("docker", &[])
        };
        let section = Section {
            title: "Start".into(),
            about: "Of this and that.".into(),
            rounds: 2,
            base: "theirs".into(),
            goals: vec![
                Goal::times_slower(&rows, "ours", "theirs", 2.5),
                Goal::seconds(&rows, "theirs", 0.1),
                Goal::times_faster(&rows, "ours", "docker", 30.0),
            ],
            rows: [rows.to_vec(), vec![missing]].concat(),
        };
        insta::assert_snapshot!(section_text(&section), @r"
        ## Start

        Of this and that.

        Rounds: 2.

        | what | median | 10 % | 90 % | ratio |
        |---|--:|--:|--:|--:|
        | ours | 300 ms | 300 ms | 300 ms | 3.00 |
        | theirs | 100 ms | 100 ms | 100 ms | 1.00 |
        | docker | not installed | | | |

        | goal | measured | |
        |---|--:|---|
        | ours: at most 2.5 × theirs | 3.00 × | MISSED |
        | theirs: at most 100 ms | 100 ms | reached |
        | ours: at least 30 times as fast as docker |  | not measured |
        ");
    }
}
