//! Lines about a prediction: the question, the choice, and the kernel's answer.

use protocol::Kind;
use textwrap::core::display_width;
use tr::tr;

use super::choice::Choice;
use super::style::{Line, Style, line};
use crate::prediction::{Prediction, Question, Types, rules};
use crate::snapshot_text::Matrix;
use crate::terminal::columns::padded;
use language::wrap;

/// Place in the course: a chapter, if the lesson is one, and a step.
type Here = (Option<u32>, usize);

/// Returns the question in words.
pub fn question(question: &Question, before: &Matrix) -> String {
    let Question {
        process,
        shell,
        is_shell,
        ..
    } = question;
    let known = before.rows.iter().any(|row| row.name == *process);
    if known {
        return tr!(
            "Predict: this command starts {process} anew. Which of its eight \
             namespaces will be others than before?",
            process
        );
    }
    if *is_shell {
        return tr!(
            "Predict: this command starts the shell {process}. Which of its \
             eight namespaces will be others than those of {shell}, the shell \
             you type in?",
            process,
            shell
        );
    }
    tr!(
        "Predict: this command starts the process {process}. Which of its \
         eight namespaces will be others than those of {shell}, the shell you \
         type in?",
        process,
        shell
    )
}

/// Returns the types, each with its number, on as few lines as possible.
pub fn types(width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut text = String::new();
    for (number, kind) in (1..).zip(Kind::ALL) {
        let item = format!("  {number} {kind} ");
        if text.len() + item.len() > width {
            lines.push(line(std::mem::take(&mut text), Style::PLAIN));
        }
        text += &item;
    }
    lines.push(line(text, Style::PLAIN));
    lines
}

/// Returns the line with the choice so far and the keys. Keys for which there
/// is no room are left out.
pub fn choosing(choice: Choice, width: usize) -> Line {
    let (words, mut keys) = match choice.answer() {
        None => (
            tr!("Press the numbers, or 0 for none of them"),
            vec![tr!("s skip"), tr!("? explain")],
        ),
        Some(types) => (
            you_say(types),
            vec![tr!("Enter answer and run"), tr!("s skip"), tr!("? explain")],
        ),
    };
    loop {
        let mut line = line(&words, Style::BOLD);
        for key in &keys {
            line.push(format!(" · {key}"), Style::DIM);
        }
        if keys.is_empty() || display_width(&line.text()) < width {
            return line;
        }
        keys.pop();
    }
}

/// Returns the line with the final choice.
pub fn said(types: Types) -> Line {
    line(you_say(types), Style::PLAIN)
}

fn you_say(types: Types) -> String {
    let names: Vec<_> = types.iter().map(Kind::name).collect();
    let names = names.join(", ");
    match names.as_str() {
        "" => tr!("You say: none"),
        _ => tr!("You say: {names}", names),
    }
}

/// Returns what the types are, and what the question means.
pub fn explanation(width: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = (1..)
        .zip(Kind::ALL)
        .map(|(number, kind)| {
            let question = rules::question(kind);
            line(format!("{number} {kind:<7} {question}"), Style::PLAIN)
        })
        .collect();
    lines.push(Line::default());
    let words = tr!(
        "A new process is a member of whatever its parent is a member of, but \
         for the types in which somebody asks for another namespace. Which \
         ones does this command ask for? A wrong answer costs nothing: you \
         see the kernel's beside it."
    );
    let words = wrap::wrapped(&words, width).into_iter();
    lines.extend(words.map(|text| line(text, Style::PLAIN)));
    lines
}

/// Returns the table of the prediction beside the kernel's answer.
pub fn table(prediction: Prediction, process: &str) -> Vec<Line> {
    let [you, kernel] = [tr!("you"), tr!("kernel")];
    let [same, differs] = [tr!("same"), tr!("differs")];
    let all = [&you, &kernel, &same, &differs];
    let width = all.map(|word| display_width(word)).into_iter().max();
    let width = width.unwrap_or_default() + 2;
    let pad = |word: &str| padded(word, width);
    let word = |types: Types, kind| {
        pad(if types.contains(kind) {
            &differs
        } else {
            &same
        })
    };
    let heading = format!("  {:<8}{}{}", "", pad(&you), pad(&kernel));
    let mut lines = vec![
        line(tr!("Your prediction for {process}:", process), Style::BOLD),
        line(heading.trim_end(), Style::DIM),
    ];
    for kind in Kind::ALL {
        let is_right = prediction.is_right(kind);
        let (sign, verdict) = if is_right {
            ("✓", tr!("right"))
        } else {
            ("✗", tr!("wrong"))
        };
        let style = if is_right { Style::PLAIN } else { Style::BAD };
        let said = word(prediction.said, kind);
        let held = word(prediction.kernel, kind);
        let row = format!("{sign} {kind:<8}{said}{held}{verdict}");
        lines.push(line(row, style));
    }
    lines
}

