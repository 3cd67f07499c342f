//! The rows of processes in the box of their network namespace.

use lessons::labels::Label;
use lessons::scene::Member;
use lessons::scene::words::more;
use tr::tr;

use crate::canvas::{Canvas, sign_width};
use crate::columns::{Column, Columns, INSET};
use crate::hue::hue;
use crate::marks::{Mark, Marks};
use crate::measure::{name_width, wrapped};

/// Height of a line of a name.
const LINE: i32 = 14;

/// Height of the smallest row.
const ROW: i32 = 24;

/// A process in its row.
struct Row<'a> {
    member: &'a Member,
    y: i32,
    height: i32,
}

/// Writes the names of the types above their columns.
pub fn headings(canvas: &mut Canvas, columns: &Columns) {
    for column in columns.all() {
        let x = column.x + column.width / 2;
        canvas.text(x, canvas.y + 17, "type", column.kind.name());
    }
}

/// Draws processes, similar ones below each other.
pub fn draw(
    canvas: &mut Canvas,
    members: &[&Member],
    marks: &Marks,
    columns: &Columns,
) {
    let mut rows = Vec::new();
    for member in in_order(members) {
        let y = canvas.y;
        let mark = marks.of_member(&member.name);
        name(canvas, &member.name, mark, columns);
        rows.push(Row {
            member,
            y,
            height: canvas.y - y,
        });
    }
    for column in columns.all() {
        cells(canvas, &rows, column, marks);
    }
}

/// Puts processes below those with which they share most.
fn in_order<'a>(members: &[&'a Member]) -> Vec<&'a Member> {
    let mut left = members.to_vec();
    let mut ordered: Vec<&Member> = Vec::new();
    while !left.is_empty() {
        let likeness = |member: &Member| {
            let labels = ordered.last().map(|last| last.labels);
            let labels = labels.iter().flatten().zip(&member.labels);
            labels.filter(|(one, other)| one == other).count()
        };
        let most = left.iter().map(|it| likeness(it)).max();
        let next = left.iter().position(|it| Some(likeness(it)) == most);
        ordered.push(left.remove(next.unwrap_or_default()));
    }
    ordered
}

/// Writes the name of a process, and its sign.
fn name(canvas: &mut Canvas, name: &str, mark: Option<Mark>, to: &Columns) {
    let left = to.left + INSET;
    let lines = wrapped(name, to.first() - left - 6);
    let top = canvas.y;
    let class = mark.map_or("", Mark::class);
    let mut y = canvas.y + 16;
    for line in &lines {
        canvas.text(left, y, format!("name {class}").trim_end(), line);
        y += LINE;
    }
    let mut height = ROW + LINE * (lines.len() as i32 - 1);
    if let Some(mark) = mark {
        let word = mark.word();
        let end = lines.last().map_or(0, |line| name_width(line)) + 4;
        if left + end + sign_width(&word) + 6 < to.first() {
            canvas.sign(left + end, y - LINE, class, &word);
        } else {
            canvas.sign(left, y + 1, class, &word);
            height += LINE + 2;
        }
    }
    canvas.y += height;
    if matches!(mark, Some(Mark::New | Mark::Moved)) {
        let width = to.first() - left;
        canvas.rect(left - 4, top + 2, width, height - 4, class);
    }
}

/// Draws a box around rows of one namespace, with its letter.
fn cells(canvas: &mut Canvas, rows: &[Row], column: Column, marks: &Marks) {
    let same = |one: &Row, other: &Row| {
        one.member.label(column.kind) == other.member.label(column.kind)
    };
    for run in rows.chunk_by(same) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        let label = first.member.label(column.kind);
        let height = last.y + last.height - first.y;
        let class = format!("cell {}", hue(label));
        canvas.rect(column.x, first.y + 2, column.width, height - 4, class);
        let x = column.x + column.width / 2;
        let moved: Vec<&Row> = run
            .iter()
            .filter(|row| marks.has_moved(&row.member.name, column.kind))
            .collect();
        for row in &moved {
            let y = row.y + 4;
            let (width, height) = (column.width - 4, row.height - 8);
            canvas.rect(column.x + 2, y, width, height, "moved-cell");
            let letter = format!("{}*", letter(label));
            canvas.text(x, row.y + row.height / 2 + 4, "letter", letter);
        }
        if moved.is_empty() {
            let y = first.y + height / 2 + 4;
            canvas.text(x, y, "letter", letter(label));
        }
    }
}

fn letter(label: Option<Label>) -> String {
    match label {
        Some(Label::Initial) => "·".into(),
        Some(letter) => letter.to_string(),
        None => "?".into(),
    }
}

/// Draws a process that has ended.
pub fn ended(canvas: &mut Canvas, process: &str, columns: &Columns) {
    name(canvas, process, Some(Mark::Gone), columns);
}

/// Counts the processes without a name, and says how many there were.
pub fn others(
    others: usize,
    alone: bool,
    before: Option<usize>,
) -> Option<String> {
    let now = (others > 0).then(|| more(others, alone));
    let Some(before) = before else {
        return now;
    };
    let now = now.unwrap_or_else(|| tr!("no other process"));
    Some(tr!("{now} (before: {old})", now = now, old = before))
}
