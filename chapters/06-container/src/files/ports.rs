//! ports - which ports of the machine lead to which of a container
//!
//! See: NetworkSettings.Ports of `docker inspect`

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The ports of the machine that lead to `80/tcp`. None: no port does.
pub type Ports = BTreeMap<String, Option<Vec<Binding>>>;

/// An address and a port of the machine, in docker's form.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Binding {
    pub host_ip: String,
    pub host_port: String,
}

/// Options as `docker inspect` shows them.
pub fn bindings(options: &[(u16, u16)]) -> Ports {
    let mut ports = Ports::new();
    for option in options {
        add(&mut ports, *option, &[""]);
    }
    ports
}

/// Adds that a port of the machine, at these addresses, leads to a port of the
/// container.
pub fn add(ports: &mut Ports, (host, inside): (u16, u16), addresses: &[&str]) {
    let bindings = addresses.iter().map(|address| Binding {
        host_ip: (*address).into(),
        host_port: host.to_string(),
    });
    let entry = ports.entry(format!("{inside}/tcp")).or_default();
    entry.get_or_insert_default().extend(bindings);
}
