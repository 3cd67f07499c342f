//! Namer of a machine's things: observes the facts after each command, and
//! keeps the last two.

use std::mem;

use protocol::{Facts, Namespace};

use super::addresses::AddressLabels;
use super::identifiers::{self, IdentifierLabels};
use super::label::Label;
use super::named::{NamedProcess, Watch};
use super::namespaces::NamespaceLabels;
use super::pattern::Pattern;
use super::processes::ProcessLabels;

/// Namer of one run of one lesson, which remembers the labels it has given.
#[derive(Debug)]
pub struct Namer {
    pub(super) pattern: Pattern,
    watch: Vec<Watch>,
    pub(super) before: Facts,
    pub(super) after: Facts,
    members: Vec<NamedProcess>,
    pub(super) namespaces: NamespaceLabels,
    pub(super) processes: ProcessLabels,
    pub(super) addresses: AddressLabels,
    pub(super) identifiers: IdentifierLabels,
}

impl Namer {
    /// Makes a namer for a machine with this kernel release, and for a lesson
    /// that watches these processes.
    pub fn new(kernel: &str, watch: &[Watch]) -> Self {
        Self {
            pattern: Pattern::new(kernel),
            watch: watch.to_vec(),
            before: Facts::default(),
            after: Facts::default(),
            members: Vec::new(),
            namespaces: NamespaceLabels::default(),
            processes: ProcessLabels::default(),
            addresses: AddressLabels::default(),
            identifiers: IdentifierLabels::default(),
        }
    }

    /// Returns the facts with labels for random interface names. Only such
    /// facts may be given to [`Self::observe`] or compared.
    pub fn name_interfaces(&mut self, mut facts: Facts) -> Facts {
        let networks = facts.networks.iter_mut();
        for interface in networks.flat_map(|n| &mut n.interfaces) {
            if identifiers::is_random_veth(&interface.name) {
                interface.name = self.identifiers.veth(&interface.name);
            }
        }
        facts
    }

    /// Takes in the facts: once before the first command, and after every
    /// command. The members are listed in the order of `shells`.
    pub fn observe(&mut self, facts: &Facts, shells: &[NamedProcess]) {
        self.before = mem::replace(&mut self.after, facts.clone());
        self.members = members(facts, shells, &self.watch);
        self.namespaces.observe(facts);
        self.processes.observe(facts, &self.members);
    }

    /// Returns the label of a living namespace.
    pub fn label_of(&self, namespace: Namespace) -> Option<Label> {
        self.namespaces.label_of(namespace)
    }

    /// Returns the living processes with a name: shells in the order in which
    /// they were given, then watched processes in the lesson's order.
    pub fn members(&self) -> &[NamedProcess] {
        &self.members
    }
}

fn members(
    facts: &Facts,
    shells: &[NamedProcess],
    watch: &[Watch],
) -> Vec<NamedProcess> {
    let alive = |pid| facts.processes.iter().any(|p| p.pid == pid);
    let mut members: Vec<_> = shells
        .iter()
        .filter(|shell| alive(shell.pid))
        .cloned()
        .collect();
    for Watch { label, command } in watch {
        let oldest = facts.processes.iter().find(|process| {
            process.command == *command
                && members.iter().all(|member| member.pid != process.pid)
        });
        members.extend(oldest.map(|p| NamedProcess {
            pid: p.pid,
            label: label.clone(),
        }));
    }
    members
}
