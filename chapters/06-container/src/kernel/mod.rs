//! kernel - the system calls of a container, each where it can be read
//!
//! # Layout
//!
//! * [`process`]: clone3(2), handles of processes, capabilities
//! * [`namespaces`]: which are new, and which are joined
//! * [`channel`]: what parent and child say to each other
//! * [`descriptors`]: what the child takes along
//! * [`root`], [`devices`]: pivot_root(2), and what is mounted
//! * [`resolve`]: paths in a root that others have made
//! * [`network`]: the bridge, a cable for each container, addresses
//! * [`cgroup`], [`device_filter`]: the group of its processes, and which
//!   devices they may open
//! * [`command`], [`word`]: execve(2), and what it takes

pub mod cgroup;
pub mod channel;
pub mod command;
pub mod descriptors;
pub mod device_filter;
pub mod devices;
pub mod namespaces;
pub mod network;
pub mod process;
pub mod resolve;
pub mod root;
pub mod word;
