//! What can be said of a run, for checks and for feedback: one language.

use anyhow::{Result, bail, ensure};
use protocol::{Interface, Kind, LinkState, Namespace, Process};
use serde::Deserialize;

use super::format::Exercise;
use super::observation::{End, Observation};

/// One thing that is true of a run, or not.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Assertion {
    /// Two processes are members of the same namespaces of these types.
    Same(Pair),
    /// They are members of different ones, of each of these types.
    Differ(Pair),
    /// Two names of one process: the program has become the command.
    SameProcess(Processes),
    /// The exit status, as a shell shows it.
    Exit(String),
    /// Standard output is this text.
    Stdout(String),
    /// Standard output has this text in it.
    StdoutHas(String),
    /// Standard error has this text in it.
    StderrHas(String),
    /// Standard output is what this command of bash prints.
    StdoutAs(String),
    /// A command of bash, run from outside.
    Outside(Outside),
    /// The PID that a process has in its own PID namespace.
    InnerPid(InnerPid),
    /// A network interface that a process can use.
    Interface(Card),
    /// The command was executed.
    Started(bool),
    /// It was still running when its time was over.
    TimedOut(bool),
    /// The signal that ended the program, by its name.
    Signal(String),
    /// The learner's answer is this.
    Answer(String),
    /// The check of this name has failed. In feedback only.
    Failed(String),
}

/// Two processes and some types of namespaces.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// One type, or several.
    #[serde(rename = "type")]
    pub types: Types,
    /// The process that is looked at.
    pub of: String,
    /// The one it is compared with.
    #[serde(rename = "as")]
    pub with: String,
}

/// One type of namespace, or several.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Types {
    /// Its name, as in `/proc/PID/ns`.
    One(String),
    /// Their names.
    Several(Vec<String>),
}

/// Two processes.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Processes {
    /// The process that is looked at.
    pub of: String,
    /// The one it is compared with.
    #[serde(rename = "as")]
    pub with: String,
}

/// A command and what must come of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Outside {
    /// For bash, as root.
    pub run: String,
    /// What it must print.
    pub prints: Option<String>,
    /// Its exit status.
    pub exit: Option<String>,
}

/// A process and a number.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct InnerPid {
    /// Which process.
    pub of: String,
    /// The PID.
    pub is: String,
}

/// A network interface.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The process that can use it.
    pub of: String,
    /// Its name.
    pub name: String,
    /// One of its addresses, with or without the length of the prefix.
    pub address: Option<String>,
    /// `up`, `down`, or `no-carrier`.
    pub state: Option<String>,
}

/// What was expected, and what was there instead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mismatch {
    /// In a few words or lines.
    pub expected: String,
    /// Likewise.
    pub got: String,
    /// There was nothing to look at.
    pub absent: bool,
}

impl Mismatch {
    fn new(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self {
            expected: expected.into(),
            got: got.into(),
            absent: false,
        }
    }
}

/// Whether something holds, or what is there instead.
pub type Outcome = Result<(), Mismatch>;

impl Types {
    fn kinds(&self) -> Result<Vec<Kind>> {
        let names = match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        };
        names
            .iter()
            .map(|name| match Kind::from_name(name) {
                Some(kind) => Ok(kind),
                None => bail!("there is no type {name:?} of namespaces"),
            })
            .collect()
    }
}

impl Assertion {
    /// The commands that have to be run from outside for it.
    pub fn probe(&self) -> Option<&str> {
        match self {
            Self::StdoutAs(run) => Some(run),
            Self::Outside(outside) => Some(&outside.run),
            _ => None,
        }
    }

    /// Whether it can be said before the program has ended.
    pub fn needs_the_end(&self) -> bool {
        matches!(
            self,
            Self::Exit(_)
                | Self::Stdout(_)
                | Self::StdoutHas(_)
                | Self::StderrHas(_)
                | Self::StdoutAs(_)
                | Self::TimedOut(_)
                | Self::Signal(_)
        )
    }

