//! Pattern of all that has another value in every run.

use std::sync::LazyLock;

use regex::Regex;

/// Controls of a terminal: CSI and OSC sequences, and returns before a newline.
static CONTROL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?x) \x1b \[ [0-?]* [\ -/]* [@-~]
        | \x1b [\]PX^_] [^\x07\x1b\n]* (?: \x07 | \x1b\\ )
        | \x1b [\ -/]* [0-~]
        | [\x00-\x08\x0b-\x1f\x7f-\x9f]",
    )
});

/// Date of `ls -l` and of `date`.
pub(super) static DATE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?x-u) \b (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)
        \ [\ \d]\d\ (?: \d\d:\d\d (?: :\d\d )? | \ \d{4} )\b",
    )
});

/// Texts with another value in every run, or with another version of a tool.
const VARIABLE: &str = r"
    (?P<tool> \b (?: BusyBox\  | util-linux\  | procps-ng\  | iproute2- ) )
        v? \d+ (?: \.\d+ )+ [!-'*+\--~]* (?: \ \( [\ -'*-~]* \) )?
    | \b (?P<kind> cgroup|ipc|mnt|net|pid|time|user|uts )
        :\[ (?P<inode> \d+ ) \]
    | (?P<mac> \b [[:xdigit:]]{2} (?: :[[:xdigit:]]{2} ){5} \b )
    | (?P<link_local> \b fe80::[[:xdigit:]:]+ )
    | (?P<time> \b \d\d:\d\d:\d\d \b )
    | (?P<veth> \b veth[0-9a-f]{7} \b )
    | \b (?P<id> [0-9a-f]{64} | [0-9a-f]{12} ) \b
    | (?P<packets> \b [RT]X\ packets: ) \d+
    | (?P<bytes> \b [RT]X\ bytes: ) \d+\ \( [\ -'*-~]* \)
    | (?P<number> \b \d+ \b )";

fn fixed(pattern: &str) -> Regex {
    // The patterns of this file are compiled by its tests.
    Regex::new(pattern).expect("a valid pattern")
}

/// Returns output without terminal control and without white space at line
/// ends.
pub fn plain(output: &str) -> String {
    let output = CONTROL.replace_all(output, "");
    let lines = output.split('\n').map(str::trim_end);
    lines.collect::<Vec<_>>().join("\n")
}

/// Texts with another value in every run of one machine.
#[derive(Debug)]
pub(super) struct Pattern(pub(super) Regex);

impl Pattern {
    pub(super) fn new(kernel: &str) -> Self {
        // The release comes first, because there may be numbers in it.
        let kernel = match kernel {
            "" => String::new(),
            kernel => regex::escape(kernel) + "|",
        };
        Self(fixed(&format!("(?x-u){kernel}{VARIABLE}")))
    }
}
