//! The processes that are asked for.

use std::fs::read_dir;
use std::num::{NonZeroU32, ParseIntError};

use crate::{Args, fail};

/// A PID has digits, and no sign.
pub fn pid(word: &str) -> Result<NonZeroU32, ParseIntError> {
    if word.starts_with('+') { "+" } else { word }.parse()
}

/// The names in /proc of the processes asked for: of all, lowest PID first.
pub fn pids(args: &Args) -> Vec<String> {
    let mut pids = args.pids.clone();
    if args.all {
        let proc = read_dir("/proc");
        let proc = proc.unwrap_or_else(|error| fail("open", "/proc", &error));
        let names = proc.flatten().map(|entry| entry.file_name());
        pids = names.filter_map(|n| n.to_str()?.parse().ok()).collect();
        pids.sort_unstable();
    } else if pids.is_empty() {
        return vec!["self".to_owned()];
    }
    pids.iter().map(NonZeroU32::to_string).collect()
}
