//! All systems on one screen: a row for each, with a sign for each lesson and
//! each exercise.

use std::fmt::Write;
use std::time::Duration;

use super::chosen::short;
use super::outcome::{Cell, Outcome, Plan};
use crate::exercise::Number;

/// The meaning of the signs.
const LEGEND: &str = "✓ as in the book, solution accepted   ✗ differs   \
    ! the machine broke   – needs a newer kernel, or 64 bits   ? not tried";

/// Returns the sign of a cell; without a cell, the sign for "not tried".
pub fn sign(cell: Option<&Cell>) -> char {
    match cell {
        Some(Cell::Same) => '✓',
        Some(Cell::Differs(_)) => '✗',
        Some(Cell::Broken(_)) => '!',
        Some(Cell::NotPlayed(_)) => '–',
        None => '?',
    }
}

/// Returns the table and the meaning of its signs.
pub fn text(plan: &Plan, outcomes: &[Outcome]) -> String {
    let mut rows = vec![heading(plan)];
    rows.extend(outcomes.iter().map(|outcome| cells(plan, outcome)));
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|it| it.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths);
        let line: Vec<String> =
            cells.map(|(it, width)| format!("{it:width$}")).collect();
        let _ = writeln!(text, "{}", line.join("  ").trim_end());
    }
    let _ = writeln!(text, "\n{LEGEND}");
    text
}

fn heading(plan: &Plan) -> Vec<String> {
    let mut row = ["Linux", "userland", "QEMU"].map(String::from).to_vec();
    row.extend(plan.lessons.iter().map(u32::to_string));
    let chapters = by_chapter(plan);
    row.extend(chapters.iter().map(|(chapter, _)| format!("{chapter}.")));
    row
}

/// Groups the exercises by chapter: those of one chapter share a column.
fn by_chapter(plan: &Plan) -> Vec<(u32, Vec<Number>)> {
    let mut chapters: Vec<(u32, Vec<Number>)> = Vec::new();
    for number in &plan.exercises {
        match chapters.last_mut() {
            Some((chapter, numbers)) if *chapter == number.chapter => {
                numbers.push(*number);
            }
            _ => chapters.push((number.chapter, vec![*number])),
        }
    }
    chapters
}

fn cells(plan: &Plan, outcome: &Outcome) -> Vec<String> {
    let system = &outcome.system;
    let mut row = vec![
        short(&system.kernel.name).to_owned(),
        system.userland.name.clone(),
        system.qemu.name.clone(),
    ];
    let lessons = plan.lessons.iter();
    row.extend(lessons.map(|n| sign(outcome.lessons.get(n)).to_string()));
    for (_, numbers) in by_chapter(plan) {
        let signs = numbers.iter().map(|n| sign(outcome.exercises.get(n)));
        row.push(signs.collect());
    }
    row
}

