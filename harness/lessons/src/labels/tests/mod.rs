//! Tests of the labels.
//!
//! * `namer`: the labels of a small machine
//! * `story`, `telling`: random stories of a machine, told with random numbers
//! * `properties`: properties of the labels in every story

mod namer;
mod properties;
mod story;
mod telling;
