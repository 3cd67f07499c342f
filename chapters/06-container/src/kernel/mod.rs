//! kernel - the system calls of a container, each where it can be read
//!
//! Nothing in here knows of Docker, or of a file of ours: of this crate it uses
//! the error type alone.
//!
//! # Layout
//!
//! * [`process`]: clone3(2), and handles of processes
//! * [`random`]: bytes that nobody can guess
//! * [`namespaces`]: which are new, and which are joined
//! * [`channel`]: the words that parent and child have for each other
//! * [`descriptors`]: a child takes along nothing of the machine
//! * [`root`], [`tree`]: how an overlay becomes `/`, and mounts by descriptor
//! * [`furniture`], [`devices`]: what is mounted in there, and what is hidden
//! * [`resolve`]: paths in a root that others have made
//! * [`network`]: the bridge, a cable for each container, addresses
//! * [`cgroup`], [`device_filter`]: its processes, and the devices they may open
//! * [`capabilities`]: what root may do in there
//! * [`stdio`], [`command`], [`word`]: execve(2), and what it takes

pub mod capabilities;
pub mod cgroup;
pub mod channel;
pub mod command;
pub mod descriptors;
pub mod device_filter;
pub mod devices;
pub mod furniture;
pub mod namespaces;
pub mod network;
pub mod process;
pub mod random;
pub mod resolve;
pub mod root;
pub mod stdio;
pub mod tree;
pub mod word;
