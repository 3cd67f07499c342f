//! Last screen of a step, as the player shows it in a terminal of 80x24, but
//! with labels in the place of numbers.

use anyhow::{Result, bail};
use tr::tr;

use super::identity::Names;
use super::pass::Pass;
use super::style::{Line, Looks, Style, line};
use super::{company, markdown, matrix, screen};
use crate::course::LessonFile;
use crate::lesson::{Part, Step};
use crate::machine::Machine;
use crate::walk::Walk;

/// Size of the terminal.
const COLUMNS: usize = 80;
const ROWS: usize = 24;

/// Plays a lesson to the end of a step, and returns what the terminal then
/// shows. An error if the lesson was not as in the book.
pub fn last_screen(
    file: &LessonFile,
    machine: Machine,
    step: &Step,
) -> Result<Vec<Line>> {
    let mut pass = Pass::new(Walk::begin(file, machine)?);
    for earlier in &file.lesson.steps[..step.number - 1] {
        play(&mut pass, earlier)?;
    }
    pass.before = pass.now();
    let outputs = play(&mut pass, step)?;
    let names = Names::new(&file.lesson);
    let mut lines = shown(step, &outputs, &names);
    lines.extend(state(&pass, &names));
    let keys = screen::keys(&tr!("next step"), None, COLUMNS);
    Ok(last_page(lines, keys))
}

/// Plays a step, and returns the normalised outputs.
fn play(pass: &mut Pass, step: &Step) -> Result<Vec<(String, u8)>> {
    let mut outputs = Vec::new();
    for _ in step.commands() {
        let Some(run) = pass.walk.run_next()? else {
            break;
        };
        if let Some(difference) = run.difference {
            bail!("{}", difference);
        }
        outputs.push((run.played.normal, run.played.status));
    }
    if let Some(difference) = pass.walk.facts_after(step).difference {
        bail!("{}", difference);
    }
    Ok(outputs)
}

/// Returns the parts of a step, a free line below each.
fn shown(step: &Step, outputs: &[(String, u8)], names: &Names) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut outputs = outputs.iter();
    for part in &step.parts {
        match part {
            Part::Prose(text) | Part::Question(text) => {
                lines.extend(prose(text));
            }
            Part::EndOfAnswer => continue,
            Part::Program(program) => lines.extend(screen::program(program)),
            Part::Figure(text) => {
                let text = markdown::figure(text);
                lines.extend(text.map(|text| line(text, Style::PLAIN)));
            }
            Part::Block(commands) => {
                for (command, (output, status)) in
                    commands.iter().zip(&mut outputs)
                {
                    lines.extend(screen::command(command, names));
                    lines.extend(names.coloured(output));
                    if *status != 0 {
                        lines
                            .push(line(format!("[exit {status}]"), Style::DIM));
                    }
                }
            }
        }
        lines.push(Line::default());
    }
    lines
}

/// Returns the kernel's side after a step, and its changes.
fn state(pass: &Pass, names: &Names) -> Vec<Line> {
    let now = pass.now();
    let mut lines = matrix::matrix(&now.matrix, &pass.before.matrix, names);
    lines.push(Line::default());
    let before = &pass.before.interfaces;
    let changes = now.interfaces.changes_since(before, names);
    if !changes.is_empty() {
        lines.extend(changes);
        lines.push(Line::default());
    }
    let before = &pass.before.scene;
    let sentences = company::sentences(&now.scene, before, COLUMNS);
    if !sentences.is_empty() {
        lines.extend(sentences);
        lines.push(Line::default());
    }
    lines
}

/// Returns the lines of a paragraph; emphasis and code are bold.
fn prose(markdown: &str) -> Vec<Line> {
    let text = markdown::prose(markdown, COLUMNS, Looks::Mono);
    let mut bold = false;
    text.lines()
        .map(|text| {
            let mut shown = Line::default();
            for (n, words) in text.split("\x1b[").enumerate() {
                let code = words.split_once('m').filter(|_| n > 0);
                let words = code.map_or(words, |(_, words)| words);
                match code {
                    Some(("1", _)) => bold = true,
                    Some(("22", _)) => bold = false,
                    _ => {}
                }
                let style = if bold { Style::BOLD } else { Style::PLAIN };
                shown.push(words, style);
            }
            shown
        })
        .collect()
}

/// Keeps the lines that fit above the keys, from the beginning of a paragraph
/// or a block on.
fn last_page(lines: Vec<Line>, keys: Line) -> Vec<Line> {
    let cut = lines.len().saturating_sub(ROWS - 1);
    let is_free = |line: &Line| line.text().is_empty();
    let mut page = lines;
    if cut > 0 {
        let rest = page.into_iter().skip(cut - 1);
        let rest = rest.skip_while(|line| !is_free(line));
        page = rest.skip_while(is_free).collect();
    }
    page.push(keys);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lines: usize, free: &[usize]) -> Vec<String> {
        let text = |n| {
            if free.contains(&n) {
                String::new()
            } else {
                n.to_string()
            }
        };
        let lines = (0..lines).map(|n| line(text(n), Style::PLAIN)).collect();
        let page = last_page(lines, line("keys", Style::DIM));
        page.iter().map(Line::text).collect()
    }

    #[test]
    fn a_page_ends_with_the_keys_and_fits() {
        let page = page(ROWS - 1, &[]);
        assert_eq!(page.len(), ROWS);
        assert_eq!((&*page[0], &*page[ROWS - 1]), ("0", "keys"));
    }

    #[test]
    fn a_page_begins_with_a_whole_paragraph() {
        assert_eq!(page(ROWS, &[0])[0], "1");
        assert_eq!(page(ROWS, &[3, 4])[0], "5");
    }

    #[test]
    fn marks_of_prose_become_styles() {
        let lines = prose("a **b\nc** d");
        let bold = lines[0].styled();
        assert_eq!(bold, [("b c", Style::BOLD)]);
        assert_eq!(lines[0].text(), "a b c d");
    }
}
