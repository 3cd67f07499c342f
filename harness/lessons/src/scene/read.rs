//! Reads a scene from the text of a snapshot.
//!
//! The width of columns does not count: a row with a version mark may be wider
//! than the others.

use std::iter::Peekable;
use std::str::FromStr;

use protocol::Kind;
use thiserror::Error;

use super::model::{Card, Inside, Member, Network, Opposite, Scene};
use super::write::{KEPT, cell, network_name};
use crate::labels::Label;
use crate::lesson::{Versions, version};

/// A kernel newer than all others: a scene takes the newest side of marks.
const NEWEST: &str = "4294967295.0";

/// Text that is no snapshot.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "line {line} of the snapshot is not {expected}: {found:?}: bless the \
     chapter"
)]
pub struct NoScene {
    /// Number of the line in the text, from 1.
    pub line: usize,
    /// Description of the line that belongs there.
    pub expected: &'static str,
    /// The line's text.
    pub found: String,
}

/// Lines that are left, each with its number from 0.
type Lines<'a, I> = Peekable<I>;

/// Reads the newest kernel's side of a snapshot.
impl FromStr for Scene {
    type Err = NoScene;

    fn from_str(text: &str) -> Result<Self, NoScene> {
        Self::on(&Versions::of_kernel(NEWEST), text)
    }
}

impl Scene {
    /// Reads the side of a snapshot that holds with these versions.
    ///
    /// # Errors
    ///
    /// The first line that is not of a snapshot's form.
    pub fn on(versions: &Versions, text: &str) -> Result<Self, NoScene> {
        let lines = version::lines_on(text, versions);
        let mut lines = lines
            .into_iter()
            .filter(|(_, line)| !line.trim().is_empty())
            .peekable();
        let mut scene = Self {
            members: members(&mut lines)?,
            ..Self::default()
        };
        while let Some((number, line)) = lines.next() {
            let Some((name, content)) = line.split_once(": ") else {
                return Err(no(number, "a namespace and its members", line));
            };
            match network_label(name) {
                Some(label) => scene.networks.push(Network {
                    label,
                    inside: or_no(inside(content), number, "members", line)?,
                    interfaces: cards(&mut lines)?,
                }),
                None => {
                    let kept = kept(name).filter(|_| content == KEPT);
                    let what = "a namespace that a handle keeps";
                    scene.kept.push(or_no(kept, number, what, line)?);
                }
            }
        }
        Ok(scene)
    }
}

fn no(number: usize, expected: &'static str, line: &str) -> NoScene {
    NoScene {
        line: number + 1,
        expected,
        found: line.into(),
    }
}

fn or_no<T>(
    read: Option<T>,
    number: usize,
    expected: &'static str,
    line: &str,
) -> Result<T, NoScene> {
    read.ok_or_else(|| no(number, expected, line))
}

/// Reads the table of processes, and the legend below the table.
fn members<'a>(
    lines: &mut Lines<'a, impl Iterator<Item = (usize, &'a str)>>,
) -> Result<Vec<Member>, NoScene> {
    let (number, line) = lines.next().unwrap_or_default();
    let kinds = Kind::ALL.map(Kind::name);
    if !line.split_whitespace().eq(kinds) {
        return Err(no(number, "the list of types", line));
    }
    let mut members = Vec::new();
    for (number, line) in lines {
        if line == "· = initial" {
            return Ok(members);
        }
        let what = "a process and its eight namespaces";
        members.push(or_no(member(line), number, what, line)?);
    }
    Err(no(number, "followed by the legend", line))
}

fn member(line: &str) -> Option<Member> {
    let mut words = line.split_whitespace();
    let name = words.next()?.to_owned();
    let labels: Vec<_> = words.map(one_cell).collect::<Option<_>>()?;
    let labels = labels.try_into().ok()?;
    Some(Member { name, labels })
}

