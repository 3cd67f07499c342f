//! Shows the network interfaces that a step has made, removed or changed.

use protocol::{Facts, Interface, LinkState};
use tr::tr;

use super::identity::Names;
use super::style::{Line, Style, line};
use crate::labels::{Label, Namer, without_mac};

/// Interfaces of all network namespaces at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interfaces(Vec<Known>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    network: Label,
    name: String,
    kind: String,
    state: LinkState,
    addresses: Vec<String>,
    bridge: Option<String>,
}

impl Interfaces {
    /// Collects the interfaces of the facts that the namer observed last.
    pub fn new(facts: &Facts, namer: &Namer) -> Self {
        let mut all = Vec::new();
        for network in &facts.networks {
            let Some(label) = namer.label_of(network.namespace) else {
                continue;
            };
            let known = |i| Known::new(i, label, &network.interfaces);
            let mut known: Vec<_> =
                network.interfaces.iter().map(known).collect();
            known.sort_by(|a: &Known, b| a.name.cmp(&b.name));
            all.extend(known);
        }
        Self(all)
    }

    /// Returns a line for each interface that has changed.
    pub fn changes_since(&self, before: &Self, names: &Names) -> Vec<Line> {
        let mut lines = Vec::new();
        for old in &before.0 {
            if old.now_in(self).is_none() {
                lines.push(old.line("-", names));
            }
        }
        for new in &self.0 {
            match new.now_in(before) {
                None => lines.push(new.line("+", names)),
                Some(old) if old != new => lines.push(new.line("*", names)),
                Some(_) => {}
            }
        }
        lines
    }
}

impl Known {
    fn new(interface: &Interface, network: Label, all: &[Interface]) -> Self {
        let bridge = interface.master.and_then(|index| {
            let bridge = all.iter().find(|other| other.index == index)?;
            Some(bridge.name.clone())
        });
        let addresses = interface.addresses.iter();
        Self {
            network,
            name: interface.name.clone(),
            kind: interface.kind.clone(),
            state: interface.state,
            addresses: addresses.map(|a| without_mac(a)).collect(),
            bridge,
        }
    }

    /// Finds the same interface at another moment.
    fn now_in<'a>(&self, moment: &'a Interfaces) -> Option<&'a Self> {
        let same = |other: &&Self| {
            (other.network, &other.name) == (self.network, &self.name)
        };
        moment.0.iter().find(same)
    }

    fn line(&self, mark: &str, names: &Names) -> Line {
        let mut words = vec![format!("{:8}", self.kind)];
        words.push(format!("{:10}", state(self.state)));
        words.extend(self.addresses.iter().cloned());
        let bridge = self.bridge.iter();
        words.extend(bridge.map(|bridge| tr!("port of {bridge}", bridge)));
        let style = match mark {
            "-" => Style::DIM,
            _ => Style::PLAIN,
        };
        let network = self.network.to_string();
        let name = format!("{:8}", self.name);
        line(format!("{mark} "), Style::BOLD)
            .then(format!("{name} {} ", words.join(" ").trim_end()), style)
            .then(format!("{} ", tr!("in net")), style)
            .then(&network, names.namespace(&network))
    }
}

fn state(state: LinkState) -> &'static str {
    match state {
        LinkState::Down => "down",
        LinkState::NoCarrier => "no-carrier",
        LinkState::Up => "up",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(name: &str, network: Label) -> Known {
        Known {
            network,
            name: name.into(),
            kind: "veth".into(),
            state: LinkState::Down,
            addresses: Vec::new(),
            bridge: None,
        }
    }

    fn changes(after: Vec<Known>, before: Vec<Known>) -> Vec<String> {
        let after = Interfaces(after);
        let before = Interfaces(before);
        let lines = after.changes_since(&before, &Names::default());
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn an_interface_that_moves_vanishes_here_and_appears_there() {
        let a = Label::Letter(0);
        let mut moved = interface("eth0", a);
        moved.state = LinkState::Up;
        moved.addresses.push("172.17.0.2/16".into());
        assert_eq!(
            changes(vec![moved], vec![interface("eth0", Label::Initial)]),
            [
                "- eth0     veth     down in net initial",
                "+ eth0     veth     up         172.17.0.2/16 in net A",
            ]
        );
    }

    #[test]
    fn an_interface_that_is_switched_on_or_gets_a_bridge_has_changed() {
        let before = interface("vethweb", Label::Initial);
        let mut after = before.clone();
        after.bridge = Some("docker0".into());
        assert_eq!(
            changes(vec![after], vec![before.clone()]),
            ["* vethweb  veth     down       port of docker0 in net initial"]
        );
        assert_eq!(changes(vec![before.clone()], vec![before]), [""; 0]);
    }
}
