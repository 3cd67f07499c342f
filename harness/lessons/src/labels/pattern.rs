//! Pattern for all text that differs in every run.

use std::sync::LazyLock;

use regex::Regex;

/// Terminal control: CSI and OSC sequences, and carriage returns before a
/// newline.
static CONTROL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?x) \x1b \[ [0-?]* [\ -/]* [@-~]
        | \x1b [\]PX^_] [^\x07\x1b\n]* (?: \x07 | \x1b\\ )
        | \x1b [\ -/]* [0-~]
        | [\x00-\x08\x0b-\x1f\x7f-\x9f]",
    )
});

/// A date as printed by `ls -l` or `date`.
pub(super) static DATE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?x-u) \b (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)
        \ [\ \d]\d\ (?: \d\d:\d\d (?: :\d\d )? | \ \d{4} )\b",
    )
});

/// Text that differs in every run, or with another version of a tool.
const VARIABLE: &str = r"
    (?P<tool> \b (?: BusyBox\  | util-linux\  | procps-ng\  | iproute2- ) )
        v? \d+ (?: \.\d+ )+ [!-'*+\--~]* (?: \ \( [\ -'*-~]* \) )?
    | \b (?P<kind> cgroup|ipc|mnt|net|pid|time|user|uts )
        :\[ (?P<inode> \d+ ) \]
    | \b (?P<listed> (?: cgroup|ipc|mnt|net|pid|time|user|uts ) :\d+ ) \b
    | (?P<mac> \b [[:xdigit:]]{2} (?: :[[:xdigit:]]{2} ){5} \b )
    | (?P<link_local> \b fe80::[[:xdigit:]:]+ )
    | (?P<time> \b \d\d:\d\d:\d\d \b )
    | (?P<veth> \b veth[0-9a-f]{7} \b )
    | \b (?P<id> [0-9a-f]{64} | [0-9a-f]{12} ) \b
    | (?P<packets> \b [RT]X\ packets: ) \d+
    | (?P<bytes> \b [RT]X\ bytes: ) \d+\ \( [\ -'*-~]* \)
    | (?P<number> \b \d+ \b )";

fn fixed(pattern: &str) -> Regex {
    // The tests of this file compile its patterns.
    Regex::new(pattern).expect("a valid pattern")
}

/// Removes terminal control, and white space at the ends of lines.
pub fn plain(output: &str) -> String {
    let output = CONTROL.replace_all(output, "");
    let lines = output.split('\n').map(str::trim_end);
    lines.collect::<Vec<_>>().join("\n")
}

/// Pattern of all text that differs in every run, for one machine.
#[derive(Debug)]
pub(super) struct Pattern(pub(super) Regex);

impl Pattern {
    pub(super) fn new(kernel: &str) -> Self {
        // The kernel's release may contain numbers, so it comes first.
        let kernel = match kernel {
            "" => String::new(),
            kernel => regex::escape(kernel) + "|",
        };
        Self(fixed(&format!("(?x-u){kernel}{VARIABLE}")))
    }
}
