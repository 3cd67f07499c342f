//! Work that several computers share: each does its part and writes a file, and
//! the files are put together on one of them.
//!
//! Nothing here starts, moves or watches anything: a CI service, Slurm or
//! Kubernetes does.
//!
//! # Layout
//!
//! * [`partition`]: a part of the work, such as `3/8`, and what is in it
//! * [`course_digest`]: the version of the course, as a hash
//! * [`share`]: the file with the results of a part
//! * [`merge`]: all files, put together, or the reasons why they cannot be

pub mod course_digest;
pub mod merge;
pub mod partition;
pub mod share;
