//! The user namespace that owns a namespace.

/// A user namespace, seen from the user namespace of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The very one: the process's capabilities count.
    Own,
    /// A descendant: the process's capabilities count.
    Below,
    /// Any other: the process's capabilities do not count.
    Elsewhere,
    /// Not known.
    Unknown,
}
