//! The rule of each type: who is a member of a new namespace, and who is not.

use protocol::Kind;
use tr::tr;

/// Chapter whose steps show the types, one after the other.
pub const CHAPTER: u32 = 2;

/// Returns the question that a type of namespaces answers.
pub fn question(kind: Kind) -> String {
    match kind {
        Kind::Cgroup => tr!("where do the paths of cgroups begin?"),
        Kind::Ipc => tr!("which shared memory and message queues are there?"),
        Kind::Mnt => tr!("which file systems are mounted where?"),
        Kind::Net => tr!("which cards, addresses and ports are there?"),
        Kind::Pid => tr!("which processes are there, and who is PID 1?"),
        Kind::Time => tr!("how long has the machine been running?"),
        Kind::User => tr!("who is who, and who is root?"),
        Kind::Uts => tr!("what is the machine called?"),
    }
}

/// Returns the rule of a type, in two or three sentences.
pub fn rule(kind: Kind) -> String {
    match kind {
        Kind::Cgroup => {
            tr!("Docker makes one for each container, where cgroups are of \
             version 2. Such a namespace hides the path above, and the limits \
             stay those of the cgroup.")
        }
        Kind::Ipc => tr!(
            "Docker makes one for each container. No other type brings it \
             along."
        ),
        Kind::Mnt => tr!(
            "Each container has one, for files of its own. --mount-proc asks \
             for one too, to keep its /proc from everybody else."
        ),
        Kind::Net => tr!(
            "Each container has one, unless --net names another: the host's, \
             or that of a container. Who joins one joins nothing else."
        ),
        Kind::Pid => tr!(
            "A process never leaves its PID namespace: unshare(2) and setns(2) \
             change only pid_for_children. A command that is born after the \
             call is such a child: with --fork, with set_ns, in a container."
        ),
        Kind::Time => tr!(
            "Docker does not use this type: a container has the machine's \
             clocks. With unshare(2) only the children are born in a new one; \
             since Linux 6.2 the caller follows with exec(3)."
        ),
        Kind::User => tr!(
            "Root needs none to make or to join the others, and Docker makes \
             none unless its daemon is told to. Only who asks for one, as \
             with --user, gets one."
        ),
        Kind::Uts => tr!(
            "Docker makes one for each container, for a hostname of its own. \
             No other type brings it along."
        ),
    }
}

/// Returns the man page of a type.
pub fn man_page(kind: Kind) -> &'static str {
    match kind {
        Kind::Cgroup => "cgroup_namespaces(7)",
        Kind::Ipc => "ipc_namespaces(7)",
        Kind::Mnt => "mount_namespaces(7)",
        Kind::Net => "network_namespaces(7)",
        Kind::Pid => "pid_namespaces(7)",
        Kind::Time => "time_namespaces(7)",
        Kind::User => "user_namespaces(7)",
        Kind::Uts => "uts_namespaces(7)",
    }
}

/// Returns the step of [`CHAPTER`] that shows a type.
pub fn step(kind: Kind) -> usize {
    match kind {
        Kind::Uts => 1,
        Kind::Pid => 2,
        Kind::Mnt => 5,
        Kind::Net => 6,
        Kind::User => 7,
        Kind::Cgroup | Kind::Ipc | Kind::Time => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_course;

    #[test]
    fn the_step_of_a_type_has_the_type_in_its_title() {
        let lesson = test_course::chapter(CHAPTER).lesson;
        for kind in Kind::ALL {
            let title = &lesson.steps[step(kind) - 1].title;
            let types = title.split_once('(').map_or("", |(_, types)| types);
            let mut types = types.trim_end_matches(')').split(", ");
            assert!(types.any(|it| it == kind.name()), "{kind}: {title}");
        }
    }
}
