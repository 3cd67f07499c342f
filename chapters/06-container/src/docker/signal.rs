//! signal - a signal's number, by its name or its number
//!
//! Docker knows more names than signal(7) has: two for some signals, and one
//! for each of the real-time signals, counted from both ends.
//!
//! See: signal(7), `docker kill`

use nix::sys::signal::Signal;

use crate::error::{Result, refused};

/// Real-time signals that the C library leaves to programs.
const RTMIN: i64 = 34;
const RTMAX: i64 = 64;

/// Names that the kernel's headers have beside those of [`Signal`].
const MORE: [(&str, i64); 4] =
    [("CLD", 17), ("IOT", 6), ("POLL", 29), ("UNUSED", 31)];

/// Reads a signal: 9, KILL or SIGKILL. No text stands for SIGKILL.
pub fn parse(text: &str) -> Result<i64> {
    let name = text.to_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    let known = || format!("SIG{name}").parse::<Signal>().ok();
    let more = || MORE.iter().find(|(more, _)| *more == name);
    let number = text.parse().ok().filter(|it| *it != 0);
    number
        .or_else(|| text.is_empty().then_some(libc::SIGKILL.into()))
        .or_else(|| known().map(|signal| signal as i64))
        .or_else(|| more().map(|(_, number)| *number))
        .or_else(|| real_time(name))
        .ok_or_else(|| refused(format!("invalid signal: {text}")))
}

/// Refuses a number that is no signal's.
pub fn check(signal: i64) -> Result<i32> {
    let known = i32::try_from(signal)
        .ok()
        .filter(|it| (1..=64).contains(it));
    known.ok_or_else(|| {
        let what = "the linux daemon does not support signal";
        refused(format!("{what} {}", signal as u64))
    })
}

/// Reads RTMIN to RTMIN+15, or RTMAX-14 to RTMAX.
fn real_time(name: &str) -> Option<i64> {
    let steps = |text: &str, sign, last| match text {
        "" => Some(0),
        _ => {
            let digits = text.strip_prefix(sign)?;
            let number = digits.parse().ok()?;
            let exact = digits == format!("{number}");
            ((1..=last).contains(&number) && exact).then_some(number)
        }
    };
    let from = |edge| name.strip_prefix(edge);
    match (from("RTMIN"), from("RTMAX")) {
        (Some(up), _) => Some(RTMIN + steps(up, '+', 15)?),
        (_, Some(down)) => Some(RTMAX - steps(down, '-', 14)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_has_names_and_a_number() {
        for (texts, number) in [
            (&["9", "KILL", "SIGKILL", "kill", "", "+9", "09"][..], 9),
            (&["RTMIN", "sigrtmin", "34"], 34),
            (&["RTMIN+15"], 49),
            (&["RTMAX-14"], 50),
            (&["RTMAX"], 64),
            (&["IOT", "ABRT"], 6),
            (&["CLD", "CHLD"], 17),
            (&["SIGPOLL", "IO"], 29),
            (&["STKFLT"], 16),
        ] {
            for text in texts {
                let read = parse(text).and_then(check).ok();
                assert_eq!(read, Some(number), "{text}");
            }
        }
        for text in ["0", "NOPE", "RTMIN+99", "RTMIN+", "RTMIN+01", " 9"] {
            assert!(parse(text).is_err(), "{text}");
        }
        for text in ["65", "-9"] {
            assert!(parse(text).and_then(check).is_err(), "{text}");
        }
    }
}
