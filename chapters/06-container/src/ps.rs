//! ps - `container ps`, in docker's columns
//!
//! See: `docker ps`

use std::time::SystemTime;

use crate::container::{Container, Status};
use crate::error::Result;
use crate::store::Store;

/// Prints running containers, or all of them; the latest first.
pub fn print(all: bool, quiet: bool) -> Result<u8> {
    let store = Store::open()?;
    let running = |it: &&Container| all || it.state.status == Status::Running;
    let shown = store.containers.iter().filter(running);
    if quiet {
        shown.for_each(|container| println!("{}", &container.id[..12]));
        return Ok(0);
    }
    let titles = [
        "CONTAINER ID",
        "IMAGE",
        "COMMAND",
        "CREATED",
        "STATUS",
        "PORTS",
        "NAMES",
    ];
    let mut rows = vec![titles.map(String::from)];
    rows.extend(shown.map(row));
    print_table(&rows);
    Ok(0)
}

fn row(container: &Container) -> [String; 7] {
    let state = &container.state;
    let status = match state.status {
        Status::Creating | Status::Created => "Created".into(),
        Status::Running => format!("Up {}", since(&state.started_at)),
        Status::Exited => {
            let ago = ago(&state.finished_at);
            format!("Exited ({}) {ago}", state.exit_code)
        }
    };
    [
        container.id[..12].into(),
        container.config.image.clone(),
        command(&container.config.cmd),
        ago(&container.created),
        status,
        ports(container),
        container.short_name().into(),
    ]
}

/// In quotes, and no longer than 20 characters.
fn command(words: &[String]) -> String {
    let quoted = words.iter().enumerate().map(|(n, word)| match n {
        1.. if word.contains(' ') => format!("'{word}'"),
        _ => word.clone(),
    });
    let command = quoted.collect::<Vec<_>>().join(" ");
    if command.chars().count() <= 20 {
        return format!("\"{command}\"");
    }
    let begin: String = command.chars().take(19).collect();
    format!("\"{begin}…\"")
}

/// `0.0.0.0:4000->80/tcp, :::4000->80/tcp`
fn ports(container: &Container) -> String {
    let mut words = Vec::new();
    for (port, bindings) in &container.network_settings.ports {
        for binding in bindings.iter().flatten() {
            let (ip, number) = (&binding.host_ip, &binding.host_port);
            words.push(format!("{ip}:{number}->{port}"));
        }
        if bindings.is_none() {
            words.push(port.clone());
        }
    }
    words.join(", ")
}

/// Prints columns, three blanks apart.
pub fn print_table<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0).max(7)
    };
    let widths: Vec<usize> = (0..COLUMNS).map(width).collect();
    for row in rows {
        let (last, cells) = row.split_last().expect("there are columns");
        for (cell, width) in cells.iter().zip(&widths) {
            print!("{cell:width$}   ");
        }
        println!("{last}");
    }
}

/// How long ago a time was.
pub fn ago(time: &str) -> String {
    format!("{} ago", since(time))
}

fn since(time: &str) -> String {
    let time = humantime::parse_rfc3339(time).unwrap_or(SystemTime::UNIX_EPOCH);
    let elapsed = SystemTime::now().duration_since(time).unwrap_or_default();
    human_duration(elapsed.as_secs())
}

/// Docker's words for a duration: one unit, and nothing behind the comma.
fn human_duration(seconds: u64) -> String {
    let (minutes, hours) = (seconds / 60, seconds.saturating_add(1800) / 3600);
    match (seconds, minutes, hours) {
        (0, ..) => "Less than a second".into(),
        (1, ..) => "1 second".into(),
        (..60, ..) => format!("{seconds} seconds"),
        (_, 1, _) => "About a minute".into(),
        (_, ..60, _) => format!("{minutes} minutes"),
        (_, _, 1) => "About an hour".into(),
        (_, _, ..48) => format!("{hours} hours"),
        (_, _, ..336) => format!("{} days", hours / 24),
        (_, _, ..1440) => format!("{} weeks", hours / 24 / 7),
        (_, _, ..17520) => format!("{} months", hours / 24 / 30),
        _ => format!("{} years", hours / 24 / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_one_unit() {
        for (seconds, words) in [
            (0, "Less than a second"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "About a minute"),
            (120, "2 minutes"),
            (3600, "About an hour"),
            (7200, "2 hours"),
            (172_800, "2 days"),
            (1_209_600, "2 weeks"),
        ] {
            assert_eq!(human_duration(seconds), words);
        }
    }

    #[test]
    fn a_command_is_cut_to_20_characters() {
        let of = |words: &str| {
            command(&words.split('|').map(String::from).collect::<Vec<_>>())
        };
        assert_eq!(of("sh"), "\"sh\"");
        assert_eq!(of("sh|-c|echo a"), "\"sh -c 'echo a'\"");
        assert_eq!(of("httpd|-f|-p|80|-h|/www"), "\"httpd -f -p 80 -h /…\"");
    }
}
