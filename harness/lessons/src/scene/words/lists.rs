//! Lists of names and of namespaces.

use protocol::Kind;
use tr::tr;

use crate::labels::Label;

/// Joins words to a list: `a, b and c`.
pub fn list<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().into(),
        [some @ .., last] => {
            let some = enumerated(some);
            let last = last.as_ref();
            tr!("{some} and {last}", some = some, last = last)
        }
    }
}

/// Joins words without a word between the last two: `a, b, c`.
pub fn enumerated<T: AsRef<str>>(words: &[T]) -> String {
    let mut all = String::new();
    for word in words.iter().map(AsRef::as_ref) {
        if all.is_empty() {
            all = word.into();
        } else {
            all = tr!("{some}, {next}", some = all, next = word);
        }
    }
    all
}

/// Names a namespace by its type and its label: `net A`, `initial net`.
pub fn namespace(kind: Kind, label: Option<Label>) -> String {
    match label {
        Some(Label::Initial) => {
            let kind = kind.name();
            tr!("initial {kind}", kind = kind)
        }
        Some(label) => format!("{kind} {label}"),
        None => {
            let kind = kind.name();
            tr!("unknown {kind}", kind = kind)
        }
    }
}

/// Names the network namespace with a label as snapshots do: `net initial`.
pub fn net(label: Option<Label>) -> String {
    match label {
        Some(label) => format!("net {label}"),
        None => tr!("another net"),
    }
}
