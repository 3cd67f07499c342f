//! Blocks of a step, and the titles of steps in headings.

use anyhow::{Context, Result, bail};
use reader::lesson::{Command, Part};

use super::course_text::CourseText;
use crate::console;

/// Beginning of a heading that is a link.
pub(super) const HEADING: &str = "### [";

/// Returns the blocks of the step at a place, below each other, and a link to
/// the step.
pub(super) fn blocks(course: &CourseText, place: &str) -> Result<String> {
    let (path, which) = match place.split_once(' ') {
        Some((path, number)) => (path, Some(number.parse::<usize>()?)),
        None => (place, None),
    };
    let unknown = || format!("{place}: there is no such step");
    let (folder, slug) = path.split_once('#').with_context(unknown)?;
    let folder = folder.strip_prefix("chapters/").with_context(unknown)?;
    let chapter = course.in_folder(folder).with_context(unknown)?;
    let step = chapter.step(slug).with_context(unknown)?;
    let name = format!("{}.{}", chapter.number, step.number);
    let all = step.parts.iter().filter_map(commands);
    let chosen: Vec<_> = match which {
        Some(number) => all.skip(number - 1).take(1).collect(),
        None => all.collect(),
    };
    if chosen.is_empty() {
        bail!("{place}: there is no such block");
    }
    let blocks = chosen.iter().map(|it| console::block(&name, it));
    let blocks: Vec<_> = blocks.collect();
    Ok(format!("{}\n{}", blocks.join("\n"), chapter.link_to(step)))
}

fn commands(part: &Part) -> Option<&[Command]> {
    match part {
        Part::Block(commands) => Some(commands),
        _ => None,
    }
}

/// Returns a line in which a heading that is a link to a step, `### [3.2](...)`,
/// also has the step's title.
pub(super) fn with_title(course: &CourseText, line: &str) -> Result<String> {
    let Some(rest) = line.strip_prefix(HEADING) else {
        return Ok(line.to_owned());
    };
    let titled = || {
        let (_, rest) = rest.split_once("](../../chapters/")?;
        let (folder, rest) = rest.split_once("/README.md#")?;
        let (slug, rest) = rest.split_once(')')?;
        let chapter = course.in_folder(folder)?;
        let link = chapter.link_to(chapter.step(slug)?);
        Some(format!("### {link}{rest}"))
    };
    titled().with_context(|| format!("{line}: no link to a step"))
}
