//! What the harness and the machine's PID 1 say to each other.
//!
//! # Layout
//!
//! * [`message`]: the requests, the events, and the order they come in
//! * [`facts`]: what the kernel holds, as PID 1 of the machine sees it
//! * [`name`]: the kernel's names as text
//! * [`frame`]: how a message becomes bytes on the virtio-serial port
//!
//! Both sides are built from the same source. A machine that speaks another
//! [`VERSION`] is refused at the first message.

pub mod facts;
pub mod frame;
pub mod message;
pub mod name;

pub use facts::{
    Facts, Interface, Kind, LinkState, Namespace, NetNamespace, Peer, Process,
};
pub use frame::{FrameError, Frames, encode};
pub use message::{Event, ExitStatus, Request, Source, StreamId, WindowSize};

/// Changes whenever a message changes its meaning or its layout.
pub const VERSION: u32 = 2;

/// The virtio-serial port's name, `/sys/class/virtio-ports/*/name`.
pub const PORT_NAME: &str = "machine.control";

/// The first PID the machine gives to a process of a lesson. Every number in
/// `FIRST_PID..FIRST_PID + 5000` that a command prints is therefore a PID,
/// and no port, size or exit code of a lesson lies there.
pub const FIRST_PID: i32 = 25_000;
