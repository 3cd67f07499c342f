//! Pictures of what the kernel held after a step, drawn from its snapshot.

use anyhow::Result;

/// Style of all pictures: colours for light and dark pages.
///
/// A page that shows a picture includes this text once.
pub const STYLE: &str = include_str!("diagram.css");

/// Draws the state after a step as an HTML figure in one line, for the middle
/// of a page. `before` is the snapshot of the step before; it is `None` at the
/// first step of a lesson.
///
/// # Errors
///
/// A snapshot is not in the format of [`reader::snapshot_text`].
pub fn of_step(before: Option<&str>, now: &str) -> Result<String> {
    if before == Some(now) {
        return Ok("<figure class=\"scene\"></figure>".into());
    }
    let text = now.replace('&', "&amp;").replace('<', "&lt;");
    let text = text.replace('\n', "&#10;");
    Ok(format!(
        "<figure class=\"scene\"><pre>{text}</pre></figure>"
    ))
}
