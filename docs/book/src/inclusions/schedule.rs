//! The schedule: minutes of each lesson and its exercises.

use tr::tr;

use super::course_text::CourseText;

/// Returns the table, with the sums in its last row.
pub(super) fn table(course: &CourseText) -> String {
    let mut lines = vec![
        format!(
            "| {} | {} | {} | {} |",
            tr!("Chapter"),
            tr!("Lesson, minutes"),
            tr!("Exercises, minutes"),
            tr!("Together")
        ),
        "|---|--:|---|--:|".to_owned(),
    ];
    let mut lessons = 0;
    let mut exercises = 0;
    for chapter in &course.chapters {
        let lesson = chapter.lesson.minutes.unwrap_or_default();
        let sum: u32 = chapter.exercises.iter().sum();
        let each = chapter.exercises.iter().zip(1..);
        let each = each.map(|(minutes, exercise): (&u32, u32)| {
            format!("{}.{exercise}: {minutes}", chapter.number)
        });
        let each: Vec<_> = each.collect();
        let title = format!("{} {}", chapter.number, chapter.lesson.title);
        lines.push(format!(
            "| {} | {lesson} | {} | {} |",
            chapter.link(&title),
            each.join(", "),
            lesson + sum
        ));
        lessons += lesson;
        exercises += sum;
    }
    lines.push(format!(
        "| {} | {lessons} | {exercises} | {} |",
        tr!("All"),
        lessons + exercises
    ));
    lines.join("\n")
}
