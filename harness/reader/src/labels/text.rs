//! Finds the numbers in a command's output.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use protocol::{FIRST_PID, Kind};
use regex::{Captures, Match, Regex};

use super::addresses::{self, Mac};
use super::column::{Alignment, Line};
use super::{Label, Namer};

/// The numbers of namespaces, `PROC_DYNAMIC_FIRST` and the few below it that
/// the kernel gives to the initial ones.
const INODES: RangeInclusive<u64> = 4_026_531_832..=4_026_599_999;

/// Terminal control: CSI and OSC sequences, and returns before a newline.
static CONTROL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?x) \x1b \[ [0-?]* [\ -/]* [@-~]
        | \x1b [\]PX^_] [^\x07\x1b\n]* (?: \x07 | \x1b\\ )
        | \x1b [\ -/]* [0-~]
        | [\x00-\x08\x0b-\x1f\x7f-\x9f]",
    )
});

/// The date of `ls -l` and of `date`.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?x-u) \b (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)
        \ [\ \d]\d\ (?: \d\d:\d\d (?: :\d\d )? | \ \d{4} )\b",
    )
});

/// What has another value in every run, or with another version of a tool.
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

/// Output without terminal control and without white space at line ends.
pub fn plain(output: &str) -> String {
    let output = CONTROL.replace_all(output, "");
    let lines = output.split('\n').map(str::trim_end);
    lines.collect::<Vec<_>>().join("\n")
}

/// All that has another value in every run, on one machine.
#[derive(Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    pub(super) fn new(kernel: &str) -> Self {
        // It may have numbers in it: it comes first.
        let kernel = match kernel {
            "" => String::new(),
            kernel => regex::escape(kernel) + "|",
        };
        Self(fixed(&format!("(?x-u){kernel}{VARIABLE}")))
    }
}

/// The renaming of one command's output.
pub(super) struct Renaming<'a> {
    namer: &'a mut Namer,
    /// The types of namespaces as this output tells them.
    kinds: BTreeMap<u64, Kind>,
    /// The namespaces that lived only during the command.
    short_lived: BTreeMap<(Option<Kind>, u64), Label>,
}

impl<'a> Renaming<'a> {
    pub(super) fn new(namer: &'a mut Namer, output: &str) -> Self {
        let mut kinds = BTreeMap::new();
        for captures in namer.pattern.0.captures_iter(output) {
            if let Some((kind, inode)) = namespace(&captures) {
                kinds.entry(inode).or_insert(kind);
            }
        }
        Self {
            namer,
            kinds,
            short_lived: BTreeMap::new(),
        }
    }

    pub(super) fn run(&mut self, output: &str) -> String {
        let lines: Vec<_> =
            output.split('\n').map(|line| self.line(line)).collect();
        lines.join("\n")
    }

    fn line(&mut self, source: &str) -> String {
        let source = DATE.replace_all(source, "<date>");
        let pattern = self.namer.pattern.0.clone();
        let mut line = Line::new(&source);
        for captures in pattern.captures_iter(&source) {
            let place = captures.get_match();
            if let Some((label, alignment)) =
                self.word(&captures, Context::of(&source, place))
            {
                line.replace(place.start(), place.end(), &label, alignment);
            }
        }
        line.finish()
    }

    /// What to write for this match, if not what stands there.
    fn word(
        &mut self,
        captures: &Captures,
        context: Context,
    ) -> Option<(String, Alignment)> {
        let named = |name| captures.name(name).map(|found| found.as_str());
        if let Some((kind, inode)) = namespace(captures) {
            return Some((self.namespace(Some(kind), inode), Alignment::Left));
        }
        if let Some(tool) = named("tool") {
            return Some((format!("{tool}<version>"), Alignment::None));
        }
        if let Some(mac) = named("mac").and_then(addresses::parse) {
            if context.in_colons {
                return None;
            }
            let label = self.mac(mac)?;
            return Some((format!("<{label}>"), Alignment::Left));
        }
        if let Some(address) = named("link_local") {
            let mac = addresses::of_link_local(address.parse().ok()?)?;
            let label = self.mac(mac)?;
            return Some((format!("fe80::<{label}>"), Alignment::Left));
        }
        if named("time").is_some() {
            let time = ("<time>".into(), Alignment::Right);
            return (!context.in_colons).then_some(time);
        }
        if let Some(name) = named("veth") {
            let label = self.namer.identifiers.veth(name);
            return Some((label, Alignment::Left));
        }
        if let Some(id) = named("id") {
            return Some((self.namer.identifiers.id(id), Alignment::Left));
        }
        if let Some(head) = named("packets") {
            return Some((format!("{head}<n>"), Alignment::None));
        }
        if let Some(head) = named("bytes") {
            return Some((format!("{head}<n> (<n>)"), Alignment::None));
        }
        if let Some(digits) = named("number") {
            if context.in_fraction {
                return None;
            }
            return Some((self.number(digits)?, Alignment::Right));
        }
        Some(("<kernel>".into(), Alignment::None))
    }

    fn number(&mut self, digits: &str) -> Option<String> {
        let number: u64 = digits.parse().ok()?;
        if digits.starts_with('0') {
            return None;
        }
        if INODES.contains(&number) {
            // In a column of numbers there is no room for the long word.
            let label = self.namespace(None, number);
            return Some(label.replace("[initial]", "[·]"));
        }
        let pid = i32::try_from(number).ok()?;
        if !(FIRST_PID..FIRST_PID + 5_000).contains(&pid) {
            return None;
        }
        let namer = &mut *self.namer;
        let label = namer.processes.label(pid, &namer.before, &namer.after);
        Some(format!("<{label}>"))
    }

    fn mac(&mut self, mac: Mac) -> Option<String> {
        let namer = &mut *self.namer;
        namer.addresses.label(mac, &namer.before, &namer.after)
    }

    fn namespace(&mut self, kind: Option<Kind>, inode: u64) -> String {
        let namespaces = &mut self.namer.namespaces;
        let (kind, label) = match namespaces.find(kind, inode) {
            Some((kind, label)) => (Some(kind), label),
            None => {
                let kind = kind.or_else(|| self.kinds.get(&inode).copied());
                let label = self.short_lived.entry((kind, inode));
                (kind, *label.or_insert_with(|| namespaces.next(kind)))
            }
        };
        let kind = kind.map_or("unknown", Kind::name);
        format!("{kind}:[{label}]")
    }
}

/// The type and the number in `net:[4026531840]`.
fn namespace(captures: &Captures) -> Option<(Kind, u64)> {
    let kind = Kind::from_name(captures.name("kind")?.as_str())?;
    Some((kind, captures.name("inode")?.as_str().parse().ok()?))
}

/// What stands around a match.
#[derive(Clone, Copy)]
struct Context {
    /// It goes on with a colon: a longer address.
    in_colons: bool,
    /// It is one side of a decimal point: a measure, or an IP address.
    in_fraction: bool,
}

impl Context {
    fn of(line: &str, place: Match) -> Self {
        let mut left = line[..place.start()].chars().rev();
        let mut right = line[place.end()..].chars();
        let (left, beyond_left) = (left.next(), left.next());
        let (right, beyond_right) = (right.next(), right.next());
        let fraction = |near, far: Option<char>| {
            near == Some('.') && far.is_some_and(|c| c.is_ascii_digit())
        };
        Self {
            in_colons: left == Some(':') || right == Some(':'),
            in_fraction: fraction(left, beyond_left)
                || fraction(right, beyond_right),
        }
    }
}
