//! What a command and a step are told as: compared with the book.

use lessons::compare;
use lessons::lesson::{Command, Step, Versions};
use lessons::playing::{Misfit, Playing};
use lessons::scene::cell;
use lessons::snapshot_text::{self, Matrix};
use protocol::Kind;

use crate::book::Book;
use crate::news::{News, Ran, Row};

/// A command of the lesson that has ended in the machine.
#[derive(Debug)]
pub struct Ended {
    /// Index of the command in the lesson.
    pub command: usize,
    /// Prompt of the shell that waits; `None` if the terminal is closed.
    pub prompt: Option<String>,
    /// Bytes that the terminal printed.
    pub printed: Vec<u8>,
    /// Exit status.
    pub status: u8,
    /// Whether the person has run something of their own before.
    pub own: bool,
    /// The matrix before the command.
    pub before: Matrix,
}

/// Compares a command with the book.
///
/// # Errors
///
/// Its output cannot be compared.
pub fn command(
    book: &Book,
    command: &Command,
    ended: &Ended,
    playing: &mut Playing,
    versions: &Versions,
) -> Result<News, Misfit> {
    let printed = String::from_utf8_lossy(&ended.printed);
    let shown = playing.normal(command, &printed)?;
    let status = ended.status;
    let compared =
        compare::output(&book.path, command, versions, &shown, status);
    let mut questions = book.questions.iter();
    let question = questions.find(|it| it.command == ended.command);
    let after = Matrix::new(playing.facts(), playing.namer());
    let answer = question.and_then(|it| it.answer(&ended.before, &after));
    Ok(News::Ran(Ran {
        step: book.step_of(ended.command).map_or(0, |step| step.number),
        command: ended.command,
        terminal: command.terminal.clone(),
        prompt: ended.prompt.clone(),
        same: compared.is_ok(),
        shown,
        status,
        difference: compared.err().map(|it| it.to_string()),
        own: ended.own,
        answer: answer.map(Into::into),
    }))
}

/// Compares the facts after a step with its snapshot.
pub fn step(
    book: &Book,
    step: &Step,
    facts: &str,
    versions: &Versions,
    own: bool,
) -> News {
    let expected = book.snapshot(step).unwrap_or_default();
    let name = compare::snapshots::file_name(step);
    let path = book.path.with_file_name("snapshots").join(name);
    let compared = compare::snapshot(&path, expected, versions, facts);
    News::Step {
        step: step.number,
        same: compared.is_ok(),
        difference: compared.err().map(|it| it.to_string()),
        own,
    }
}

/// Tells the state of the kernel. `before` is the text of the state at the end
/// of the step before.
pub fn kernel(step: usize, before: Option<&str>, playing: &Playing) -> News {
    let scene = snapshot_text::scene(playing.facts(), playing.namer());
    let rows = scene.members.iter().map(|member| {
        let cells = Kind::ALL
            .into_iter()
            .map(|kind| (kind.name(), cell(member.label(kind))));
        Row {
            name: member.name.clone(),
            cells: cells.collect(),
        }
    });
    let matrix = rows.collect();
    let before = before.and_then(|text| text.parse().ok());
    let changes = lessons::scene::words::describe(before.as_ref(), &scene).news;
    News::Kernel {
        step,
        matrix,
        figure: diagram::of_scenes(before.as_ref(), &scene),
        changes,
    }
}
