//! Output of listns, on any kernel and for any user: where the kernel has no
//! listns(2), the test answers in its place.

#[cfg(target_arch = "x86_64")]
mod answers;
mod here;
