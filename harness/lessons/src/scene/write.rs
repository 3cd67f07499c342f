//! Writes a scene as the text of a snapshot.

use std::fmt;

use protocol::Kind;

use super::model::{Card, Inside, Member, Network, Opposite, Scene};
use crate::labels::Label;

/// Text for a namespace without members.
pub(super) const KEPT: &str = "no process, kept by a handle";

impl fmt::Display for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let longest = self.members.iter().map(|member| member.name.len());
        let width = longest.max().unwrap_or_default().max(10) + 2;
        let kinds = Kind::ALL.map(Kind::name).join(" ");
        writeln!(f, "{:width$}{kinds}", "")?;
        for member in &self.members {
            writeln!(f, "{}", row(member, width))?;
        }
        f.write_str("\n· = initial\n\n")?;
        for network in &self.networks {
            network.fmt(f)?;
        }
        for (kind, label) in &self.kept {
            writeln!(f, "{kind} {label}: {KEPT}")?;
        }
        Ok(())
    }
}

fn row(member: &Member, width: usize) -> String {
    let mut line = format!("{:width$}", member.name);
    for (kind, label) in Kind::ALL.iter().zip(member.labels) {
        let cell = cell(label);
        line += &format!("{cell:^width$} ", width = kind.name().len());
    }
    line.trim_end().into()
}

/// Writes `·` for the initial namespace, `?` for an unknown one, and the
/// letter of any other.
pub fn cell(label: Option<Label>) -> String {
    match label {
        Some(Label::Initial) => "·".into(),
        Some(letter) => letter.to_string(),
        None => "?".into(),
    }
}

/// Writes the name of a network namespace: `net initial`, `net A`.
pub(super) fn network_name(label: Option<Label>) -> String {
    match label {
        Some(label) => format!("net {label}"),
        None => "another net".into(),
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", network_name(self.label), self.inside)?;
        let longest = self.interfaces.iter().map(|card| card.name.len());
        let width = longest.max().unwrap_or_default().max(8);
        for card in &self.interfaces {
            let line = format!(
                "  {:width$}  {:8}  {:10}  {:>5}  {}",
                card.name,
                card.kind,
                card.state,
                card.mtu,
                details(card),
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

impl fmt::Display for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (named, others) = match self {
            Self::Kept => return f.write_str(KEPT),
            Self::OnlyPid1 => return f.write_str("no process but PID 1"),
            Self::Processes { named, others } => (named.join(", "), others),
        };
        match (named.is_empty(), others) {
            (true, 1) => f.write_str("1 process"),
            (true, others) => write!(f, "{others} processes"),
            (false, 0) => f.write_str(&named),
            (false, others) => write!(f, "{named} and {others} more"),
        }
    }
}

fn details(card: &Card) -> String {
    let mut details = card.addresses.clone();
    details.extend(card.peer.as_ref().map(peer));
    let bridge = card.bridge.iter();
    details.extend(bridge.map(|bridge| format!("port of {bridge}")));
    details.join(", ")
}

fn peer(peer: &Opposite) -> String {
    let named = |name: &Option<String>| {
        let name = name.as_ref().map(|name| format!(" {name}"));
        format!("peer{}", name.unwrap_or_default())
    };
    match peer {
        Opposite::Elsewhere => "peer elsewhere".into(),
        Opposite::Here(name) => named(name),
        Opposite::There(name, network) => {
            format!("{} in {}", named(name), network_name(*network))
        }
    }
}
