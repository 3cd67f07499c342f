//! ps - `container ps`, in docker's columns
//!
//! See: `docker ps`

use std::time::SystemTime;

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
    print_table(&rows);
    Ok(0)
}

fn row(container: &Container) -> [String; 7] {
    let ago = |time: &Option<String>| ago(time.as_deref().unwrap_or_default());
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
        self::ago(&container.created),
        status,
        ports(container),
        container.name.clone(),
    ]
}

/// By the name it has been asked for, as long as that is its name.
fn image(container: &Container) -> String {
    let (asked, id) = (container.asked.words[0].to_string(), &container.image);
    let short = id.get(7..19).unwrap_or_default();
    let digits = asked.strip_prefix("sha256:").unwrap_or(&asked);
    match Image::find(&asked) {
        Ok(image) if image.id == *id && !digits.starts_with(short) => asked,
        _ => short.into(),
    }
}

/// In quotes, and no longer than 20 characters.
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
            let (ip, number) = (&binding.host_ip, &binding.host_port);
            words.push(match ip.contains(':') {
                true => format!("[{ip}]:{number}->{port}"),
                false => format!("{ip}:{number}->{port}"),
            });
        }
        if bindings.is_none() {
            words.push(port.clone());
        }
    }
    words.join(", ")
}

/// Prints columns, three blanks apart.
pub fn print_table<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) {
    let mut widths = [7; COLUMNS];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in rows {
        output::line(line(row, &widths).trim_end());
    }
}

/// A width of `format!` ends at 65535; a name may be longer.
fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        let blanks = 3 + width.saturating_sub(cell.chars().count());
        line += cell;
        line += &" ".repeat(blanks);
    }
    line
}

/// How long ago a time was: in one unit, the largest.
pub fn ago(time: &str) -> String {
    let time = humantime::parse_rfc3339(time).unwrap_or(SystemTime::UNIX_EPOCH);
    let elapsed = SystemTime::now().duration_since(time).unwrap_or_default();
    let seconds = elapsed.as_secs();
    let units = [
        (86400, "day"),
        (3600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let unit = units.into_iter().find(|(length, _)| seconds >= *length);
    let (length, unit) = unit.unwrap_or((1, "second"));
    let count = seconds / length;
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{s} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_its_longest_cell_however_long() {
        let long = "a".repeat(70_000);
        let widths = [7, long.len()];
        let short = line(&["ü".into(), "b".into()], &widths);
        assert_eq!(short.trim_end(), "ü         b");
        assert_eq!(short.chars().count(), 10 + 70_003);
        assert!(line(&["x".into(), long.clone()], &widths).contains(&long));
    }
}