/// Returns the rule of each type about which the prediction is wrong.
pub fn rules(prediction: Prediction, here: Here, width: usize) -> Vec<Line> {
    let wrong = prediction.wrong();
    if wrong == Types::default() {
        return vec![line(tr!("All eight are right."), Style::GOOD)];
    }
    let mut lines = Vec::new();
    for kind in wrong.iter() {
        let said = if prediction.said.contains(kind) {
            tr!("you said that it differs, and it is the same.")
        } else {
            tr!("you said that it is the same, and it differs.")
        };
        let rule = rules::rule(kind);
        let see = see(kind, here);
        let mut text = format!("✗ {kind}: {said}");
        for sentence in [rule, see] {
            text.push_str(wrap::between(&text, &sentence));
            text.push_str(&sentence);
        }
        lines.push(Line::default());
        let text = wrap::wrapped_with(&text, width, "  ").into_iter();
        lines.extend(text.map(|text| line(text, Style::PLAIN)));
    }
    lines
}

/// Returns where to read on about a type: the step that shows it, unless that
/// is the present one, and its man page.
fn see(kind: Kind, here: Here) -> String {
    let page = rules::man_page(kind);
    let chapter = rules::CHAPTER;
    let step = rules::step(kind);
    if here == (Some(chapter), step) {
        return tr!("See {page}.", page);
    }
    tr!(
        "See chapter {chapter}, step {step}, and {page}.",
        chapter,
        step,
        page
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types(kinds: &[Kind]) -> Types {
        Types::which(|kind| kinds.contains(&kind))
    }

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn the_table_says_right_and_wrong_with_a_sign_and_a_word() {
        let prediction = Prediction {
            said: types(&[Kind::Net, Kind::Pid]),
            kernel: types(&[Kind::Net, Kind::Uts]),
        };
        let lines = texts(&table(prediction, "web")).join("\n");
        insta::assert_snapshot!(lines, @r"
        Your prediction for web:
                  you      kernel
        ✓ cgroup  same     same     right
        ✓ ipc     same     same     right
        ✓ mnt     same     same     right
        ✓ net     differs  differs  right
        ✗ pid     differs  same     wrong
        ✓ time    same     same     right
        ✓ user    same     same     right
        ✗ uts     same     differs  wrong
        ");
    }

    #[test]
    fn each_wrong_type_has_its_rule_and_a_step_that_is_another_one() {
        let prediction = Prediction {
            said: types(&[Kind::Pid]),
            kernel: types(&[Kind::Uts]),
        };
        let text = |here| texts(&rules(prediction, here, 80)).join("\n");
        let elsewhere = text((Some(3), 2));
        let pid = "✗ pid: you said that it differs, and it is the same.";
        let uts = "✗ uts: you said that it is the same, and it differs.";
        assert!(elsewhere.contains(pid), "{elsewhere}");
        assert!(elsewhere.contains("pid_for_children"), "{elsewhere}");
        assert!(elsewhere.contains("chapter 2, step 2, and"), "{elsewhere}");
        assert!(elsewhere.contains(uts), "{elsewhere}");
        let here = text((Some(2), 2));
        assert!(!here.contains("chapter 2, step 2"), "{here}");
        assert!(here.contains("See pid_namespaces(7)."), "{here}");
        let right = Prediction {
            said: prediction.kernel,
            ..prediction
        };
        let lines = texts(&rules(right, (None, 1), 80));
        assert_eq!(lines, ["All eight are right."]);
    }

    #[test]
    fn the_choice_is_one_line_on_a_terminal_of_any_width() {
        let mut choice = Choice::default();
        let text = |choice, width| choosing(choice, width).text();
        assert_eq!(
            text(choice, 80),
            "Press the numbers, or 0 for none of them · s skip · ? explain"
        );
        for digit in '1'..='8' {
            let code = crossterm::event::KeyCode::Char(digit);
            choice.press(code.into());
        }
        assert_eq!(
            text(choice, 80),
            "You say: cgroup, ipc, mnt, net, pid, time, user, uts \
             · Enter answer and run"
        );
        assert!(!text(choice, 60).contains("Enter"));
    }

    #[test]
    fn the_types_and_the_rules_fit_on_a_narrow_terminal() {
        for width in [40, 80] {
            let all = Prediction {
                said: types(&Kind::ALL),
                kernel: Types::default(),
            };
            let mut lines = super::types(width);
            assert_eq!(lines.len(), 80 / width);
            lines.extend(rules(all, (Some(3), 1), width));
            for text in texts(&lines) {
                assert!(display_width(&text) <= width, "{text}");
            }
        }
    }

    #[test]
    fn the_explanation_fits_on_a_small_terminal() {
        let lines = texts(&explanation(80));
        assert!(lines.len() < 20);
        assert!(lines.iter().all(|line| display_width(line) <= 80));
    }
}
