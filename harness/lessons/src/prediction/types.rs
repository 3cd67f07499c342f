//! A set of types of namespaces.

use protocol::Kind;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A set of types of namespaces. In a file it is a list of names.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize,
)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Types {
    members: [bool; 8],
}

/// A name of no type of namespaces.
#[derive(Debug, Error)]
#[error("there is no type {0:?}")]
pub struct UnknownType(String);

impl Types {
    /// Returns the set of all types for which this is true.
    pub fn which(is_member: impl Fn(Kind) -> bool) -> Self {
        let members = Kind::ALL.map(is_member);
        Self { members }
    }

    /// Whether a type is in the set.
    pub fn contains(self, kind: Kind) -> bool {
        self.members[kind as usize]
    }

    /// Adds a type, or removes it.
    pub fn toggle(&mut self, kind: Kind) {
        self.members[kind as usize] ^= true;
    }

    /// Returns the types of the set, in the order of namespaces(7).
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL
            .into_iter()
            .filter(move |kind| self.contains(*kind))
    }

    /// Counts the types.
    pub fn count(self) -> usize {
        self.iter().count()
    }
}

impl From<Types> for Vec<String> {
    fn from(types: Types) -> Self {
        types.iter().map(|kind| kind.name().to_owned()).collect()
    }
}

impl TryFrom<Vec<String>> for Types {
    type Error = UnknownType;

    fn try_from(names: Vec<String>) -> Result<Self, UnknownType> {
        let mut members = [false; 8];
        for name in names {
            let kind = Kind::from_name(&name).ok_or(UnknownType(name))?;
            members[kind as usize] = true;
        }
        Ok(Self { members })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_a_list_of_names_in_a_file_and_refuses_other_names() {
        let mut types = Types::default();
        types.toggle(Kind::Pid);
        types.toggle(Kind::Uts);
        types.toggle(Kind::Net);
        types.toggle(Kind::Pid);
        let text = serde_json::to_string(&types).unwrap();
        assert_eq!(text, r#"["net","uts"]"#);
        assert_eq!(serde_json::from_str::<Types>(&text).unwrap(), types);
        assert!(serde_json::from_str::<Types>(r#"["networks"]"#).is_err());
    }
}
