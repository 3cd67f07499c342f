//! Labels of namespaces, as long as they live.
//!
//! A number is given again after its namespace's end. That a number is seen
//! twice in a row therefore means the same namespace only if something has
//! held it in between: a process that is in it both times, or the handle that
//! keeps a namespace without processes, or a cookie, which the kernel gives
//! once.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Facts, Kind, Namespace};

use super::label::Label;

/// The labels of the namespaces that are alive now and were a moment ago.
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

/// Keepers of a namespace: processes (PID and start), else a handle.
#[derive(Debug, Default)]
struct Held {
    processes: BTreeSet<(i32, u64)>,
}

impl Held {
    fn by_handle(&self) -> bool {
        self.processes.is_empty()
    }

    /// Whether it has been held all the time from `before` until now.
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

    /// The label it had a moment ago, if it is the same one.
    fn known(&self, namespace: &Namespace, held: &Held) -> Option<Label> {
        if namespace.cookie != 0 {
            return self.with_cookie.get(namespace).copied();
        }
        let before = self.before.get(namespace)?;
        held.since(&before.held).then_some(before.label)
    }

    /// A label that was never given to this type.
    pub(super) fn next(&mut self, kind: Option<Kind>) -> Label {
        let used = self.used.entry(kind).or_default();
        *used += 1;
        Label::Letter(*used - 1)
    }

    pub(super) fn label_of(&self, namespace: Namespace) -> Option<Label> {
        self.after.get(&namespace).map(|labelled| labelled.label)
    }

    /// The living one with this number, else the one that has just died. A
    /// number alone is enough: living namespaces differ in it.
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

/// All living namespaces in the order of appearance, and what holds them.
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

    /// The label of namespace 9 (with this cookie) at each of these moments.
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