/// Returns one line about a finished system, with the first difference above
/// it.
pub fn row(plan: &Plan, outcome: &Outcome) -> String {
    let mut text = String::new();
    let wrong = outcome.cells().find(|(_, cell)| cell.is_wrong());
    if let Some((what, Cell::Differs(why) | Cell::Broken(why))) = wrong {
        let _ = writeln!(text, "\n{}, {what}:\n{}", outcome.system, why);
    }
    let count = |wanted: fn(&Cell) -> bool| {
        outcome.cells().filter(|(_, cell)| wanted(cell)).count()
    };
    let same = count(|cell| *cell == Cell::Same);
    let mut parts =
        vec![format!("{same} of {} as they should be", plan.count())];
    for (number, word) in [
        (count(|cell| matches!(cell, Cell::Differs(_))), "differ"),
        (count(|cell| matches!(cell, Cell::Broken(_))), "broke"),
        (
            count(|cell| matches!(cell, Cell::NotPlayed(_))),
            "NOT PLAYED: the kernel is too old, or has 32 bits",
        ),
    ] {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    let not_tried = outcome.not_tried.as_ref();
    parts.extend(not_tried.map(|why| format!("NOT TRIED: {why}")));
    let seconds = outcome.took.as_secs_f64();
    let parts = parts.join(", ");
    let _ = writeln!(text, "{}: {parts}, {seconds:.0} s", outcome.system);
    text
}

/// Counts the systems by result, in one line.
pub fn summary(outcomes: &[Outcome], took: Duration) -> String {
    let count = |wanted: &dyn Fn(&Outcome) -> bool| {
        outcomes.iter().filter(|it| wanted(it)).count()
    };
    let wrong = count(&|it| it.cells().any(|(_, cell)| cell.is_wrong()));
    let not_tried = count(&|it| it.not_tried.is_some());
    let some = if outcomes.len() == 1 {
        "system"
    } else {
        "systems"
    };
    let mut text = format!("{} {some}", outcomes.len());
    let parts = [(wrong, "not as in the book"), (not_tried, "not tried")];
    for (number, word) in parts {
        if number > 0 {
            let _ = write!(text, ", {number} {word}");
        }
    }
    if wrong + not_tried == 0 {
        text += if outcomes.iter().any(Outcome::has_not_played) {
            ", all as in the book, as far as their kernels can do it"
        } else {
            ", all as in the book"
        };
    }
    let _ = write!(text, ", {:.0} s", took.as_secs_f64());
    text
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::{not_tried, outcome, plan};
    use super::*;

    fn outcomes() -> [Outcome; 3] {
        let mut cells = [const { Cell::Same }; 5];
        cells[1] = Cell::Differs("L.md:7: not as in the lesson\n".into());
        cells[3] = Cell::Broken("the machine is lost\n".into());
        let why = "there is no modules/modules.dep in kernels/6.2";
        [
            outcome("6.1.0-57-cloud-amd64", &[const { Cell::Same }; 5]),
            not_tried("6.2", why),
            outcome("7.3.4+deb13-cloud-amd64", &cells),
        ]
    }

    #[test]
    fn a_sign_tells_what_came_of_each() {
        insta::assert_snapshot!(text(&plan(), &outcomes()), @r"
        Linux        userland  QEMU  1  2  1.  2.
        6.1.0-57     own       own   ✓  ✓  ✓✓  ✓
        6.2          own       own   ?  ?  ??  ?
        7.3.4+deb13  own       own   ✓  ✗  ✓!  ✓

        ✓ as in the book, solution accepted   ✗ differs   ! the machine broke   – needs a newer kernel, or 64 bits   ? not tried
        ");
    }

    #[test]
    fn what_a_kernel_is_too_old_for_is_counted_apart() {
        let mut cells = [const { Cell::Same }; 5];
        cells[1] = Cell::NotPlayed("Chapter 2 was NOT PLAYED".into());
        let outcomes = [outcome("6.1.0-57", &cells)];
        assert!(text(&plan(), &outcomes).contains("✓  –  ✓✓  ✓"));
        assert_eq!(
            row(&plan(), &outcomes[0]),
            "Linux 6.1.0-57, userland own, QEMU own: 4 of 5 as they should \
             be, 1 NOT PLAYED: the kernel is too old, or has 32 bits, 31 s\n"
        );
        assert_eq!(
            summary(&outcomes, Duration::from_secs(61)),
            "1 system, all as in the book, as far as their kernels can do it, \
             61 s"
        );
    }

    #[test]
    fn what_was_not_tried_is_never_counted_with_what_was() {
        let rows = outcomes().map(|it| row(&plan(), &it)).concat();
        insta::assert_snapshot!(rows, @r"
        Linux 6.1.0-57, userland own, QEMU own: 5 of 5 as they should be, 31 s
        Linux 6.2, userland own, QEMU own: 0 of 5 as they should be, NOT TRIED: there is no modules/modules.dep in kernels/6.2, 31 s

        Linux 7.3.4+deb13, userland own, QEMU own, chapter 2:
        L.md:7: not as in the lesson

        Linux 7.3.4+deb13, userland own, QEMU own: 3 of 5 as they should be, 1 differ, 1 broke, 31 s
        ");
        let took = Duration::from_secs(61);
        assert_eq!(
            summary(&outcomes(), took),
            "3 systems, 1 not as in the book, 1 not tried, 61 s"
        );
        assert_eq!(
            summary(&outcomes()[..1], took),
            "1 system, all as in the book, 61 s"
        );
    }
}
