//! What the kernel holds, for whoever looks at it from inside a Linux: PID 1
//! of the machine, and PID 1 of the sandbox real Docker runs in.

pub mod facts;
