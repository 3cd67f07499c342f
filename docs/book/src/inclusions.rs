//! Parts of a page that come from the lessons. A comment of the page's file says
//! which, in a line of its own:
//!
//! ```text
//! <!-- step: chapters/03-set-ns#one-of-eight -->     all console blocks of a step
//! <!-- step: chapters/03-set-ns#one-of-eight 2 -->   its second block
//! <!-- cheat-sheet -->    the rows of all lessons
//! <!-- schedule -->       minutes of lessons and exercises
//! <!-- marks -->          lines that depend on the kernel
//! <!-- no claim -->       nothing: the text above says nothing about behaviour
//! ```
//!
//! # Layout
//!
//! * here: finds the comments
//! * [`course_text`]: the lessons in the language of an edition
//! * `steps`: blocks of a step; titles of steps in headings
//! * [`cheat_sheet`], `schedule`, `marks`: tables

pub mod cheat_sheet;
pub mod course_text;
mod marks;
mod schedule;
mod steps;

use anyhow::{Result, bail};

use crate::edition::Edition;
use course_text::CourseText;

/// Returns a page's text with everything that its comments ask for.
///
/// # Errors
///
/// A comment is not of these, or names a step that does not exist.
pub fn expanded(edition: &Edition, text: &str) -> Result<String> {
    if !text.contains("<!--") && !text.contains(steps::HEADING) {
        return Ok(text.to_owned());
    }
    let course = CourseText::read(edition)?;
    let mut written = String::with_capacity(text.len());
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        let wanted = comment(line).filter(|_| !fenced);
        match wanted {
            Some(wanted) => written.push_str(&included(&course, wanted)?),
            None if fenced => written.push_str(line),
            None => written.push_str(&steps::with_title(&course, line)?),
        }
        written.push('\n');
    }
    Ok(written)
}

/// Returns the words of a comment that fills its line.
fn comment(line: &str) -> Option<&str> {
    let words = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?;
    Some(words.trim())
}

fn included(course: &CourseText, wanted: &str) -> Result<String> {
    if let Some(place) = wanted.strip_prefix("step:") {
        return steps::blocks(course, place.trim());
    }
    Ok(match wanted {
        "cheat-sheet" => cheat_sheet::table(course),
        "schedule" => schedule::table(course),
        "marks" => marks::table(course),
        "no claim" => String::new(),
        _ => bail!("<!-- {wanted} --> asks for nothing that there is"),
    })
}
