//! Labels for all that differs between two runs: ids, invented names,
//! durations, generated interface names. Equal stays equal, different stays
//! different.

use std::sync::LazyLock;

use protocol::Facts;
use regex::{Captures, Regex};

/// The labels of one run.
#[derive(Debug)]
pub(super) struct Labels {
    /// First twelve digits of each id, by order of appearance.
    ids: Vec<String>,
    names: Vec<String>,
    interfaces: Vec<String>,
    /// Hardware addresses of one text only: another container may later have
    /// the same.
    macs: Vec<String>,
    /// Text of the scenario, whose own words may look like an invented name.
    scenario: String,
}

/// Values that differ in every run.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?x-u)
        \b (?P<id> [0-9a-f]{64} | [0-9a-f]{12} ) \b
        | \b (?P<veth> veth[0-9a-f]{6,} ) \b
        | \b (?P<name> [a-z]{3,}_[a-z]{2,}[0-9]? (?: _[0-9a-f]{6} )? ) \b
        | (?P<ago> \b (?: Less\ than\ a\ second | About\ a\ minute
            | [0-9]+\ (?:seconds?|minutes?) ) (?:\ ago)? )
        | (?P<local> \b fe80:: (?: <mac[\ a-z0-9-]*> | [0-9a-f:]+ ) )
        | (?P<mac> <mac[\ a-z0-9-]*> | \b 02:42: [0-9a-fA-F:]{11} \b )
        | \b (?P<counter> (?:dropped|errors): ) [0-9]+
        | (?P<stamp> \b [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z )",
    )
});

/// Files below /proc whose names look like names that Docker invents.
const KERNEL: [&str; 4] =
    ["latency_stats", "sched_debug", "timer_list", "timer_stats"];

/// Log lines of Docker's client, printed or not depending on a race with the
/// daemon.
static LOG_LINE: LazyLock<Regex> =
    LazyLock::new(|| fixed(r#"(?m)^time="[^"]*" level=.*\n?"#));

/// The hint at Docker's help. Since 28 an empty line stands before it, which
/// the table cannot describe: the line above it may be anything.
static HINT: LazyLock<Regex> = LazyLock::new(|| fixed(r"\n\nRun '"));

/// A list of two endpoints, which Docker prints in random order.
static ENDPOINTS: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"(?m)(connected to network endpoints: )(\S+), (\S+?)(\.?)$")
});

/// Beginnings of the tables of `ps` and `images`.
const TABLES: [&str; 2] = ["CONTAINER ID ", "REPOSITORY "];

/// The gap between two columns: columns are as wide as their contents were
/// before these got labels.
static GAP: LazyLock<Regex> = LazyLock::new(|| fixed(r"(?m)(\S)  +"));

fn fixed(pattern: &str) -> Regex {
    // The tests compile all patterns of this file.
    Regex::new(pattern).expect("a valid pattern")
}

impl Labels {
    /// Begins without labels. Words in `scenario` are never taken for invented
    /// ones.
    pub(super) fn new(scenario: &str) -> Self {
        Self {
            ids: Vec::new(),
            names: Vec::new(),
            interfaces: Vec::new(),
            macs: Vec::new(),
            scenario: scenario.into(),
        }
    }

    /// Returns a command's output with labels.
    pub(super) fn put(&mut self, text: &str) -> String {
        self.macs.clear();
        let text = LOG_LINE.replace_all(text, "");
        let mut text = HINT.replace_all(&text, "\nRun '");
        if TABLES.iter().any(|table| text.starts_with(table)) {
            text = GAP.replace_all(&text, "$1  ").into_owned().into();
        }
        let text = ENDPOINTS.replace_all(&text, |found: &Captures| {
            let mut ends = [&found[2], &found[3]];
            ends.sort_unstable();
            let [low, high] = ends;
            format!("{}{low}, {high}{}", &found[1], &found[4])
        });
        let text =
            VARIABLE.replace_all(&text, |found: &Captures| self.label(found));
        let lines = text.lines().map(str::trim_end);
        lines.map(|line| format!("{line}\n")).collect()
    }

