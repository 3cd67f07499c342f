//! Labels for the random identifiers that a container runtime makes: of
//! containers, of images, and of a veth's end outside the container.

use std::collections::BTreeMap;

/// Length of a shortened identifier.
const SHORT: usize = 12;

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
    fn a_name_that_somebody_chose_is_not_random() {
        assert!(is_random_veth("veth61ef269"));
        assert!(!is_random_veth("vethweb"));
        assert!(!is_random_veth("veth0"));
    }
}
