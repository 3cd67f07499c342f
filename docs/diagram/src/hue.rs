//! The colour of a namespace: that of its letter.

use lessons::labels::Label;

/// Returns the class of what belongs to a namespace: one of six colours.
pub fn hue(label: Option<Label>) -> String {
    match label {
        Some(Label::Letter(number)) => format!("hue{}", number % 6),
        Some(Label::Initial) => "initial".into(),
        None => "unknown".into(),
    }
}
