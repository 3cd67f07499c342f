//! Namespaces that a process shares, and those of its own.

use protocol::Kind;
use tr::tr;

use super::lists::{list, namespace};
use crate::labels::Label;
use crate::scene::{Member, Scene};

/// Describes all processes with a name. Processes with the same namespaces have
/// one sentence.
pub(super) fn all(scene: &Scene) -> Vec<String> {
    let mut said: Vec<[Option<Label>; 8]> = Vec::new();
    let mut sentences = Vec::new();
    for member in &scene.members {
        if !said.contains(&member.labels) {
            said.push(member.labels);
            let same = scene.members.iter();
            let same = same.filter(|other| other.labels == member.labels);
            let names: Vec<_> = same.map(|it| it.name.as_str()).collect();
            sentences.push(together(scene, member, &names));
        }
    }
    sentences
}

/// Describes processes with the same namespaces as this member.
fn together(scene: &Scene, member: &Member, names: &[&str]) -> String {
    let mut words = of_others(scene, member, names);
    let initial = kinds(member, Some(Label::Initial));
    let unknown = list(&kinds(member, None));
    if initial.len() < Kind::ALL.len() && !initial.is_empty() {
        let initial = list(&initial);
        words.push(tr!("Initial: {types}.", types = initial));
    }
    if !unknown.is_empty() {
        words.push(tr!("Unknown: {types}.", types = unknown));
    }
    words.join(" ")
}

/// Names the namespaces of a process that are not initial.
pub(super) fn memberships(scene: &Scene, member: &Member) -> String {
    of_others(scene, member, &[&member.name]).join(" ")
}

/// Says which namespaces are not initial, or that all are.
fn of_others(scene: &Scene, member: &Member, names: &[&str]) -> Vec<String> {
    let processes = list(names);
    if kinds(member, Some(Label::Initial)).len() == Kind::ALL.len() {
        return vec![tr!(
            "{processes}: all namespaces are initial.",
            processes = processes
        )];
    }
    let companies = companies(scene, member, names);
    companies.iter().map(|it| it.sentence(names)).collect()
}

/// Says with whom these processes share a namespace that is not initial: one
/// sentence for each company, which is said once.
pub(super) fn shared(scene: &Scene, members: &[&Member]) -> Vec<String> {
    let mut said: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
    let mut sentences = Vec::new();
    for member in members {
        let names = [member.name.as_str()];
        for company in companies(scene, member, &names) {
            let mut all = [&company.others[..], &names].concat();
            all.sort_unstable();
            let key = (all, company.namespaces.clone());
            if !company.others.is_empty() && !said.contains(&key) {
                sentences.push(company.sentence(&names));
                said.push(key);
            }
        }
    }
    sentences
}

/// Namespaces in which some processes have the same company.
struct Company<'a> {
    others: Vec<&'a str>,
    namespaces: Vec<String>,
}

impl Company<'_> {
    fn sentence(&self, names: &[&str]) -> String {
        let processes = list(names);
        let namespaces = list(&self.namespaces);
        let others = list(&self.others);
        match (names.len(), self.others.len()) {
            (1, 0) => tr!(
                "{process} is a member of {namespaces}.",
                process = processes,
                namespaces = namespaces
            ),
            (_, 0) => tr!(
                "{processes} share {namespaces}.",
                processes = processes,
                namespaces = namespaces
            ),
            (count, _) => tr!(
                "{processes} shares {namespaces} with {others}."
                    | "{processes} share {namespaces} with {others}." % count,
                processes = processes,
                namespaces = namespaces,
                others = others
            ),
        }
    }
}

/// Finds the other processes in each namespace that is not initial. Shared
/// namespaces come first.
fn companies<'a>(
    scene: &'a Scene,
    member: &Member,
    names: &[&str],
) -> Vec<Company<'a>> {
    let mut companies: Vec<Company> = Vec::new();
    for (kind, label) in Kind::ALL.into_iter().zip(member.labels) {
        if !matches!(label, Some(Label::Letter(_))) {
            continue;
        }
        let others = scene.members.iter().filter(|it| it.label(kind) == label);
        let others = others.map(|it| it.name.as_str());
        let others: Vec<_> = others.filter(|it| !names.contains(it)).collect();
        let namespace = namespace(kind, label);
        match companies.iter_mut().find(|it| it.others == others) {
            Some(company) => company.namespaces.push(namespace),
            None => companies.push(Company {
                others,
                namespaces: vec![namespace],
            }),
        }
    }
    companies.sort_by_key(|company| company.others.is_empty());
    companies
}

/// Returns the types of which a process is in the namespace with this label.
fn kinds(member: &Member, label: Option<Label>) -> Vec<&'static str> {
    let kinds = Kind::ALL.into_iter();
    let kinds = kinds.filter(|kind| member.label(*kind) == label);
    kinds.map(Kind::name).collect()
}
