//! See ../properties/lesson.rs.
#![no_main]

#[path = "../properties/lesson.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::hold(bytes));
