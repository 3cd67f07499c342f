//! The page with the exercises of a chapter. Hints are behind a click; the
//! solutions are not there.

use anyhow::Result;
use language::Catalogue;
use reader::course::Chapter;
use tr::tr;

use super::names;
use super::page::Page;
use crate::edition::Edition;
use crate::exercises::{self, Exercise};
use crate::{domains, terminal_text};

/// Returns the page; `None` for a chapter without exercises.
pub(super) fn page(
    edition: &Edition,
    chapter: &Chapter,
) -> Result<Option<Page>> {
    let number = chapter.number;
    let exercises = exercises::of_chapter(chapter)?;
    let catalogue = edition.catalogue(&domains::of_chapter(number))?;
    let title = tr!("Exercises of chapter {n}", n = number);
    let intro = tr!(
        "Each exercise has a machine of its own. A check looks at what the \
         kernel holds, not at what your program prints."
    );
    let back = tr!("The lesson comes first");
    let lesson = names::of_lesson(number);
    let mut text = format!(
        "# {title}\n\n{intro}\n\n\
         <p><a href=\"{lesson}.html\">{back}</a></p>\n"
    );
    for exercise in &exercises {
        text.push_str(&of_exercise(number, exercise, &catalogue));
        if let Some(starter) = exercise.starter()? {
            text.push_str(&of_starter(&starter));
        } else if edition.is_live {
            text.push_str(&place_of_machine(number, exercise));
        }
    }
    Ok((!exercises.is_empty()).then(|| Page {
        name: names::of_exercises(number),
        title,
        text,
        chapter: Some(number),
        is_below: true,
        source: edition.relative(&chapter.folder.join("exercise")).into(),
    }))
}

fn of_exercise(
    chapter: u32,
    exercise: &Exercise,
    catalogue: &Catalogue,
) -> String {
    let number = format!("{chapter}.{}", exercise.number);
    let words = |text: &str| {
        let text = text.trim_end_matches('\n');
        catalogue.translate(text).to_owned()
    };
    let title = terminal_text::inline(&words(&exercise.title));
    let mut text = format!(
        "\n## {number} {title} {{#exercise-{}}}\n\n\
         <p class=\"minutes\">{} · {}</p>\n\n{}\n",
        exercise.number,
        kind(&exercise.kind),
        tr!("about {n} minutes", n = exercise.minutes),
        terminal_text::blocks(&words(&exercise.asks)),
    );
    text.push_str(&format!("<p>{}</p>\n", how(&number)));
    for (place, hint) in exercise.hints.iter().enumerate() {
        text.push_str(&format!(
            "<details class=\"hint\"><summary>{}</summary>\n{}</details>\n",
            tr!("Hint {n}", n = place + 1),
            terminal_text::blocks(&words(hint)),
        ));
    }
    text
}

/// Returns the program that a learner begins with, and how to go on.
fn of_starter(starter: &str) -> String {
    let title = tr!("The program to begin with");
    let how = tr!(
        "Programs are built and graded on your own computer, not in this page."
    );
    format!(
        "<details class=\"starter\"><summary>{title}</summary>\n\n\
         ```rust\n{starter}```\n\n{how}\n\n</details>\n"
    )
}

/// Returns the place where the page's script puts a machine to look around in.
fn place_of_machine(chapter: u32, exercise: &Exercise) -> String {
    let why = tr!("There is no machine here: scripts are switched off.");
    format!(
        "<div class=\"live live-exercise\" data-exercise=\"{chapter}.{}\">\
         <noscript><p>{why}</p></noscript></div>\n",
        exercise.number
    )
}

fn kind(kind: &str) -> String {
    match kind {
        "write" => tr!("write a program"),
        "repair" => tr!("repair a program"),
        _ => tr!("find out"),
    }
}

fn how(number: &str) -> String {
    let begin = format!("<code>just exercise {number}</code>");
    let check = format!("<code>just check {number}</code>");
    tr!(
        "Begin with {begin}, and grade with {check}.",
        begin = begin,
        check = check
    )
}
