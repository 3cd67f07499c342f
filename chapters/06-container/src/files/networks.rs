//! networks - the networks of one command line, of which the first counts
//!
//! Docker connects a container to several networks, if users have made them.
//! `container` has no such networks. A container that joins another's network
//! is connected to no second network, and none is looked for.
//!
//! See: `docker run --net`

use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

use crate::error::{Result, refused};
use crate::files::modes;
use crate::kernel::namespaces::Mode;
use crate::kernel::network::NETWORKING;

/// A network, by docker's word for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Network {
    /// `default`: a bridge, if it is the first word.
    Default,
    /// A cable to docker0.
    #[default]
    Bridge,
    /// No cable: lo alone.
    None,
    /// The machine's network.
    Host,
    /// The network of another container.
    Of(String),
    /// A network that a user would have made.
    Named(String),
}

impl Network {
    /// Reads docker's word.
    pub fn read(word: &str) -> Self {
        match word {
            "default" => Self::Default,
            "bridge" => Self::Bridge,
            "none" => Self::None,
            _ => match modes::read(word) {
                Some(Mode::Host) => Self::Host,
                Some(Mode::Of(donor)) => Self::Of(donor),
                Some(Mode::New) | None => Self::Named(word.into()),
            },
        }
    }

    /// The mode of the container's net namespace.
    pub fn mode(&self) -> Mode<String> {
        match self {
            Self::Host => Mode::Host,
            Self::Of(donor) => Mode::Of(donor.clone()),
            _ => Mode::New,
        }
    }

    /// Whether the word is `container` or `container:`, a mode without its
    /// container.
    pub fn lacks_its_container(&self) -> bool {
        match self {
            Self::Of(donor) => donor.is_empty(),
            Self::Named(name) => name == "container",
            _ => false,
        }
    }

    /// Whether a user would have made the network.
    fn is_user_defined(&self) -> bool {
        matches!(self, Self::Named(_)) && !self.lacks_its_container()
    }
}

impl Display for Network {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => to.write_str("default"),
            Self::Bridge => to.write_str("bridge"),
            Self::None => to.write_str("none"),
            Self::Host | Self::Of(_) => {
                to.write_str(&modes::shown(&self.mode()))
            }
            Self::Named(name) => to.write_str(name),
        }
    }
}

/// The reason for which docker's client refuses these networks, if it does.
pub fn refusal(asked: &[Network]) -> Option<String> {
    if asked.contains(&Network::Named(String::new())) {
        return Some("no name set for network".into());
    }
    for (n, network) in asked.iter().enumerate() {
        if asked[..n].contains(network) {
            let name = network.to_string();
            let what = "is specified multiple times";
            return Some(format!("network {name:?} {what}"));
        }
    }
    let user_defined = asked.iter().filter(|it| it.is_user_defined()).count();
    let mixed = 0 < user_defined && user_defined < asked.len();
    let what = "conflicting options: cannot attach both user-defined and \
                non-user-defined network-modes";
    mixed.then(|| what.into())
}

/// Refuses a second network, as docker does when the container is to start.
///
/// Docker 28.5 looks at several networks in random order, and names one of two
/// reasons: for `none` and `host` the second in 3 runs of 20. Here the first
/// counts.
pub fn check_second(asked: &[Network]) -> Result<()> {
    let [first, second, ..] = asked else {
        return Ok(());
    };
    let why = match (first, second) {
        (Network::Of(_), _) => return Ok(()),
        (_, Network::Of(_)) => format!("network {second} not found"),
        (Network::Host, _) => "container sharing network namespace with \
                               another container or host cannot be connected \
                               to any other network"
            .into(),
        (Network::None, _) | (_, Network::None) => {
            "container cannot be connected to multiple networks with one of \
             the networks in private (none) mode"
                .into()
        }
        (_, Network::Host) => "cannot connect container to host network - \
                               container must be created in host network mode"
            .into(),
        _ => format!("network {second} not found"),
    };
    Err(refused(format!("{NETWORKING}: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(words: &[&str]) -> Vec<Network> {
        words.iter().copied().map(Network::read).collect()
    }

    #[test]
    fn a_network_is_shown_by_the_word_it_was_asked_by() {
        let words = ["default", "bridge", "none", "host", "container:web", "x"];
        assert_eq!(words.map(|it| Network::read(it).to_string()), words);
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
            let taken = networks(taken);
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
            let refused = refusal(&networks(&asked)).unwrap_or_default();
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
            assert_eq!(refusal(&networks(&asked)), None);
            let refused = check_second(&networks(&asked)).map_err(|it| {
                let said = it.to_string();
                said.replace(&format!("{NETWORKING}: "), "")
            });
            let refused = refused.err().unwrap_or_default();
            assert!(refused.starts_with(why), "{asked:?}: {refused}");
        }
    }
}
