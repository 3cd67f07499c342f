//! inspect - `container inspect`, and a little of docker's templates
//!
//! See: `docker inspect`

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Value, json};

use crate::container::{Container, Status, donor};
use crate::error::{Named, Result, refused};
use crate::store::Store;
use crate::word::Word;
use crate::{network, output, publish};

/// Prints containers as a JSON array, or a template's text for each.
pub fn print(references: &[String], format: Option<&str>) -> Result<u8> {
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
                let text = fill(format, &container);
                output::line(text.as_deref().unwrap_or_default());
                text.map_err(|it| refused(it).with_status(1))?;
            }
        }
    }
    match missing.is_empty() {
        true => Ok(0),
        false => Err(refused(missing.join("\nError: "))),
    }
}

fn in_dockers_form(container: &Container) -> Value {
    let asked = &container.asked;
    let mode = asked.network();
    let [ip, mac] = container.ip.map(network::shown).unwrap_or_default();
    let name = if mode == "default" { "bridge" } else { mode };
    let address = json!({ "IPAddress": ip, "MacAddress": mac });
    let (networks, sandbox) = match (donor(mode), container.pid) {
        (Some(_), _) => (json!({}), String::new()),
        (_, 0) => (json!({ name: address }), String::new()),
        (_, pid) => (json!({ name: address }), format!("/proc/{pid}/ns/net")),
    };
    let exposed = container.exposed_ports.iter().map(|port| (port, json!({})));
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
            "NetworkMode": mode,
            "IpcMode": asked.ipc.as_deref().unwrap_or("private"),
            "PidMode": asked.pid.as_deref().unwrap_or_default(),
            "UTSMode": asked.uts.as_deref().unwrap_or_default(),
            "PortBindings": publish::bindings(&asked.publish),
            "AutoRemove": asked.rm,
            "Privileged": asked.privileged,
        },
        "Config": {
            "Hostname": container.hostname.to_string(),
            "Tty": asked.tty,
            "OpenStdin": asked.interactive,
            "Env": container.env.as_ref().map(shown),
            "Cmd": shown(&container.cmd),
            "Image": asked.words[0].to_string(),
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

/// Puts values where the template has `{{.Path}}` or `{{json .Path}}`.
fn fill(template: &str, json: &Value) -> std::result::Result<String, String> {
    let problem = |column: usize, what: String| {
        let place = match column {
            0 => String::new(),
            column => format!("{column}:"),
        };
        format!("template parsing error: template: :1:{place} {what}")
    };
    let (mut text, mut rest) = (String::new(), template);
    while let Some((before, after)) = rest.split_once("{{") {
        let (action, after) = after
            .split_once("}}")
            .ok_or_else(|| problem(0, "unclosed action".into()))?;
        let word = action.trim().strip_prefix("json ");
        let path = word.unwrap_or(action).trim();
        if !path.starts_with('.') {
            let what = format!("function {path:?} not defined");
            return Err(problem(0, what));
        }
        let mut column = template.len() - rest.len() + before.len() + 2;
        column += action.find(path).unwrap_or(0);
        let mut value = json;
        for key in path.split('.').filter(|key| !key.is_empty()) {
            value = value.get(key).ok_or_else(|| {
                let what = format!("map has no entry for key {key:?}");
                problem(column, format!("executing \"\" at <{path}>: {what}"))
            })?;
            column += 1 + key.len();
        }
        text += before;
        text += &match value {
            Value::String(text) if word.is_none() => text.clone(),
            Value::Null if word.is_none() => "<no value>".into(),
            value => value.to_string(),
        };
        rest = after;
    }
    Ok(text + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_into_the_text() {
        let state = json!({"Pid": 25686, "Status": "running", "Error": null});
        let json = json!({"Id": "4ddf", "State": state});
        for (template, text) in [
            ("{{.State.Pid}}", "25686"),
            ("{{ .State.Pid }}", "25686"),
            ("<{{.Id}}> {{.State.Status}}", "<4ddf> running"),
            ("{{json .Id}} {{.State.Error}}", "\"4ddf\" <no value>"),
        ] {
            assert_eq!(fill(template, &json).as_deref(), Ok(text));
        }
        for (template, what) in [
            ("{{.Nope}}", "1:2: executing \"\" at <.Nope>: map has no"),
            ("{{.State", "1: unclosed action"),
            (
                "{{range .Mounts}}",
                "1: function \"range .Mounts\" not defined",
            ),
        ] {
            let error = fill(template, &json).expect_err(template);
            assert!(error.contains(what), "{error}");
        }
    }
}
