//! Facts of a kernel, seen from inside: by PID 1 of the machine, and by PID 1
//! of the sandbox in which real Docker runs.

pub mod facts;
