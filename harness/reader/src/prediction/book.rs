//! Scenes of a lesson's snapshots: the book's answers, before the machine has
//! run.

use protocol::Kind;

use super::types::Types;
use crate::compare::snapshots;
use crate::course::LessonFile;
use crate::lesson::{Step, Versions};
use crate::scene::{Member, Scene};

/// Reads the snapshot of a step. `None` if there is none to read: another part
/// of the player complains about that.
pub(super) fn after(
    file: &LessonFile,
    step: &Step,
    versions: &Versions,
) -> Option<Scene> {
    let path = snapshots::path(&file.snapshots, step);
    let text = snapshots::read(&path).ok().flatten()?;
    Scene::on(versions, &text).ok()
}

/// Returns the types in which two processes differ.
pub(super) fn differing(one: &Member, other: &Member) -> Types {
    Types::which(|kind: Kind| one.label(kind) != other.label(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

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
