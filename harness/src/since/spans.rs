//! Neighbouring kernels with the same answer.

use std::fmt::Write;

use anyhow::Result;
use serde_json::{Value, json};
use tr::tr;

use super::answer::{AnswerEnd, KernelAnswer};
use super::release::{self, Since};
use crate::lesson::Version;

/// The answer of one kernel.
#[derive(Clone, Debug)]
pub struct Told {
    /// Release of the kernel, such as `6.12.117+deb12-cloud-amd64`.
    pub kernel: String,
    /// The answer.
    pub answer: KernelAnswer,
}

/// Kernels with the same answer, one after the other.
pub struct Span<'a>(&'a [Told]);

/// Cuts kernels, the newest last, into spans.
pub fn spans(all: &[Told]) -> Vec<Span<'_>> {
    all.chunk_by(|a, b| a.answer == b.answer)
        .map(Span)
        .collect()
}

impl Span<'_> {
    /// Returns the common answer.
    pub fn answer(&self) -> &KernelAnswer {
        &self.0[0].answer
    }

    /// Returns the release of the oldest kernel.
    pub fn first(&self) -> Result<Version> {
        release::of_kernel(&self.0[0].kernel)
    }

    /// Returns the release of the newest kernel.
    pub fn last(&self) -> Result<Version> {
        release::of_kernel(&self.0[self.0.len() - 1].kernel)
    }
}

/// Returns all spans as text: a heading, and below it the answer.
pub fn text(all: &[Told]) -> String {
    let names = Names::of(all);
    let spans = spans(all);
    let mut text = String::new();
    for (index, span) in spans.iter().enumerate() {
        let before = index.checked_sub(1).map(|it| &spans[it]);
        let is_last = index + 1 == spans.len();
        let _ = writeln!(text, "{}", heading(&names, before, span, is_last));
        for line in span.answer().lines() {
            let _ = writeln!(text, "{}", format!("    {line}").trim_end());
        }
    }
    text
}

/// Returns the heading of a span: `6.1 to 6.18`, `since 6.19`.
fn heading(
    names: &Names,
    before: Option<&Span<'_>>,
    span: &Span<'_>,
    is_last: bool,
) -> String {
    let first = names.name(span.0.first());
    let last = names.name(span.0.last());
    let answered = !matches!(span.answer().end, AnswerEnd::Broken { .. });
    let heading = if is_last && answered && before.is_some() {
        tr!("since {release}", release = &first)
    } else if first == last {
        first.clone()
    } else {
        tr!("{oldest} to {newest}", oldest = &first, newest = last)
    };
    match before.filter(|before| leaves_a_gap(before, span)) {
        Some(before) => tr!(
            "{heading} (none between {before} and {first} was asked)",
            heading,
            before = names.name(before.0.last()),
            first
        ),
        None => heading,
    }
}

/// Returns whether a release came between two spans, and was not asked.
fn leaves_a_gap(before: &Span<'_>, now: &Span<'_>) -> bool {
    let both = [before.last(), now.first()];
    match both {
        [Ok(before), Ok(now)] => {
            before != now && !Since::between(before, now).is_exact()
        }
        _ => false,
    }
}

/// Returns all spans as JSON.
pub fn json(all: &[Told]) -> Value {
    let spans = spans(all).into_iter().map(|span| {
        let kernels = span.0.iter().map(|it| it.kernel.as_str());
        let answer = span.answer();
        let (status, late, broken) = match &answer.end {
            AnswerEnd::Status(status) => (Some(status), false, None),
            AnswerEnd::Late(_) => (None, true, None),
            AnswerEnd::Broken { why, .. } => (None, false, Some(why)),
        };
        json!({
            "kernels": kernels.collect::<Vec<_>>(),
            "output": String::from_utf8_lossy(&answer.output),
            "status": status,
            "late": late,
            "broken": broken,
        })
    });
    spans.collect()
}

/// The names of the kernels: two numbers, or the whole release if two kernels
/// have the same two.
struct Names {
    short: bool,
}

impl Names {
    fn of(all: &[Told]) -> Self {
        let short = all.iter().map(|it| release::of_kernel(&it.kernel).ok());
        let mut short: Vec<_> = short.collect();
        short.dedup();
        let all_differ = short.len() == all.len();
        Self {
            short: all_differ && short.iter().all(Option::is_some),
        }
    }

    fn name(&self, told: Option<&Told>) -> String {
        let name = told.map_or("", |it| &it.kernel);
        match release::of_kernel(name) {
            Ok(release) if self.short => release.to_string(),
            _ => name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::tests::answer;
    use super::*;

    fn told(all: &[(&str, KernelAnswer)]) -> Vec<Told> {
        let told = all.iter().map(|(kernel, answer)| Told {
            kernel: format!("{kernel}.5+deb13-cloud-amd64"),
            answer: answer.clone(),
        });
        told.collect()
    }

    #[test]
    fn kernels_with_the_same_answer_stand_together() {
        let old = || answer("ENOSYS\n", 1);
        let new = || answer("9 ids\n", 0);
        let all = told(&[
            ("6.17", old()),
            ("6.18", old()),
            ("6.19", new()),
            ("7.0", new()),
        ]);
        insta::assert_snapshot!(text(&all), @r"
        6.17 to 6.18
            ENOSYS
            [exit 1]
        since 6.19
            9 ids
        ");
        insta::assert_snapshot!(text(&all[2..]), @r"
        6.19 to 7.0
            9 ids
        ");
    }

    #[test]
    fn releases_that_nobody_asked_are_named_and_so_is_a_broken_machine() {
        let all = told(&[
            ("6.1", answer("a\n", 0)),
            ("6.12", answer("b\n", 0)),
            (
                "6.13",
                KernelAnswer::broken("the machine panicked".into(), 70),
            ),
            ("6.14", answer("b\n", 0)),
            ("6.15", answer("a\n", 0)),
        ]);
        insta::assert_snapshot!(text(&all), @r"
        6.1
            a
        6.12 (none between 6.1 and 6.12 was asked)
            b
        6.13
            NOT ANSWERED: the machine panicked
        6.14
            b
        since 6.15
            a
        ");
    }

    #[test]
    fn two_kernels_of_one_release_keep_their_whole_names() {
        let mut all =
            told(&[("6.1", answer("a\n", 0)), ("6.1", answer("b\n", 0))]);
        all[1].kernel = "6.1.0-57".into();
        insta::assert_snapshot!(text(&all), @r"
        6.1.5+deb13-cloud-amd64
            a
        since 6.1.0-57
            b
        ");
    }

    #[test]
    fn the_same_is_there_for_programs() {
        let all = told(&[
            ("6.18", answer("a\n", 1)),
            ("6.19", KernelAnswer::broken("gone".into(), 70)),
        ]);
        let json = json(&all);
        assert_eq!(json[0]["kernels"][0], "6.18.5+deb13-cloud-amd64");
        assert_eq!(json[0]["status"], 1);
        assert_eq!(json[0]["output"], "a\n");
        assert_eq!(json[1]["broken"], "gone");
        assert!(json[1]["status"].is_null());
    }
}
