//! The arguments: a list, or a namespace to join.

use std::ffi::OsString;

use clap::Parser;

use crate::identifier::Identifier;
use crate::kind::Kind;

/// List the kernel's namespaces with listns(2), or join one by its identifier
#[derive(Parser)]
#[command(version, term_width = 80)]
#[command(override_usage = "listns [OPTIONS]
       listns --join ID COMMAND...")]
pub struct Args {
    /// List this type only, without the tree of owners; may be repeated
    #[arg(short, long = "type", value_name = "TYPE")]
    pub types: Vec<Kind>,
    /// Show inode numbers, as /proc/PID/ns has them in brackets
    #[arg(short, long)]
    pub inode: bool,
    /// Show inode numbers, and for each namespace its members, or else who
    /// holds it: a descriptor, a mount, a socket, or what it owns
    #[arg(short, long)]
    pub members: bool,
    /// Join the namespace with this identifier, and run COMMAND there
    #[arg(short, long, value_name = "ID")]
    #[arg(requires = "command", conflicts_with_all = ["types", "inode", "members"])]
    pub join: Option<Identifier>,
    #[arg(hide = true, requires = "join", trailing_var_arg = true)]
    pub command: Vec<OsString>,
}

impl Args {
    /// The tree needs owners, and a namespace may be held by what it owns.
    pub fn wants_owners(&self) -> bool {
        self.members || self.types.is_empty()
    }

    pub fn shows(&self, kind: Kind) -> bool {
        self.types.is_empty() || self.types.contains(&kind)
    }
}
