//! The protocol between the harness and the machine's PID 1.
//!
//! # Layout
//!
//! * [`message`]: requests and events, and their order
//! * [`facts`]: the state of the kernel, as the machine's PID 1 sees it
//! * [`name`]: turns the kernel's names into text
//! * [`frame`]: turns messages into bytes for the virtio-serial port
//! * [`stages`]: messages about all stages of a run, on one stream
//!
//! Both sides are built from the same source. The harness refuses a machine
//! with another [`VERSION`] at the first message.

pub mod facts;
pub mod frame;
pub mod message;
pub mod name;
pub mod stages;

pub use facts::{
    Facts, Interface, Kind, LinkState, Namespace, NetNamespace, Peer, Process,
};
pub use frame::{FrameError, Frames, encode};
pub use message::{Event, ExitStatus, Request, Source, StreamId, WindowSize};

/// Version of the protocol. It changes with the meaning or layout of any
/// message.
pub const VERSION: u32 = 2;

/// Name of the virtio-serial port in `/sys/class/virtio-ports/*/name`.
pub const PORT_NAME: &str = "machine.control";

/// First PID that the machine gives to a process of a lesson. So every number
/// in `FIRST_PID..FIRST_PID + 5000` that a command prints is a PID: no port,
/// size or exit code of a lesson is in this range.
pub const FIRST_PID: i32 = 25_000;
