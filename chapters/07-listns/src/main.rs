//! listns - list the kernel's namespaces with listns(2), and join one by number
//!
//! Since Linux 6.19 the kernel itself has a list of namespaces, and in this list
//! are those without a member, too. Each namespace has an identifier, which no
//! other namespace is ever given; 1 to 8 are the initial ones. The list ends
//! where the caller's rights end, and no error says so.
//!
//! ```console
//! host# listns --type uts --members
//! ID               INODE                HELD BY
//! uts:2            uts:[4026531838]     init (1) and 71 more
//! uts:12           uts:[4026532139]     descriptor 3 of bash (25003)
//! host# listns --join uts:12 hostname
//! web
//! ```
//!
//! See: listns(2), open_by_handle_at(2), namespaces(7)

mod args;
mod child;
mod command;
mod descriptors;
mod failure;
mod handle;
mod holders;
mod identifier;
mod join;
mod kind;
mod mounts;
mod namespace;
mod print;

use std::collections::{BTreeMap, VecDeque};
use std::mem::size_of;
use std::process::ExitCode;

use clap::Parser;
use libc::{c_long, syscall};
use nix::errno::Errno::{self, EINVAL, ENOENT};

use args::Args;
use failure::fail;
use holders::Holders;
use kind::Kind;
use namespace::Namespace;

/// Number of listns(2), the same on all architectures.
const LISTNS: c_long = 470;

/// Question to listns(2): `struct ns_id_req` of linux/nsfs.h.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct NsIdReq {
    size: u32,
    spare: u32,
    /// The last identifier of the page before: the list goes on behind it.
    ns_id: u64,
    /// Flag CLONE_NEW* of the type; 0 asks for all types.
    ns_type: u32,
    spare2: u32,
    /// User namespace that owns; 0 asks for all owners.
    user_ns_id: u64,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(id) = &args.join {
        return join::join(id, &args.command);
    }
    // A namespace that is held by a socket alone is alive and not listed. A
    // handle brings it back, so processes and their sockets are asked first.
    let holders = args.members.then(Holders::find);

    // An answer has identifiers and nothing else: we know of a namespace what
    // we asked for. First: which ones are of this type? Then, for each user
    // namespace: which ones does it own?
    let mut namespaces = BTreeMap::<u64, Namespace>::new();
    let mut questions = questions(&args);
    let mut page = [0_u64; 512];
    while let Some(mut question) = questions.pop_front() {
        // SAFETY: both pointers are to variables that outlive the call.
        let found = unsafe {
            syscall(LISTNS, &raw const question, page.as_mut_ptr(), 512, 0)
        };
        let found = question.found(found);
        for &id in &page[..found] {
            let namespace = namespaces.entry(id).or_default();
            question.tells(namespace);
            if question.ns_type == Kind::User.flag() && args.wants_owners() {
                questions.push_back(NsIdReq::owned_by(id));
            }
        }
        // As many as fit: there may be more.
        if found == page.len() {
            question.ns_id = page[found - 1];
            questions.push_front(question);
        }
    }
    print::print(&args, &namespaces, holders.as_ref());
    ExitCode::SUCCESS
}

impl NsIdReq {
    fn of_type(kind: Kind) -> Self {
        Self {
            size: size_of::<Self>() as u32,
            ns_type: kind.flag(),
            ..Self::default()
        }
    }

    fn owned_by(user_namespace: u64) -> Self {
        Self {
            size: size_of::<Self>() as u32,
            user_ns_id: user_namespace,
            ..Self::default()
        }
    }

    /// An identifier in the answer tells what was asked for.
    fn tells(&self, namespace: &mut Namespace) {
        match self.user_ns_id {
            0 => namespace.kind = Kind::of_flag(self.ns_type),
            owner => namespace.owner = Some(owner),
        }
    }

    /// Returns how many identifiers an answer has.
    fn found(&self, answer: c_long) -> usize {
        match (usize::try_from(answer), Errno::last()) {
            (Ok(found), _) => found,
            // A user namespace that has ended since it was listed.
            (_, EINVAL) if self.user_ns_id != 0 => 0,
            // The page before was full, and nothing is left.
            (_, ENOENT) if self.ns_id != 0 => 0,
            (_, errno) => fail("listns", "", errno),
        }
    }
}

/// One for each type; a list of some types needs no others.
fn questions(args: &Args) -> VecDeque<NsIdReq> {
    let asked = |kind: &Kind| args.wants_owners() || args.shows(*kind);
    let kinds = Kind::ALL.into_iter().filter(asked);
    kinds.map(NsIdReq::of_type).collect()
}