    /// Whether it can be said at all in this exercise.
    pub fn validate(&self, exercise: &Exercise, feedback: bool) -> Result<()> {
        let subject = |name: &str| {
            let known = ["machine", "command", "program"].contains(&name)
                || exercise.held().any(|held| held == name)
                || exercise.witnesses().any(|it| it == name);
            ensure!(known, "no process is called {name:?}: see `hold`");
            Ok(())
        };
        match self {
            Self::Same(pair) | Self::Differ(pair) => {
                pair.types.kinds()?;
                subject(&pair.of)?;
                subject(&pair.with)
            }
            Self::SameProcess(Processes { of, with }) => {
                subject(of)?;
                subject(with)
            }
            Self::InnerPid(InnerPid { of, .. }) => subject(of),
            Self::Interface(Card { of, state, .. }) => {
                let states = ["up", "down", "no-carrier"];
                let known =
                    state.as_deref().is_none_or(|it| states.contains(&it));
                ensure!(known, "a state is one of {states:?}");
                subject(of)
            }
            Self::Outside(Outside { prints, exit, .. }) => {
                let some = prints.is_some() || exit.is_some();
                ensure!(some, "`outside` needs `prints` or `exit`");
                Ok(())
            }
            Self::Failed(id) => {
                ensure!(feedback, "`failed` is for feedback only");
                let implicit = super::verdict::IMPLICIT.contains(&&id[..]);
                let known =
                    implicit || exercise.checks().any(|check| check.id == *id);
                ensure!(known, "there is no check {id:?}");
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether it holds. An error: it cannot be said, the exercise is wrong.
    pub fn holds(&self, seen: &Observation) -> Result<Outcome> {
        let expand = |text: &str| seen.values.expand(text);
        Ok(match self {
            Self::Same(pair) => memberships(seen, pair, true)?,
            Self::Differ(pair) => memberships(seen, pair, false)?,
            Self::SameProcess(Processes { of, with }) => {
                same_process(seen, of, with)
            }
            Self::Exit(status) => exit(seen, &expand(status)?),
            Self::Stdout(text) => equal(&expand(text)?, &seen.stdout),
            Self::StdoutHas(text) => has(&expand(text)?, &seen.stdout),
            Self::StderrHas(text) => has(&expand(text)?, &seen.stderr),
            Self::StdoutAs(run) => {
                equal(&seen.probe(run)?.stdout, &seen.stdout)
            }
            Self::Outside(outside) => self::outside(seen, outside)?,
            Self::InnerPid(InnerPid { of, is }) => {
                inner_pid(seen, of, &expand(is)?)
            }
            Self::Interface(card) => interface(seen, card)?,
            Self::Started(wanted) => yes_or_no(
                *wanted,
                seen.started,
                ["the command was executed", "it was not executed"],
            ),
            Self::TimedOut(wanted) => yes_or_no(
                *wanted,
                seen.end.is_missing(),
                ["it does not end", "it has ended"],
            ),
            Self::Signal(name) => signal(seen, name),
            Self::Answer(text) => equal_answers(
                &expand(text)?,
                seen.answer.as_deref().unwrap_or_default(),
            ),
            Self::Failed(id) => yes_or_no(
                true,
                seen.failed.contains(id),
                ["it failed", "it did not fail"],
            ),
        })
    }
}

fn memberships(
    seen: &Observation,
    pair: &Pair,
    wanted: bool,
) -> Result<Outcome> {
    let Pair { types, of, with } = pair;
    let (Some(one), Some(other)) = (seen.process(of), seen.process(with))
    else {
        let gone = if seen.process(of).is_none() { of } else { with };
        return Ok(Err(no_process(seen, gone)));
    };
    let mut expected = Vec::new();
    let mut got = Vec::new();
    for kind in types.kinds()? {
        let own = namespace(one, kind);
        if (own == namespace(other, kind)) != wanted {
            let not = if wanted { "" } else { "not " };
            let with = of_whom(seen, with);
            expected.push(format!("{kind}: {not}{with}"));
            got.push(format!("{kind}: {}", whose(seen, own, of)));
        }
    }
    Ok(if expected.is_empty() {
        Ok(())
    } else {
        Err(Mismatch::new(expected.join("\n"), got.join("\n")))
    })
}

fn namespace(process: &Process, kind: Kind) -> Option<Namespace> {
    process
        .namespaces
        .iter()
        .copied()
        .find(|it| it.kind == kind)
}

/// Whose namespace that is, in words.
fn whose(
    seen: &Observation,
    namespace: Option<Namespace>,
    except: &str,
) -> String {
    let known = seen.subjects().find(|name| {
        let process = seen.process(name);
        *name != except
            && process.is_some_and(|process| {
                process.namespaces.iter().any(|it| Some(*it) == namespace)
            })
    });
    match known {
        Some(name) => of_whom(seen, name),
        None => "one of its own".to_owned(),
    }
}

fn of_whom(seen: &Observation, subject: &str) -> String {
    match subject {
        "machine" => "the machine's (initial)".to_owned(),
        "program" | "command" => format!("the {subject}'s"),
        name => match seen.values.get(name) {
            Some(pid) => format!("{name}'s (PID {pid})"),
            None => format!("{name}'s"),
        },
    }
}

fn no_process(seen: &Observation, subject: &str) -> Mismatch {
    let command = seen.values.get("command").unwrap_or_default();
    let (expected, got) = match subject {
        "command" if seen.said_ready => {
            (format!("{command}, running"), "it has ended")
        }
        "command" => (format!("{command}, running"), "it was not executed"),
        "program" => ("your program, running".to_owned(), "it has ended"),
        name if seen.witnesses.iter().any(|it| it == name) => {
            (format!("the process {name}, running"), "there is none")
        }
        name => (format!("the process {name}, running"), "it has ended"),
    };
    Mismatch {
        absent: true,
        ..Mismatch::new(expected, got)
    }
}

fn same_process(seen: &Observation, of: &str, with: &str) -> Outcome {
    let pid = |name| seen.process(name).map(|process| process.pid);
    match (pid(of), pid(with)) {
        (None, _) => Err(no_process(seen, of)),
        (_, None) => Err(no_process(seen, with)),
        (Some(one), Some(other)) if one == other => Ok(()),
        (Some(one), Some(other)) => Err(Mismatch::new(
            format!("PID {other}, as the {with}"),
            format!("PID {one}, another process"),
        )),
    }
}

fn exit(seen: &Observation, status: &str) -> Outcome {
    let got = match seen.end {
        End::Status(got) if got.to_string() == status => return Ok(()),
        End::Status(_) | End::TimedOut | End::Prints | End::NotYet => {
            seen.end_in_words()
        }
    };
    Err(Mismatch {
        // That it does not end is said once.
        absent: seen.end.is_missing(),
        ..Mismatch::new(format!("exit status {status}"), got)
    })
}

fn signal(seen: &Observation, name: &str) -> Outcome {
    if seen.signal() == Some(name) {
        return Ok(());
    }
    Err(Mismatch::new(name, seen.end_in_words()))
}

fn equal(expected: &str, got: &str) -> Outcome {
    let expected = expected.trim();
    let got = got.trim();
    if expected == got {
        return Ok(());
    }
    Err(Mismatch::new(or_nothing(expected), or_nothing(got)))
}

fn equal_answers(expected: &str, got: &str) -> Outcome {
    if normal_answer(expected) == normal_answer(got) {
        return Ok(());
    }
    Err(Mismatch::new("another answer", got))
}

/// Answers are the same however they are written.
pub fn normal_answer(text: &str) -> String {
    text.trim().to_lowercase()
}

fn has(expected: &str, got: &str) -> Outcome {
    if got.contains(expected.trim()) {
        return Ok(());
    }
    let expected = format!("... {} ...", expected.trim());
    Err(Mismatch::new(expected, or_nothing(got.trim())))
}

fn or_nothing(text: &str) -> String {
    if text.is_empty() {
        "(nothing)".to_owned()
    } else {
        text.to_owned()
    }
}

fn outside(seen: &Observation, outside: &Outside) -> Result<Outcome> {
    for subject in ["command", "program"] {
        let asked = outside.run.contains(&format!("${subject}_pid"));
        if asked && seen.process(subject).is_none() {
            return Ok(Err(no_process(seen, subject)));
        }
    }
    let probe = seen.probe(&outside.run)?;
    if let Some(status) = &outside.exit {
        let status = seen.values.expand(status)?;
        let got = probe.status.to_string();
        if got != status {
            let all = format!("exit status {got}\n{}", probe.stderr.trim());
            let expected = format!("exit status {status}");
            return Ok(Err(Mismatch::new(expected, all.trim())));
        }
    }
    Ok(match &outside.prints {
        Some(text) => {
            let all = format!("{}{}", probe.stdout, probe.stderr);
            equal(&seen.values.expand(text)?, &all)
        }
        None => Ok(()),
    })
}

fn inner_pid(seen: &Observation, of: &str, is: &str) -> Outcome {
    match seen.process(of) {
        None => Err(no_process(seen, of)),
        Some(process) if process.inner_pid.to_string() == is => Ok(()),
        Some(process) => Err(Mismatch::new(
            format!("PID {is} in its own PID namespace"),
            format!("PID {}", process.inner_pid),
        )),
    }
}

fn interface(seen: &Observation, card: &Card) -> Result<Outcome> {
    let name = seen.values.expand(&card.name)?;
    let Some(process) = seen.process(&card.of) else {
        return Ok(Err(no_process(seen, &card.of)));
    };
    let net = namespace(process, Kind::Net);
    let cards: &[Interface] = seen
        .facts
        .networks
        .iter()
        .find(|network| Some(network.namespace) == net)
        .map_or(&[], |network| &network.interfaces);
    let address = card.address.as_deref();
    let address = address.map(|it| seen.values.expand(it)).transpose()?;
    let wanted = [Some(&name), card.state.as_ref(), address.as_ref()]
        .into_iter()
        .flatten()
        .cloned()
        .collect::<Vec<_>>()
        .join(" ");
    let right = |it: &&Interface| {
        let has = |wanted: &String| {
            it.addresses.iter().any(|address| {
                address == wanted || address.split('/').next() == Some(wanted)
            })
        };
        it.name == name
            && address.as_ref().is_none_or(has)
            && card.state.as_deref().is_none_or(|s| s == state(it.state))
    };
    if cards.iter().any(|card| right(&card)) {
        return Ok(Ok(()));
    }
    let got: Vec<String> = cards.iter().map(shown).collect();
    Ok(Err(Mismatch::new(wanted, or_nothing(&got.join("\n")))))
}

fn shown(card: &Interface) -> String {
    let mut words = vec![card.name.clone(), state(card.state).to_owned()];
    words.extend(card.addresses.iter().cloned());
    words.join(" ")
}

fn state(state: LinkState) -> &'static str {
    match state {
        LinkState::Up => "up",
        LinkState::Down => "down",
        LinkState::NoCarrier => "no-carrier",
    }
}

fn yes_or_no(wanted: bool, got: bool, [yes, no]: [&str; 2]) -> Outcome {
    let words = |it| if it { yes } else { no };
    if wanted == got {
        return Ok(());
    }
    Err(Mismatch::new(words(wanted), words(got)))
}
