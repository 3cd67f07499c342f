//! A process in a few lines, and the calls that would fail now.

use tr::tr;

use crate::errno;
use crate::explanation::wrapped;
use crate::kind::Kind;
use crate::rule::{Finding, Rule};
use crate::rules;
use crate::state::State;

/// Calls that are listed.
const MOST: usize = 8;

/// Describes a process, and lists the calls of which the state says that they
/// would fail. Nothing is tried.
pub fn summary(state: &State) -> String {
    let mut text = process(state);
    let failing = failing(state);
    if failing.is_empty() {
        text += &wrapped(
            &tr!(
                "No call of the course would fail now for a reason that this \
                 state shows."
            ),
            "",
            "",
        );
    } else {
        text += &tr!("These would fail now:");
        text.push('\n');
    }
    for (rule, reason) in failing.iter().take(MOST) {
        text += &row(rule, reason);
    }
    text += &wrapped(
        &tr!("After a failure: why ERROR, why CALL ERROR, why CALL ERROR PATH"),
        "",
        "",
    );
    text
}

/// Describes a process in a line or two.
fn process(state: &State) -> String {
    let threads = state.threads.unwrap_or(1);
    let words = [
        tr!("Process {name}", name = state.name().unwrap_or_default()),
        tr!("user {uid}", uid = state.uid.unwrap_or_default()),
        tr!("one thread" | "{n} threads" % threads),
        tr!(
            "one capability" | "{n} capabilities"
                % state.capabilities.unwrap_or_default().count_ones()
        ),
        state.namespace(Kind::User),
    ];
    wrapped(&(words.join(", ") + "."), "", "  ")
}

/// Returns the rules that are met, the first of each call and error.
fn failing(state: &State) -> Vec<(&'static Rule, String)> {
    let mut failing: Vec<(&Rule, String)> = Vec::new();
    for rule in rules::all().filter(|rule| rule.is_of(state.kernel)) {
        let known = failing.iter().any(|(other, _)| {
            other.calls == rule.calls && other.errno == rule.errno
        });
        if let Finding::Met(reason) = rule.find(state)
            && !known
        {
            failing.push((rule, reason));
        }
    }
    failing
}

fn row(rule: &Rule, reason: &str) -> String {
    let call = rule.calls[0].to_string();
    let kind = match rule.kinds {
        [kind] => format!("({})", kind.flag()),
        _ => String::new(),
    };
    let error = errno::name(rule.errno);
    wrapped(&format!("{call}{kind} {error}: {reason}"), "  ", "    ")
}
