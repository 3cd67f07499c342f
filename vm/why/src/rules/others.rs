//! Hostname, signals, programs.

use nix::errno::Errno;
use tr::tr;

use super::privilege::{lacks, lacks_for};
use crate::call::Call;
use crate::capability::Capability;
use crate::page::Page;
use crate::rule::{ALWAYS, Finding, Only, Rule};
use crate::state::State;
use crate::step;
use protocol::Kind;

pub(super) const RULES: &[Rule] = &[
    Rule {
        calls: &[Call::Sethostname],
        only: Only {
            kinds: &[Kind::Uts],
            ..ALWAYS
        },
        errno: Errno::EPERM,
        says: || {
            tr!(
                "To set the hostname takes CAP_SYS_ADMIN in the user namespace \
                 that owns the UTS namespace."
            )
        },
        finds: |state| lacks_for(state, Capability::SysAdmin, Kind::Uts),
        step: step::DOCKER_EXEC,
        page: Page::errors("sethostname", 2),
    },
    Rule {
        calls: &[Call::Sethostname],
        only: Only {
            kinds: &[Kind::Uts],
            ..ALWAYS
        },
        errno: Errno::EINVAL,
        says: || tr!("A hostname has at most 64 bytes."),
        finds: |_| Finding::Open(tr!("count its letters")),
        step: step::ITS_OWN_NAME,
        page: Page::errors("sethostname", 2),
    },
    Rule {
        calls: &[Call::Kill],
        only: Only {
            kinds: &[Kind::Pid],
            ..ALWAYS
        },
        errno: Errno::ESRCH,
        says: || {
            tr!("A PID counts in the PID namespace of who calls. That of a \
                 /proc counts in the namespace of who mounted it.")
        },
        finds: |_| {
            Finding::Open(tr!(
                "whose /proc is it? readlink /proc/self; echo $$"
            ))
        },
        step: step::WHOSE_PROCESSES,
        page: Page::errors("kill", 2),
    },
    Rule {
        calls: &[Call::Kill],
        only: ALWAYS,
        errno: Errno::EPERM,
        says: || {
            tr!("A signal goes to processes of the same user; to others it \
                 takes CAP_KILL in their user namespace.")
        },
        finds: |state| lacks(state, Capability::Kill),
        step: step::ROOT_IN_THERE,
        page: Page::errors("kill", 2),
    },
    Rule {
        calls: &[Call::Exec],
        only: ALWAYS,
        errno: Errno::ENOENT,
        says: || {
            tr!(
                "There is no such program in this mount namespace; or there \
                 is, and its loader is not (man 2 execve)."
            )
        },
        finds: no_program,
        step: step::WHAT_IT_REFUSES,
        page: Page::errors("execve", 2),
    },
    Rule {
        calls: &[Call::Exec],
        only: ALWAYS,
        errno: Errno::EACCES,
        says: || {
            tr!(
                "The file may not be executed by this user, or its mount has \
                 the option noexec."
            )
        },
        finds: |_| Finding::Open(tr!("ls -l FILE; findmnt -T FILE")),
        step: step::ROOT_IN_THERE,
        page: Page::errors("execve", 2),
    },
];

fn no_program(state: &State) -> Finding {
    match &state.object {
        Some(object) if object.errno() == Some(Errno::ENOENT) => {
            Finding::Open(tr!(
                "look for {file} in each folder of PATH",
                file = object.path.display()
            ))
        }
        Some(object) => Finding::Open(tr!(
            "{file} is there: is its loader?",
            file = object.path.display()
        )),
        None => Finding::Open(tr!("look into each folder of PATH")),
    }
}
