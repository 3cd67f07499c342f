//! Tests of the labels.

mod namer;
mod properties;
