//! Predictions of a learner, in words: how many were right, and which types the
//! learner tends to get wrong.

use protocol::Kind;
use tr::tr;

use super::show;
use crate::prediction::{Tally, Wrong, rules};
use crate::predictions::Predictions;

/// Types that are named, at most.
const MOST_TYPES: usize = 3;

/// Places that are named for a type, at most.
const MOST_PLACES: usize = 5;

/// Returns the predictions in words, with the step that shows each type.
pub fn summary(predictions: &Predictions) -> String {
    let tally = predictions.tally();
    if tally.questions == 0 {
        let none = tr!(
            "Predictions: none yet. just chapter 3 --predict asks what a \
             command will change, before it runs."
        );
        return show::wrapped(&none, "");
    }
    let mut text = count(&tally) + "\n";
    for (kind, wrong) in tally.worst().into_iter().take(MOST_TYPES) {
        let places: Vec<_> = predictions.wrong_about(kind).collect();
        text.push('\n');
        text += &missed(kind, wrong, &tally, &places);
    }
    text
}

/// Returns the sentence about how many predictions were right.
pub fn count(tally: &Tally) -> String {
    let right = tally.right();
    let all = tally.all();
    let questions =
        tr!("1 question" | "{n} questions" % tally.questions as usize);
    tr!(
        "Predictions: {right} of {all} right, in {questions}.",
        right,
        all,
        questions
    )
}

/// Returns the sentence about the direction of wrong predictions.
pub fn direction(wrong: Wrong) -> String {
    match wrong.said_differs.cmp(&wrong.said_same) {
        std::cmp::Ordering::Greater => {
            tr!("it differs less often than predicted")
        }
        std::cmp::Ordering::Less => {
            tr!("it differs more often than predicted")
        }
        std::cmp::Ordering::Equal => tr!("both ways"),
    }
}

/// Returns the lines about a type.
fn missed(kind: Kind, wrong: Wrong, tally: &Tally, places: &[&str]) -> String {
    let some = places.len().min(MOST_PLACES);
    let mut named = places[..some].join(", ");
    if some < places.len() {
        named += ", ...";
    }
    let wrongs = wrong.count();
    let questions = tally.questions;
    let direction = direction(wrong);
    let [chapter, step] = [rules::CHAPTER as usize, rules::step(kind)];
    let page = rules::man_page(kind);
    let text = tr!(
        "{kind}: wrong in {wrongs} of {questions}, {direction} (steps \
         {named}). Chapter {chapter}, step {step}, shows it; {page} has the \
         rules.",
        kind,
        wrongs,
        questions,
        direction,
        named,
        chapter,
        step,
        page
    );
    show::wrapped(&text, "  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predictions(json: &str) -> Predictions {
        let text = format!(r#"{{"version":1,"steps":{{{json}}}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn what_is_often_wrong_is_told_with_the_steps_and_the_way_to_go_on() {
        let text = summary(&predictions(
            r#""3.1":{"web":{"said":["net","pid"],"kernel":["net"]}},
               "3.3":{"web":{"said":["pid"],"kernel":["uts"]}}"#,
        ));
        insta::assert_snapshot!(text, @r"
        Predictions: 13 of 16 right, in 2 questions.

          pid: wrong in 2 of 2, it differs less often than predicted (steps 3.1, 3.3).
          Chapter 2, step 2, shows it; pid_namespaces(7) has the rules.

          uts: wrong in 1 of 2, it differs more often than predicted (steps 3.3).
          Chapter 2, step 1, shows it; uts_namespaces(7) has the rules.
        ");
    }

    #[test]
    fn who_has_predicted_nothing_is_told_how() {
        let text = summary(&Predictions::default());
        assert!(text.contains("just chapter 3 --predict"), "{text}");
    }

    #[test]
    fn who_is_always_right_is_told_only_that() {
        let text = summary(&predictions(
            r#""3.1":{"web":{"said":["net"],"kernel":["net"]}}"#,
        ));
        assert_eq!(text, "Predictions: 8 of 8 right, in 1 question.\n");
    }
}
