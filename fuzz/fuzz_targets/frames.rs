//! See ../properties/frames.rs.
#![no_main]

#[path = "../properties/frames.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::hold(bytes));
