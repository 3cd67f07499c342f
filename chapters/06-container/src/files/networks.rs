//! networks - several `--net` in one command line: the first network counts
//!
//! Docker connects a container to several networks, if users have made them.
//! `container` has no such networks. A container that joins another's network
//! is connected to no second network, and none is looked for.
//!
//! See: `docker run --net`

use crate::error::{Result, refused};
use crate::files::container::donor;
use crate::kernel::network::NETWORKING;

/// Why docker's client refuses them, if it does.
pub fn refusal(asked: &[String]) -> Option<String> {
    let (known, others): (Vec<_>, Vec<_>) =
        asked.iter().partition(|it| is_known(it));
    if asked.iter().any(String::is_empty) {
        return Some("no name set for network".into());
    }
    for (n, name) in asked.iter().enumerate() {
        if asked[..n].contains(name) {
            let what = "is specified multiple times";
            return Some(format!("network {name:?} {what}"));
        }
    }
    let mixed = !known.is_empty() && !others.is_empty();
    let what = "conflicting options: cannot attach both user-defined and \
                non-user-defined network-modes";
    mixed.then(|| what.into())
}

/// Networks that no user has made.
fn is_known(name: &str) -> bool {
    let modes = ["default", "bridge", "host", "none", "container"];
    modes.contains(&name) || donor(name).is_some()
}

/// Refuses a second network, as docker does when the container is to start.
///
/// Docker 28.5 looks at several networks in random order, and names one of two
/// reasons: for `none` and `host` the second in 3 runs of 20. Here the first
/// counts.
pub fn check_second(asked: &[String]) -> Result<()> {
    let [first, second, ..] = asked else {
        return Ok(());
    };
    if donor(first).is_some() {
        return Ok(());
    }
    let why = match (first.as_str(), second.as_str()) {
        (_, it) if donor(it).is_some() => format!("network {it} not found"),
        ("host", _) => "container sharing network namespace with another \
                        container or host cannot be connected to any other \
                        network"
            .into(),
        ("none", _) | (_, "none") => {
            "container cannot be connected to multiple networks with one of \
             the networks in private (none) mode"
                .into()
        }
        (_, "host") => "cannot connect container to host network - container \
                        must be created in host network mode"
            .into(),
        (_, it) => format!("network {it} not found"),
    };
    Err(refused(format!("{NETWORKING}: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(of: &[&str]) -> Vec<String> {
        of.iter().map(ToString::to_string).collect()
    }

    /// As real Docker 28.5 took them.
    #[test]
    fn who_joins_anothers_network_is_connected_to_no_other() {
        for taken in [
            &[][..],
            &["bridge"],
            &["container:web", "bridge"],
            &["container:web", "host"],
            &["container:web", "container:stopped"],
        ] {
            let taken = words(taken);
            assert_eq!(refusal(&taken), None, "{taken:?}");
            assert!(check_second(&taken).is_ok(), "{taken:?}");
        }
    }

    #[test]
    fn each_second_network_is_refused_in_words_of_its_own() {
        for (asked, why) in [
            (["bridge", "bridge"], "network \"bridge\" is specified"),
            (
                ["container:web", "nope"],
                "conflicting options: cannot attach",
            ),
            (["nope", "bridge"], "conflicting options: cannot attach"),
            (["", "bridge"], "no name set"),
        ] {
            let refused = refusal(&words(&asked)).unwrap_or_default();
            assert!(refused.starts_with(why), "{asked:?}: {refused}");
        }
        for (asked, why) in [
            (
                ["bridge", "container:web"],
                "network container:web not found",
            ),
            (["host", "container:web"], "network container:web not found"),
            (["host", "bridge"], "container sharing network namespace"),
            (
                ["none", "bridge"],
                "container cannot be connected to multiple",
            ),
            (
                ["bridge", "host"],
                "cannot connect container to host network",
            ),
            (["bridge", "default"], "network default not found"),
            (["nope", "nope2"], "network nope2 not found"),
        ] {
            assert_eq!(refusal(&words(&asked)), None);
            let refused = check_second(&words(&asked)).map_err(|it| {
                let said = it.to_string();
                said.replace(&format!("{NETWORKING}: "), "")
            });
            let refused = refused.err().unwrap_or_default();
            assert!(refused.starts_with(why), "{asked:?}: {refused}");
        }
    }
}
