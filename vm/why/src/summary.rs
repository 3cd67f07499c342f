//! A process in a few lines, and the calls that would fail now.

use nix::errno::Errno;
use tr::tr;

use crate::call::Call;
use crate::errno;
use crate::explanation::wrapped;
use crate::rule::Finding;
use crate::rules;
use crate::state::State;
use protocol::Kind;

/// Calls that are listed.
const MOST: usize = 8;

/// Describes a process, and lists the calls of which the state says that they
/// would fail. Nothing is tried.
pub fn summary(state: &State) -> String {
    let mut text = process(state);
    let failing = failing(state);
    text += &if failing.is_empty() {
        tr!("This state shows no reason for a call to fail.")
    } else {
        tr!("These would fail now:")
    };
    text.push('\n');
    for failure in failing.iter().take(MOST) {
        text += &row(failure);
    }
    let asks =
        tr!("After a failure: why ERROR, why CALL ERROR, why CALL ERROR PATH");
    text + &wrapped(&asks, "", "")
}

/// Describes a process in a line or two.
fn process(state: &State) -> String {
    let threads = state.threads.unwrap_or(1);
    let words = [
        tr!("Process {name}", name = state.name().unwrap_or_default()),
        tr!("user {uid}", uid = state.uid.unwrap_or_default()),
        tr!("one thread" | "{n} threads" % threads),
        tr!("one capability"
            | "{n} capabilities"
                % state.capabilities.unwrap_or_default().count_ones()),
        state.namespace(Kind::User),
    ];
    wrapped(&(words.join(", ") + "."), "", "  ")
}

/// Calls that would fail for one reason.
struct Failing {
    calls: Vec<Call>,
    errno: Errno,
    reason: String,
}

/// Returns the calls that would fail, each with its first reason.
fn failing(state: &State) -> Vec<Failing> {
    let mut failing: Vec<Failing> = Vec::new();
    for rule in rules::all().filter(|rule| rule.is_of(state.kernel)) {
        let Finding::Met(reason) = rule.find(state) else {
            continue;
        };
        let is_known = |call: &Call| {
            failing.iter().any(|other| {
                other.errno == rule.errno && other.calls.contains(call)
            })
        };
        let new = rule.calls.iter().copied().filter(|it| !is_known(it));
        let calls: Vec<_> = new.collect();
        let errno = rule.errno;
        let same = failing
            .iter_mut()
            .find(|other| other.errno == errno && other.reason == reason);
        match same {
            Some(other) => other.calls.extend(calls),
            None if calls.is_empty() => {}
            None => failing.push(Failing {
                calls,
                errno,
                reason,
            }),
        }
    }
    failing
}

fn row(failing: &Failing) -> String {
    let calls: Vec<_> = failing.calls.iter().map(Call::to_string).collect();
    let error = errno::name(failing.errno);
    let reason = &failing.reason;
    wrapped(
        &format!("{} {error}: {reason}", calls.join(", ")),
        "  ",
        "    ",
    )
}
