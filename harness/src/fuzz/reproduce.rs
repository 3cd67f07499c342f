//! A finding as commands for a shell, for a person who wants to see it again.

use std::fmt::Write;
use std::time::Duration;

use super::promise::Finding;
use super::round::round;
use super::shell::{line, quote};
use super::spoil::Spoil;
use super::step::Step;

/// Describes a finding, with the commands that show it again.
pub(super) fn commands(
    seed: u64,
    keep: &[usize],
    finding: &Finding,
    after: Duration,
) -> String {
    let Finding { broken, what, step } = finding;
    let kept: Vec<String> = keep.iter().map(usize::to_string).collect();
    let mut text = format!(
        "\nFOUND after {} s: {broken:?}\n{what}\n\
         Again: harness fuzz --rounds 1 --seed {seed} --keep {}\n",
        after.as_secs(),
        kept.join(",")
    );
    let steps = round(seed);
    for number in keep {
        let mark = if number == step { "  # <- here" } else { "" };
        if let Some(step) = steps.get(*number) {
            let _ = writeln!(text, "    {}{mark}", lines(step));
        }
    }
    text
}

fn lines(step: &Step) -> String {
    match step {
        Step::One(verb) => line(verb),
        Step::Both(one, other) => {
            format!("{} & {} & wait", line(one), line(other))
        }
        Step::Spoil(Spoil { target, how }) => {
            format!("# the file {target:?} becomes {how:?}")
        }
        Step::Kill(number) => {
            format!("# kill -9 the process {number} of what is there")
        }
        Step::Hosts(bytes) => {
            format!("printf %s {} >/etc/hosts", quote(bytes))
        }
        Step::Pause(time) => {
            format!("sleep {}", time.as_secs_f64())
        }
    }
}
