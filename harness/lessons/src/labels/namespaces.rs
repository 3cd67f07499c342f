//! Labels for namespaces: one for each, as long as the namespace lives.
//!
//! The kernel reuses a number after its namespace's end. So the same number in
//! two successive facts means the same namespace only if something has held the
//! namespace in between: a process that is a member both times, a handle that
//! keeps a namespace without processes, or a cookie, which the kernel never
//! reuses.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Facts, Kind, Namespace};

use super::label::Label;

/// Labels of the namespaces in the last two facts.
#[derive(Debug, Default)]
pub(super) struct NamespaceLabels {
    before: BTreeMap<Namespace, Labelled>,
    after: BTreeMap<Namespace, Labelled>,
    with_cookie: BTreeMap<Namespace, Label>,
    /// Number of letters that each type has used; `None` is the unknown type.
    used: BTreeMap<Option<Kind>, u32>,
}

#[derive(Debug)]
struct Labelled {
    label: Label,
    held: Held,
}

/// Holders of a namespace: processes (PID and start time), or else a handle.
#[derive(Debug, Default)]
struct Held {
    processes: BTreeSet<(i32, u64)>,
}

impl Held {
    fn by_handle(&self) -> bool {
        self.processes.is_empty()
    }

    /// Whether the namespace has been held all the time since `before`.
    fn since(&self, before: &Self) -> bool {
        self.by_handle()
            || before.by_handle()
            || !self.processes.is_disjoint(&before.processes)
    }
}

impl NamespaceLabels {
    pub(super) fn observe(&mut self, facts: &Facts) {
        self.before = std::mem::take(&mut self.after);
        let initial = facts.processes.first().map(|init| &init.namespaces);
        for (namespace, held) in alive(facts) {
            let label = if initial.is_some_and(|all| all.contains(&namespace)) {
                Label::Initial
            } else if let Some(label) = self.known(&namespace, &held) {
                label
            } else {
                self.next(Some(namespace.kind))
            };
            if namespace.cookie != 0 {
                self.with_cookie.insert(namespace, label);
            }
            self.after.insert(namespace, Labelled { label, held });
        }
    }

    /// Returns the namespace's label from the last facts, if it is the same
    /// namespace.
    fn known(&self, namespace: &Namespace, held: &Held) -> Option<Label> {
        if namespace.cookie != 0 {
            return self.with_cookie.get(namespace).copied();
        }
        let before = self.before.get(namespace)?;
        held.since(&before.held).then_some(before.label)
    }

    /// Returns a label that this type has never used.
    pub(super) fn next(&mut self, kind: Option<Kind>) -> Label {
        let used = self.used.entry(kind).or_default();
        *used += 1;
        Label::Letter(*used - 1)
    }

    pub(super) fn label_of(&self, namespace: Namespace) -> Option<Label> {
        self.after.get(&namespace).map(|labelled| labelled.label)
    }

    /// Finds a namespace by its number: a living one, or else one that has just
    /// ended. The type is optional, because living namespaces all have
    /// different numbers.
    pub(super) fn find(
        &self,
        kind: Option<Kind>,
        inode: u64,
    ) -> Option<(Kind, Label)> {
        self.after
            .iter()
            .chain(&self.before)
            .find(|(namespace, _)| {
                namespace.inode == inode
                    && kind.is_none_or(|kind| kind == namespace.kind)
            })
            .map(|(namespace, labelled)| (namespace.kind, labelled.label))
    }
}

/// Returns all living namespaces in the order of appearance, with their
/// holders.
fn alive(facts: &Facts) -> Vec<(Namespace, Held)> {
    let mut alive: Vec<(Namespace, Held)> = Vec::new();
    let mut places = BTreeMap::new();
    let mut place = |namespace: Namespace| {
        *places.entry(namespace).or_insert_with(|| {
            alive.push((namespace, Held::default()));
            alive.len() - 1
        })
    };
    let mut holders = Vec::new();
    for process in &facts.processes {
        for namespace in &process.namespaces {
            let holder = (process.pid, process.start_time);
            holders.push((place(*namespace), holder));
        }
    }
    facts.pinned.iter().for_each(|namespace| {
        place(*namespace);
    });
    facts.networks.iter().for_each(|network| {
        place(network.namespace);
    });
    for (place, holder) in holders {
        alive[place].1.processes.insert(holder);
    }
    alive
}

