//! inspect - `container inspect`, in docker's form
//!
//! See: `docker inspect`

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Value, json};

use crate::docker::{template, value};
use crate::error::{Named, Result, refused};
use crate::files::container::{Container, Status};
use crate::files::modes;
use crate::files::networks::Network;
use crate::files::ports;
use crate::files::store::Store;
use crate::kernel::network;
use crate::kernel::word::Word;
use crate::output;

/// Prints containers as a JSON array, or a template's text for each.
pub fn print(references: &[String], format: Option<&str>) -> Result<u8> {
    let format = format.filter(|it| !it.is_empty());
    let format = format.map(template::parse).transpose()?;
    let store = Store::open()?;
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for reference in references {
        match store.look_up(reference) {
            Ok(Some(container)) => found.push(in_dockers_form(container)),
            Ok(None) => missing.push(format!("No such object: {reference}")),
            Err(error) => missing.push(error.to_string()),
        }
    }
    match format {
        None => print_json(&found).named("json", "inspect")?,
        // Docker ends the line where the value would be.
        Some(_) if found.is_empty() => output::line(""),
        Some(format) => {
            for container in found {
                let text = format.fill(&container);
                let begun = text.as_ref().err().and_then(|it| it.status);
                if begun != Some(64) {
                    output::line(text.as_deref().unwrap_or_default());
                }
                text?;
            }
        }
    }
    if !missing.is_empty() {
        return Err(refused(missing.join("\nError: ")));
    }
    Ok(0)
}

fn in_dockers_form(container: &Container) -> Value {
    let asked = &container.asked;
    let network = asked.network();
    let [ip, mac] = container.ip.map(network::shown).unwrap_or_default();
    let networks = match network {
        Network::Of(_) => json!({}),
        _ => {
            let address = json!({ "IPAddress": ip, "MacAddress": mac });
            json!({ network.to_string(): address })
        }
    };
    let sandbox = match (network, container.pid) {
        (Network::Of(_), _) | (_, 0) => String::new(),
        (_, pid) => format!("/proc/{pid}/ns/net"),
    };
    let published = ports::bindings(&asked.publish);
    let exposed = published.keys().chain(&container.exposed_ports);
    let exposed = exposed.map(|port| (port, json!({})));
    let exposed: BTreeMap<_, _> = exposed.collect();
    let status = match container.status {
        Status::Creating | Status::Created => "created",
        Status::Running => "running",
        Status::Exited => "exited",
    };
    let shown = |words: &Vec<Word>| -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    };
    json!({
        "Id": container.id,
        "Created": container.created,
        "State": {
            "Status": status,
            "Running": container.status == Status::Running,
            "Pid": container.pid,
            "ExitCode": container.exit_code,
            "Error": container.error,
        },
        "Image": container.image,
        "Name": format!("/{}", container.name),
        "HostConfig": {
            "NetworkMode": network.to_string(),
            "IpcMode": value::shown_ipc(&asked.ipc, asked.shareable),
            "PidMode": modes::shown(&asked.pid),
            "UTSMode": modes::shown(&asked.uts),
            "PortBindings": published,
            "AutoRemove": asked.rm,
            "Privileged": asked.privileged,
        },
        "Config": {
            "Hostname": container.hostname.to_string(),
            "Tty": asked.tty,
            "OpenStdin": asked.interactive,
            "Env": container.env.as_ref().map(shown),
            "Cmd": shown(&container.cmd),
            "Image": asked.image(),
            "WorkingDir": container.working_dir.to_string(),
            "ExposedPorts": exposed,
        },
        "NetworkSettings": {
            "SandboxKey": sandbox,
            "Ports": container.ports,
            "IPAddress": ip,
            "MacAddress": mac,
            "Networks": networks,
        },
    })
}

fn print_json(containers: &[Value]) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let indent = PrettyFormatter::with_indent(b"    ");
    let mut serializer = Serializer::with_formatter(&mut bytes, indent);
    containers.serialize(&mut serializer)?;
    bytes.push(b'\n');
    output::bytes(&bytes);
    Ok(())
}
