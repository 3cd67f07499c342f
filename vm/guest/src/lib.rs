//! Facts about the kernel, as seen from inside a Linux: by PID 1 of the
//! machine, and by PID 1 of the sandbox in which real Docker runs.

pub mod facts;
