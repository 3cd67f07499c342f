//! Replaces the numbers in a command's output by labels.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use protocol::{FIRST_PID, Kind};
use regex::{Captures, Match};

use super::addresses::{self, Mac};
use super::column::{AlignedLine, Alignment};
use super::label::Label;
use super::leftover::{self, LooksNormalised};
use super::namer::Namer;
use super::pattern::{DATE, plain};

/// Inodes of namespaces: from `PROC_DYNAMIC_FIRST` up, and the few below it
/// that the kernel gives to the initial ones.
const INODES: RangeInclusive<u64> = 4_026_531_832..=4_026_599_999;

impl Namer {
    /// Returns the output of the command between the last two [`observe`]s,
    /// with labels in place of numbers. Refuses output that already contains
    /// labels: a match with the lesson would then prove nothing.
    ///
    /// [`observe`]: Self::observe
    pub fn normalise(
        &mut self,
        output: &str,
    ) -> Result<String, LooksNormalised> {
        let output = plain(output);
        leftover::refuse_labels(&output, self.processes.names())?;
        Ok(Renaming::new(self, &output).rename(&output))
    }
}

/// Renaming of one command's output.
struct Renaming<'a> {
    namer: &'a mut Namer,
    /// Types of namespaces, as far as this output shows them.
    kinds: BTreeMap<u64, Kind>,
    /// Namespaces that lived only during the command.
    short_lived: BTreeMap<(Option<Kind>, u64), Label>,
}

impl<'a> Renaming<'a> {
    fn new(namer: &'a mut Namer, output: &str) -> Self {
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

    fn rename(&mut self, output: &str) -> String {
        let lines: Vec<_> =
            output.split('\n').map(|line| self.line(line)).collect();
        lines.join("\n")
    }

    fn line(&mut self, source: &str) -> String {
        let source = DATE.replace_all(source, "<date>");
        let pattern = self.namer.pattern.0.clone();
        let mut line = AlignedLine::new(&source);
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

    /// Returns the label that replaces a match, or `None` if the match stays.
    fn word(
        &mut self,
        captures: &Captures,
        context: Context,
    ) -> Option<(String, Alignment)> {
        let named = |name| captures.name(name).map(|found| found.as_str());
        if let Some((kind, inode)) = namespace(captures) {
            return Some((self.namespace(Some(kind), inode), Alignment::Left));
        }
        if let Some(listed) = named("listed") {
            let label = self.namer.identifiers.listed(listed)?;
            return Some((label, Alignment::Left));
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
            // In a column of numbers there is no room for the word `initial`.
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

/// Returns the type and the number of a match such as `net:[4026531840]`.
fn namespace(captures: &Captures) -> Option<(Kind, u64)> {
    let kind = Kind::from_name(captures.name("kind")?.as_str())?;
    Some((kind, captures.name("inode")?.as_str().parse().ok()?))
}

/// Characters around a match.
#[derive(Clone, Copy)]
struct Context {
    /// A colon stands next to the match: it is part of a longer address.
    in_colons: bool,
    /// A decimal point stands next to the match: it is part of a measure or an
    /// IP address.
    in_fraction: bool,
}

impl Context {
    fn of(line: &str, place: Match) -> Self {
        let mut left = line[..place.start()].chars().rev();
        let mut right = line[place.end()..].chars();
        let nearest_left = left.next();
        let beyond_left = left.next();
        let nearest_right = right.next();
        let beyond_right = right.next();
        let fraction = |near, far: Option<char>| {
            near == Some('.') && far.is_some_and(|c| c.is_ascii_digit())
        };
        Self {
            in_colons: nearest_left == Some(':') || nearest_right == Some(':'),
            in_fraction: fraction(nearest_left, beyond_left)
                || fraction(nearest_right, beyond_right),
        }
    }
}
