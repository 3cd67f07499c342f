//! The book's answers, before the machine has run.

use protocol::Kind;

use super::types::Types;
use crate::scene::Member;

/// Returns the types in which two processes differ.
pub(super) fn differing(one: &Member, other: &Member) -> Types {
    Types::which(|kind: Kind| one.label(kind) != other.label(kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Scene;

    #[test]
    fn the_types_in_which_two_processes_differ_are_told() {
        let text = "       cgroup ipc mnt net pid time user uts\n\
                    host     ·     ·   ·   ·   ·   ·    ·    ·\n\
                    web      ·     A   ·   A   ·   ·    ·    ·\n\n\
                    · = initial\n\n\
                    net A: web\n";
        let scene: Scene = text.parse().unwrap();
        assert_eq!(scene.members.len(), 2);
        let [host, web] = ["host", "web"].map(|name| scene.member(name));
        let types = differing(host.unwrap(), web.unwrap());
        assert!(types.iter().eq([Kind::Ipc, Kind::Net]));
    }
}