#[cfg(test)]
mod tests {
    use protocol::Process;

    use super::*;

    fn uts(inode: u64, cookie: u64) -> Namespace {
        Namespace {
            kind: Kind::Uts,
            device: 4,
            inode,
            cookie,
        }
    }

    fn facts(held: &[(i32, Namespace)], pinned: &[Namespace]) -> Facts {
        let init = (1, uts(1, 0));
        let processes = [&init].into_iter().chain(held);
        Facts {
            processes: processes
                .map(|(pid, namespace)| Process {
                    pid: *pid,
                    ppid: 0,
                    start_time: 0,
                    command: String::new(),
                    inner_pid: *pid,
                    namespaces: vec![*namespace],
                })
                .collect(),
            networks: Vec::new(),
            pinned: pinned.to_vec(),
        }
    }

    /// Returns the label of namespace 9, with this cookie, at each of these
    /// moments.
    fn labels(moments: &[Facts], cookie: u64) -> Vec<String> {
        let mut labels = NamespaceLabels::default();
        moments
            .iter()
            .map(|facts| {
                labels.observe(facts);
                let label = labels.label_of(uts(9, cookie));
                label.map_or("-".into(), |label| label.to_string())
            })
            .collect()
    }

    #[test]
    fn it_is_the_same_while_a_process_stays_in_it() {
        let a = (7, uts(9, 0));
        let b = (8, uts(9, 0));
        let moments = [facts(&[a], &[]), facts(&[a, b], &[]), facts(&[b], &[])];
        assert_eq!(labels(&moments, 0), ["A", "A", "A"]);
    }

    #[test]
    fn it_is_another_when_nobody_of_before_is_in_it() {
        let moments =
            [facts(&[(7, uts(9, 0))], &[]), facts(&[(8, uts(9, 0))], &[])];
        assert_eq!(labels(&moments, 0), ["A", "B"]);
    }

    #[test]
    fn it_is_another_after_it_was_gone() {
        let a = (7, uts(9, 0));
        let moments = [facts(&[a], &[]), facts(&[], &[]), facts(&[a], &[])];
        assert_eq!(labels(&moments, 0), ["A", "-", "B"]);
    }

    #[test]
    fn a_handle_keeps_it() {
        let a = (7, uts(9, 0));
        let b = (8, uts(9, 0));
        let kept = facts(&[], &[uts(9, 0)]);
        let moments = [facts(&[a], &[]), kept.clone(), kept, facts(&[b], &[])];
        assert_eq!(labels(&moments, 0), ["A", "A", "A", "A"]);
    }

    #[test]
    fn a_cookie_tells_by_itself() {
        let a = (7, uts(9, 5));
        let b = (8, uts(9, 5));
        let moments = [facts(&[a], &[]), facts(&[], &[]), facts(&[b], &[])];
        assert_eq!(labels(&moments, 5), ["A", "-", "A"]);
    }

    #[test]
    fn another_cookie_is_another_namespace_under_the_same_number() {
        let mut labels = NamespaceLabels::default();
        labels.observe(&facts(&[(7, uts(9, 5))], &[]));
        labels.observe(&facts(&[(7, uts(9, 6))], &[]));
        assert_eq!(labels.label_of(uts(9, 6)), Some(Label::Letter(1)));
        assert_eq!(labels.label_of(uts(9, 5)), None);
    }

    #[test]
    fn it_is_initial_only_for_pid_1() {
        let mut labels = NamespaceLabels::default();
        labels.observe(&facts(&[(7, uts(9, 0))], &[]));
        assert_eq!(labels.label_of(uts(1, 0)), Some(Label::Initial));
    }
}
