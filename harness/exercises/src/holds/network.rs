//! Network interfaces that a process can use.

use anyhow::Result;
use protocol::{Interface, Kind, LinkState};

use super::processes::{namespace, no_process};
use crate::assertion::Card;
use crate::mismatch::{Judgement, Mismatch, or_nothing};
use crate::observation::Observation;

/// Judges whether a process can use an interface with this name, and with this
/// state and address if they are given.
pub(super) fn interface(seen: &Observation, card: &Card) -> Result<Judgement> {
    let Some(process) = seen.process(&card.of) else {
        return Ok(Err(no_process(seen, &card.of)));
    };
    let wanted = WantedInterface {
        name: seen.values.expand(&card.name)?,
        state: card.state.clone(),
        address: match &card.address {
            Some(address) => Some(seen.values.expand(address)?),
            None => None,
        },
    };
    let net = namespace(process, Kind::Net);
    let mut networks = seen.facts.networks.iter();
    let interfaces: &[Interface] = networks
        .find(|network| Some(network.namespace) == net)
        .map_or(&[], |network| &network.interfaces);
    if interfaces.iter().any(|it| wanted.fits(it)) {
        return Ok(Ok(()));
    }
    let got: Vec<String> = interfaces.iter().map(shown).collect();
    let got = or_nothing(&got.join("\n"));
    Ok(Err(Mismatch::new(wanted.shown(), got)))
}

/// An interface that is looked for, with the values of the run.
struct WantedInterface {
    name: String,
    state: Option<String>,
    address: Option<String>,
}

impl WantedInterface {
    fn fits(&self, interface: &Interface) -> bool {
        let own = state(interface.state);
        let address = self.address.as_deref();
        interface.name == self.name
            && self.state.as_ref().is_none_or(|it| it == own)
            && address.is_none_or(|it| has_address(interface, it))
    }

    fn shown(&self) -> String {
        let mut words = vec![self.name.as_str()];
        words.extend(self.state.as_deref());
        words.extend(self.address.as_deref());
        words.join(" ")
    }
}

/// Returns whether an interface has an address, which may lack the length of
/// the prefix.
fn has_address(interface: &Interface, wanted: &str) -> bool {
    interface.addresses.iter().any(|address| {
        address == wanted || address.split('/').next() == Some(wanted)
    })
}

fn shown(interface: &Interface) -> String {
    let mut words = vec![interface.name.as_str(), state(interface.state)];
    words.extend(interface.addresses.iter().map(String::as_str));
    words.join(" ")
}

fn state(state: LinkState) -> &'static str {
    match state {
        LinkState::Up => "up",
        LinkState::Down => "down",
        LinkState::NoCarrier => "no-carrier",
    }
}
