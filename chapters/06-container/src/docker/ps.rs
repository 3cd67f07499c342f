//! ps - `container ps`, in docker's columns
//!
//! See: `docker ps`

use crate::docker::table;
use crate::error::Result;
use crate::files::container::{Container, Status};
use crate::files::image::Image;
use crate::files::store::Store;
use crate::kernel::word::Word;
use crate::output;

/// Prints running containers, or all of them; the latest first.
pub fn print(all: bool, quiet: bool) -> Result<u8> {
    let store = Store::open()?;
    let running = |it: &&Container| all || it.status == Status::Running;
    let shown = store.containers.iter().filter(running);
    if quiet {
        shown.for_each(|container| output::line(&container.id[..12]));
        return Ok(0);
    }
    let titles = "CONTAINER ID|IMAGE|COMMAND|CREATED|STATUS|PORTS|NAMES";
    let mut titles = titles.split('|').map(String::from);
    let mut rows = vec![[(); 7].map(|()| titles.next().unwrap_or_default())];
    rows.extend(shown.map(row));
    table::print(&rows);
    Ok(0)
}

fn row(container: &Container) -> [String; 7] {
    let ago =
        |time: &Option<String>| table::ago(time.as_deref().unwrap_or_default());
    let status = match container.status {
        Status::Creating | Status::Created => "Created".into(),
        Status::Running => {
            format!("Up {}", ago(&container.started).trim_end_matches(" ago"))
        }
        Status::Exited => {
            let ago = ago(&container.finished);
            format!("Exited ({}) {ago}", container.exit_code)
        }
    };
    [
        container.id[..12].into(),
        image(container),
        command(&container.cmd),
        table::ago(&container.created),
        status,
        ports(container),
        container.name.clone(),
    ]
}

/// The image's name that was asked for, as long as the image has that name.
fn image(container: &Container) -> String {
    let asked = container.asked.image();
    let id = &container.image;
    let short = id.get(7..19).unwrap_or_default();
    let digits = asked.strip_prefix("sha256:").unwrap_or(&asked);
    match Image::find(&asked) {
        Ok(image) if image.id == *id && !digits.starts_with(short) => asked,
        _ => short.into(),
    }
}

/// The command in quotes, no longer than 20 characters.
fn command(words: &[Word]) -> String {
    let words = words.iter().map(ToString::to_string);
    let quoted = words.enumerate().map(|(n, word)| match n {
        1.. if word.contains(' ') => format!("'{word}'"),
        _ => word,
    });
    let command = quoted.collect::<Vec<_>>().join(" ");
    if command.chars().count() <= 20 {
        return format!("{command:?}");
    }
    let begin: String = command.chars().take(19).collect();
    format!("{:?}", begin + "…")
}

/// `0.0.0.0:4000->80/tcp, [::]:4000->80/tcp`
fn ports(container: &Container) -> String {
    let mut words = Vec::new();
    for (port, bindings) in &container.ports {
        for binding in bindings.iter().flatten() {
            let ip = &binding.host_ip;
            let number = &binding.host_port;
            words.push(if ip.contains(':') {
                format!("[{ip}]:{number}->{port}")
            } else {
                format!("{ip}:{number}->{port}")
            });
        }
        if bindings.is_none() {
            words.push(port.clone());
        }
    }
    words.join(", ")
}