    fn label(&mut self, found: &Captures) -> String {
        let named = |name| found.name(name).map(|part| part.as_str());
        if let Some(id) = named("id") {
            let number = place(&mut self.ids, &id[..12]);
            let kind = if id.len() == 64 { "id" } else { "short id" };
            return format!("<{kind} {number}>");
        }
        if let Some(name) = named("name") {
            let ours = self.scenario.contains(name) || KERNEL.contains(&name);
            if ours {
                return name.into();
            }
            return format!("<name {}>", place(&mut self.names, name));
        }
        if let Some(veth) = named("veth") {
            return self.interface(veth);
        }
        // A container's hardware address is random since Docker 28, and was
        // made of the IP address before. The bridge's has always been random.
        if let Some(mac) = named("mac") {
            let mac = mac.to_lowercase();
            return format!("<mac {}>", place(&mut self.macs, &mac));
        }
        if named("local").is_some() {
            return "fe80::<mac>".into();
        }
        if let Some(counter) = named("counter") {
            return format!("{counter}<n>");
        }
        let label = if named("ago").is_some() {
            "<duration>"
        } else {
            "<date>"
        };
        label.into()
    }

    fn interface(&mut self, name: &str) -> String {
        format!("veth-{}", place(&mut self.interfaces, name))
    }

    /// Gives labels to the hosts' ends of veth pairs. Numbering begins anew
    /// each time, because other pairs come and go.
    pub(super) fn rename_interfaces(&mut self, facts: &mut Facts) {
        self.interfaces.clear();
        for network in &mut facts.networks {
            for interface in &mut network.interfaces {
                if interface.name.starts_with("veth") {
                    interface.name = self.interface(&interface.name);
                }
            }
        }
    }
}

/// Returns the place of a word, counted from 1 by order of appearance.
fn place(known: &mut Vec<String>, word: &str) -> usize {
    match known.iter().position(|it| it == word) {
        Some(place) => place + 1,
        None => {
            known.push(word.into());
            known.len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str =
        "d1eb99bb9563bb1d4fd71667964b91fd9216d7cbcf8dd980e01561430f8bb856";

    fn put(text: &str) -> String {
        Labels::new("set_ns pid_for_children").put(text)
    }

    #[test]
    fn an_id_and_its_beginning_have_one_number() {
        let text = format!("{ID}\nd1eb99bb9563 000000000001\n");
        let normal = "<id 1>\n<short id 1> <short id 2>\n";
        assert_eq!(put(&text), normal);
        assert_eq!(put(&format!("sha256:{ID}")), "sha256:<id 1>\n");
        assert_eq!(
            put("CapEff: 00000000a80425fb"),
            "CapEff: 00000000a80425fb\n"
        );
    }

    #[test]
    fn names_are_known_again_and_words_of_the_scenario_stay() {
        assert_eq!(
            put("gracious_tu set_ns keen_kilby gracious_tu pid_for_children"),
            "<name 1> set_ns <name 2> <name 1> pid_for_children\n"
        );
    }

    #[test]
    fn durations_and_widths_of_columns_say_nothing() {
        assert_eq!(
            put("CONTAINER ID   STATUS\n1 second ago    Up Less than a second"),
            "CONTAINER ID  STATUS\n<duration>  Up <duration>\n"
        );
    }

    #[test]
    fn a_hardware_address_is_known_again_in_one_text() {
        let mut labels = Labels::new("");
        assert_eq!(
            labels.put("02:42:A0:17:40:DF <mac eth0> 02:42:a0:17:40:df"),
            "<mac 1> <mac 2> <mac 1>\n"
        );
        assert_eq!(labels.put("<mac eth0>"), "<mac 1>\n");
    }

    #[test]
    fn an_address_made_of_a_hardware_address_is_as_random() {
        let text = "fe80::42:acff:fe11:2/64 fe80::<mac>/64 fe80::<mac eth0>/64";
        let label = "fe80::<mac>/64";
        assert_eq!(put(text), format!("{label} {label} {label}\n"));
    }

    #[test]
    fn no_empty_line_stands_before_a_hint() {
        assert_eq!(
            put("docker: no\n\nRun 'docker run --help' for more information"),
            "docker: no\nRun 'docker run --help' for more information\n"
        );
    }

    #[test]
    fn networks_have_an_order() {
        let text = "x connected to network endpoints: container:a, bridge.";
        let sorted = "x connected to network endpoints: bridge, container:a.";
        assert_eq!(put(text), format!("{sorted}\n"));
    }

    #[test]
    fn what_the_client_logs_is_not_said() {
        let text =
            "a\ntime=\"2026-11-23T16:40:07Z\" level=error msg=\"x\"\nb\n";
        assert_eq!(put(text), "a\nb\n");
    }
}