/// Reads a cell of the table; the outer `None` stands for an error.
fn one_cell(text: &str) -> Option<Option<Label>> {
    let label = match text {
        "·" => Some(Label::Initial),
        _ => Label::from_letters(text),
    };
    (cell(label) == text).then_some(label)
}

fn label(text: &str) -> Option<Label> {
    match text {
        "initial" => Some(Label::Initial),
        _ => Label::from_letters(text),
    }
}

/// Reads the name of a network namespace; the outer `None` stands for an error.
fn network_label(name: &str) -> Option<Option<Label>> {
    let label = name.strip_prefix("net ").and_then(label);
    (network_name(label) == name).then_some(label)
}

fn kept(name: &str) -> Option<(Kind, Label)> {
    let (kind, name) = name.split_once(' ')?;
    Some((Kind::from_name(kind)?, label(name)?))
}

fn inside(content: &str) -> Option<Inside> {
    let (named, others) = match content.rsplit_once(" and ") {
        Some((named, more)) => (named, more.strip_suffix(" more")?),
        None => ("", content.strip_suffix(" processes").unwrap_or_default()),
    };
    let inside = match (content, others.parse()) {
        (KEPT, _) => Inside::Kept,
        ("no process but PID 1", _) => Inside::OnlyPid1,
        ("1 process", _) => Inside::Processes {
            named: Vec::new(),
            others: 1,
        },
        (_, Ok(others)) => Inside::Processes {
            named: names(named),
            others,
        },
        (_, Err(_)) => Inside::Processes {
            named: names(content),
            others: 0,
        },
    };
    let is_name = |name: &String| !name.contains(char::is_whitespace);
    let has_names = match &inside {
        Inside::Processes { named, .. } => named.iter().all(is_name),
        Inside::Kept | Inside::OnlyPid1 => true,
    };
    (has_names && inside.to_string() == content).then_some(inside)
}

fn names(list: &str) -> Vec<String> {
    let names = list.split(", ").filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// Reads the interfaces, which are the indented lines.
fn cards<'a>(
    lines: &mut Lines<'a, impl Iterator<Item = (usize, &'a str)>>,
) -> Result<Vec<Card>, NoScene> {
    let mut cards = Vec::new();
    let indented = |(_, line): &(usize, &str)| line.starts_with("  ");
    while let Some((number, line)) = lines.next_if(indented) {
        cards.push(or_no(card(line), number, "an interface", line)?);
    }
    Ok(cards)
}

/// Reads an interface. Two spaces stand between its columns; a label in place
/// of a name contains one.
fn card(line: &str) -> Option<Card> {
    let columns = line.split("  ").map(str::trim);
    let mut columns = columns.filter(|column| !column.is_empty());
    let mut next = || columns.next().map(str::to_owned);
    let mut card = Card {
        name: next()?,
        kind: next()?,
        state: next()?,
        mtu: next()?,
        addresses: Vec::new(),
        peer: None,
        bridge: None,
    };
    let details = next().unwrap_or_default();
    for detail in details.split(", ").filter(|detail| !detail.is_empty()) {
        match detail.strip_prefix("port of ") {
            Some(bridge) => card.bridge = Some(bridge.into()),
            None if is_peer(detail) => card.peer = Some(peer(detail)?),
            None => card.addresses.push(detail.into()),
        }
    }
    (columns.next().is_none()).then_some(card)
}

fn is_peer(detail: &str) -> bool {
    detail == "peer" || detail.starts_with("peer ")
}

fn peer(detail: &str) -> Option<Opposite> {
    let place = detail.strip_prefix("peer")?;
    if place == " elsewhere" {
        return Some(Opposite::Elsewhere);
    }
    let name = |text: &str| {
        let name = text.trim();
        (!name.is_empty()).then(|| name.to_owned())
    };
    Some(match place.rsplit_once(" in ") {
        Some((end, network)) => {
            Opposite::There(name(end), network_label(network)?)
        }
        None => Opposite::Here(name(place)),
    })
}
