//! The lines of the lessons that are on some kernels only.

use reader::lesson::{Command, Mark, Marked};
use tr::tr;

use super::course_text::CourseText;

/// Returns the table of all marks that name a kernel.
pub(super) fn table(course: &CourseText) -> String {
    let mut lines = vec![
        format!(
            "| {} | {} | {} |",
            tr!("Kernel"),
            tr!("Step"),
            tr!("What is printed")
        ),
        "|---|---|---|".to_owned(),
    ];
    for chapter in &course.chapters {
        for step in &chapter.lesson.steps {
            for command in step.commands() {
                let marks = command.marks.iter();
                let is_about_a_kernel = |it: &&Mark| {
                    it.when.tool().is_none() && !it.when.is_about_stages()
                };
                for mark in marks.filter(is_about_a_kernel) {
                    lines.push(format!(
                        "| `{}` | {} | `{}` |",
                        mark.when,
                        chapter.link_to(step),
                        marked(command, mark)
                    ));
                }
            }
        }
    }
    lines.join("\n")
}

fn marked(command: &Command, mark: &Mark) -> String {
    match mark.what {
        Marked::Line(place) => command.expected[place].text().to_owned(),
        Marked::Status(status) => format!("[exit {status}]"),
    }
}
