//! The rules for a question, the likeliest first, as text of 80 columns.

use language::wrap;
use nix::errno::Errno;
use tr::tr;

use crate::call::Call;
use crate::errno;
use crate::question::Question;
use crate::rule::{Finding, Rule};
use crate::rules;
use crate::state::State;

/// Columns of the screen.
const WIDTH: usize = 80;

/// Lines of an explanation in a state.
const MOST_LINES: usize = 12;

/// A rule, and what a state says of it.
pub struct Answer {
    /// The rule.
    pub rule: &'static Rule,
    /// What the state says.
    pub finding: Finding,
}

/// Returns the rules that a question may be about, the likeliest first.
pub fn answers(question: &Question, state: &State) -> Vec<Answer> {
    let fitting = rules::all()
        .filter(|rule| question.is_about(rule) && rule.is_of(state.kernel));
    let mut answers: Vec<_> = fitting
        .map(|rule| Answer {
            finding: rule.find(state),
            rule,
        })
        .collect();
    let elsewhere = |answer: &Answer| {
        question
            .chapter
            .is_some_and(|it| it != answer.rule.step.chapter)
    };
    answers.sort_by_key(|answer| (rank(&answer.finding), elsewhere(answer)));
    answers
}

fn rank(finding: &Finding) -> u8 {
    match finding {
        Finding::Met(_) => 0,
        Finding::Open(_) => 1,
        Finding::Unmet(_) => 2,
    }
}

/// Explains a failure in a state, in at most [`MOST_LINES`] lines if possible.
/// `None` if there is no rule for it.
pub fn explain(question: &Question, state: &State) -> Option<String> {
    let answers = answers(question, state);
    let (first, others) = answers.split_first()?;
    let mut text = heading(question);
    text += &block(question, first);
    let mut rest = Vec::new();
    for answer in others {
        let lines = line(question, answer);
        let count = text.lines().count() + lines.lines().count();
        if count >= MOST_LINES || !rest.is_empty() {
            rest.push(answer);
        } else {
            text += &lines;
        }
    }
    text += &remainder(question, &rest);
    Some(text)
}

/// Lists all documented reasons for a failure, without a state. `None` if there
/// is no rule for it.
pub fn list(question: &Question) -> Option<String> {
    let answers = answers(question, &State::default());
    let blocks: String = answers
        .iter()
        .map(|answer| plain_block(question, answer))
        .collect();
    (!answers.is_empty()).then(|| heading(question) + &blocks)
}

/// Returns words for a failure that no rule is about.
pub fn no_rule(question: &Question) -> String {
    let pages = match question.call {
        Some(call) => format!("man 2 {call}; man 3 errno"),
        None => "man 3 errno".to_owned(),
    };
    wrapped(
        &tr!(
            "{failure}: no call of the course fails so by a rule of \
             namespaces. Read: {pages}",
            failure = failure(question),
            pages = pages
        ),
        "",
        "",
    )
}

/// Returns the failure in a line: `setns: EPERM, Operation not permitted`.
pub fn failure(question: &Question) -> String {
    let error = |errno: Errno| {
        format!("{}, {}", errno::name(errno), errno::message(errno))
    };
    match (question.call, question.errno) {
        (Some(call), Some(errno)) => format!("{call}: {}", error(errno)),
        (None, Some(errno)) => error(errno),
        (Some(call), None) => call.to_string(),
        (None, None) => String::new(),
    }
}

fn heading(question: &Question) -> String {
    let failure = failure(question);
    if failure.is_empty() {
        return String::new();
    }
    failure + "\n"
}

/// Returns a rule with what the state says, the step and the page.
fn block(question: &Question, answer: &Answer) -> String {
    let (sign, here) = match &answer.finding {
        Finding::Met(_) => ("> ", tr!("Here: ")),
        Finding::Open(_) => ("? ", tr!("Look: ")),
        // It was another process that failed, perhaps a child of the shell.
        Finding::Unmet(_) => ("? ", tr!("Not of this process: ")),
    };
    let mut text = wrapped(&says(question, answer.rule), sign, "  ");
    let reason = answer.finding.reason();
    if !reason.is_empty() {
        text += &wrapped(&format!("{here}{reason}"), "    ", "    ");
    }
    text + &where_to_read(answer.rule)
}

/// Returns a rule without a state.
fn plain_block(question: &Question, answer: &Answer) -> String {
    let rule = answer.rule;
    let mut text = String::from("\n");
    text += &wrapped(&says(question, rule), "  ", "  ");
    text + &where_to_read(rule)
}

/// Returns a rule in a line or two.
fn line(question: &Question, answer: &Answer) -> String {
    let says = says(question, answer.rule);
    let reason = answer.finding.reason();
    let page = answer.rule.page.without_part();
    match &answer.finding {
        Finding::Met(_) => {
            let here = tr!("Here: ");
            wrapped(&format!("{says} {here}{reason} ({page})"), "> ", "  ")
        }
        Finding::Open(_) => wrapped(&format!("{says} ({page})"), "? ", "  "),
        Finding::Unmet(_) => {
            let not = tr!("Not here: ");
            wrapped(&format!("{not}{reason} ({page})"), "- ", "  ")
        }
    }
}

/// Returns the sentence of a rule, after its calls if none was asked about.
fn says(question: &Question, rule: &Rule) -> String {
    let says = (rule.says)();
    let mut before = Vec::new();
    if question.call.is_none() {
        let calls: Vec<_> = rule.calls.iter().map(Call::to_string).collect();
        before.push(calls.join(", "));
    }
    if question.errno.is_none() {
        before.push(errno::name(rule.errno));
    }
    if before.is_empty() {
        return says;
    }
    format!("{}: {says}", before.join(" "))
}

fn where_to_read(rule: &Rule) -> String {
    let step = tr!(
        "See chapter {chapter}, step {step} (just chapter {chapter}, then \
         g {step}); {page}",
        chapter = rule.step.chapter,
        step = rule.step.number,
        page = rule.page
    );
    wrapped(&step, "    ", "    ")
}

/// Names the rules that had no room.
fn remainder(question: &Question, rest: &[&Answer]) -> String {
    if rest.is_empty() {
        return String::new();
    }
    let mut calls: Vec<String> = Vec::new();
    for call in rest.iter().flat_map(|answer| answer.rule.calls) {
        let call = call.to_string();
        if !calls.contains(&call) {
            calls.push(call);
        }
    }
    let error = question.errno.map(errno::name).unwrap_or_default();
    let more = match question.call {
        None => tr!(
            "Name the call: {why} CALL {error}, with {calls}",
            why = if question.chapter.is_some() {
                "just why"
            } else {
                "why"
            },
            error = error,
            calls = calls.join(", ")
        ),
        Some(call) => tr!(
            "One more rule; all: just why {call} {error}"
                | "{n} more rules; all: just why {call} {error}" % rest.len(),
            call = call,
            error = error
        ),
    };
    wrapped(more.trim_end(), "  ", "  ")
}

/// Wraps a text, with a sign before its first line.
pub(crate) fn wrapped(text: &str, first: &str, others: &str) -> String {
    let mut result = String::new();
    for line in wrap::wrapped(text, WIDTH - first.len().max(others.len())) {
        let indent = if result.is_empty() { first } else { others };
        result += &format!("{indent}{line}\n");
    }
    result
}
