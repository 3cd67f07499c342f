//! Plays the lessons in a real Linux machine and proves them.

#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod bench;
pub mod binaries;
pub mod compare;
pub mod course;
pub mod docker;
pub mod doctor;
pub mod exercise;
pub mod exit_code;
pub mod facts;
pub mod fuzz;
pub mod input;
pub mod laboratory;
pub mod lesson;
pub mod machine;
pub mod names;
pub mod output;
pub mod play;
pub mod player;
pub mod progress;
pub mod sandbox;
pub mod shell;
pub mod systems;
pub mod teach;
pub mod terminal;
pub mod verify;
pub mod watch;
