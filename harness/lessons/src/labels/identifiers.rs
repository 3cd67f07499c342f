//! Labels for identifiers that nothing is ever given again: the random ones that
//! a container runtime makes (of containers, of images, of a veth's end outside
//! the container), and the kernel's own for namespaces (listns(2)).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Length of a shortened identifier.
const SHORT: usize = 12;

/// Identifiers of the initial namespaces: `enum init_ns_id` of linux/nsfs.h.
const INITIAL: RangeInclusive<u64> = 1..=8;

/// Labels of all identifiers, numbered by first appearance.
#[derive(Debug, Default)]
pub(super) struct IdentifierLabels {
    ids: BTreeMap<String, usize>,
    veths: BTreeMap<String, usize>,
}

impl IdentifierLabels {
    /// Returns `<id 1>` and so on. A whole identifier and its beginning have
    /// the same label.
    pub(super) fn id(&mut self, id: &str) -> String {
        let short = id.get(..SHORT).unwrap_or(id);
        format!("<id {}>", number(&mut self.ids, short))
    }

    /// Returns `uts:<id 1>` for the identifier of a namespace, with its type:
    /// `uts:12`. An initial namespace has the same one on every machine, and
    /// keeps it.
    pub(super) fn listed(&mut self, namespace: &str) -> Option<String> {
        let (kind, id) = namespace.split_once(':')?;
        let is_initial = INITIAL.contains(&id.parse().ok()?);
        let mut number = || number(&mut self.ids, namespace);
        (!is_initial).then(|| format!("{kind}:<id {}>", number()))
    }

    /// Returns `<veth 1>` and so on.
    pub(super) fn veth(&mut self, name: &str) -> String {
        format!("<veth {}>", number(&mut self.veths, name))
    }
}

fn number(known: &mut BTreeMap<String, usize>, name: &str) -> usize {
    let next = known.len() + 1;
    *known.entry(name.to_owned()).or_insert(next)
}

/// Whether an interface's name is random, such as `veth61ef269`.
pub(super) fn is_random_veth(name: &str) -> bool {
    let hexadecimal = |rest: &str| {
        rest.len() == 7 && rest.bytes().all(|b| b.is_ascii_hexdigit())
    };
    name.strip_prefix("veth").is_some_and(hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_and_its_beginning_have_one_label() {
        let mut labels = IdentifierLabels::default();
        let whole = "ed925496c4992d268f59d5925f6987aa2acc763e4870c9cc0446c";
        assert_eq!(labels.id(whole), "<id 1>");
        assert_eq!(labels.id("d1eb99bb9563"), "<id 2>");
        assert_eq!(labels.id("ed925496c499"), "<id 1>");
    }

    #[test]
    fn the_identifier_of_a_namespace_has_a_label_but_for_the_initial_ones() {
        let mut labels = IdentifierLabels::default();
        let mut listed = |text| labels.listed(text);
        assert_eq!(listed("uts:2"), None);
        assert_eq!(listed("uts:12"), Some("uts:<id 1>".to_owned()));
        assert_eq!(listed("user:13"), Some("user:<id 2>".to_owned()));
        assert_eq!(listed("uts:12"), Some("uts:<id 1>".to_owned()));
    }

    #[test]
    fn a_name_that_somebody_chose_is_not_random() {
        assert!(is_random_veth("veth61ef269"));
        assert!(!is_random_veth("vethweb"));
        assert!(!is_random_veth("veth0"));
    }
}
