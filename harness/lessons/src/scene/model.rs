//! The parts of a scene.

use protocol::Kind;

use crate::labels::Label;

/// State of the kernel after a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// The processes with a name, in the order of the snapshot.
    pub members: Vec<Member>,
    /// The network namespaces, in the order of the snapshot.
    pub networks: Vec<Network>,
    /// Namespaces of other types without a member, kept by a handle.
    pub kept: Vec<(Kind, Label)>,
}

/// A process with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The process's name in the lesson.
    pub name: String,
    /// The namespaces that the process is a member of, in the order of
    /// [`Kind::ALL`]; `None` if unknown.
    pub labels: [Option<Label>; 8],
}

/// A network namespace with its interfaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Label of the namespace; `None` if it has none.
    pub label: Option<Label>,
    /// The processes in the namespace.
    pub inside: Inside,
    /// The interfaces, in the order of the snapshot.
    pub interfaces: Vec<Card>,
}

/// The processes in a network namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inside {
    /// No process: a handle keeps the namespace.
    Kept,
    /// No process but PID 1, which does not count.
    OnlyPid1,
    /// Processes with a name, and the number of the others.
    Processes {
        /// Names of processes, in the order of the snapshot.
        named: Vec<String>,
        /// Number of processes without a name.
        others: usize,
    },
}

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Name of the interface, or a label such as `<veth 1>`.
    pub name: String,
    /// Kind of the interface, such as `veth`.
    pub kind: String,
    /// `up`, `down` or `no-carrier`.
    pub state: String,
    /// Maximum transmission unit, in bytes.
    pub mtu: String,
    /// Addresses, each with the length of its prefix.
    pub addresses: Vec<String>,
    /// Other end of the cable, for a veth.
    pub peer: Option<Opposite>,
    /// Name of the bridge of which the interface is a port.
    pub bridge: Option<String>,
}

/// Other end of a cable, as the snapshot names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opposite {
    /// In a namespace that is not known.
    Elsewhere,
    /// In the same namespace.
    Here(Option<String>),
    /// In another namespace.
    There(Option<String>, Option<Label>),
}

impl Member {
    /// Returns the label of the process's namespace of a type.
    pub fn label(&self, kind: Kind) -> Option<Label> {
        let place = Kind::ALL.iter().position(|it| *it == kind)?;
        self.labels[place]
    }
}

impl Network {
    /// Returns the number of processes without a name.
    pub fn others(&self) -> usize {
        match self.inside {
            Inside::Processes { others, .. } => others,
            Inside::Kept | Inside::OnlyPid1 => 0,
        }
    }

    /// Finds an interface by its name.
    pub fn card(&self, name: &str) -> Option<&Card> {
        self.interfaces.iter().find(|card| card.name == name)
    }
}

impl Scene {
    /// Finds a process by its name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// Finds a network namespace by its label.
    pub fn network(&self, label: Option<Label>) -> Option<&Network> {
        self.networks.iter().find(|network| network.label == label)
    }

    /// Whether a process with a name, or a handle, holds the namespace, or the
    /// scene shows its network.
    pub fn holds(&self, kind: Kind, label: Label) -> bool {
        let mut members = self.members.iter();
        members.any(|member| member.label(kind) == Some(label))
            || self.kept.contains(&(kind, label))
            || kind == Kind::Net && self.network(Some(label)).is_some()
    }
}
