//! The type of namespaces about which a class predicts wrong most often.

use tr::tr;

use super::reports::Reports;
use crate::exercise::predictions::{count, direction};
use crate::exercise::show::wrapped;
use crate::prediction::{Tally, rules};

/// Returns the sentence about the predictions; nothing if nobody has made any.
pub(super) fn sentence(reports: &Reports) -> String {
    let mut sum = Tally::default();
    let mut students = 0_usize;
    for report in reports.by_student.values() {
        sum.add(&report.predictions);
        students += usize::from(report.predictions.questions > 0);
    }
    if students == 0 {
        return String::new();
    }
    let mut text = count(&sum);
    if let Some((kind, wrong)) = sum.worst().first().copied() {
        let wrongs = wrong.count();
        let direction = direction(wrong);
        let students = tr!("1 student" | "{n} students" % students);
        let [chapter, step] = [rules::CHAPTER as usize, rules::step(kind)];
        text.push(' ');
        text += &tr!(
            "Most-missed prediction of {students}: {kind}, {wrongs} times, \
             {direction}. Chapter {chapter}, step {step}, shows it.",
            students,
            kind,
            wrongs,
            direction,
            chapter,
            step
        );
    }
    wrapped(&text, "") + "\n"
}
