//! A verb as a command for a shell.

use std::fmt::Write;

use super::image::{Damage, Image, Packed, Plant, PlantKind};
use super::step::{self, Fate, Input, Verb};

/// Returns a verb as a user would type it.
pub(super) fn line(verb: &Verb) -> String {
    let mut text = String::new();
    if let Input::Image(image) = &verb.input {
        text += &archive(image);
        text += " | ";
    } else if let Input::Bytes(bytes) = &verb.input {
        let _ = write!(text, "printf %s {} | ", quote(bytes));
    }
    let words: Vec<String> =
        verb.words.iter().map(|word| quote_or_id(word)).collect();
    let mut command = format!("container {}", words.join(" "));
    for (name, value) in &verb.environment {
        command = format!("env {}={} {command}", quote(name), quote(value));
    }
    if !verb.setting.is_empty() {
        command = format!("({} exec {command})", verb.setting);
    }
    text += &command;
    if !verb.is_read {
        text += " | true";
    }
    if let Fate::Killed { after, signal } = verb.fate {
        let seconds = after.as_secs_f64();
        text = format!("{text} & sleep {seconds}; kill -{signal} $!; wait $!");
    }
    text
}

/// Returns the command that makes an archive of busybox's files and the planted
/// ones.
fn archive(image: &Image) -> String {
    let mut text = "(tar xf busybox.tar -C $(mktemp -d)".to_owned();
    for plant in &image.plants {
        text += "; ";
        text += &planted(plant);
    }
    text += "; tar c *)";
    text += match image.packed {
        Packed::Plain => "",
        Packed::Gzip => " | gzip",
        Packed::Xz => " | xz",
        Packed::Zstd => " | zstd",
        Packed::NoBzip2 => " | (printf 'BZh91AY&SY'; head -c 4096)",
    };
    for damage in &image.damage {
        let _ = match damage {
            Damage::Cut(at) => write!(text, " | head -c {at}/65536"),
            Damage::Bytes(at, new) => {
                write!(text, " | put {} at {at}/65536", quote(new))
            }
            Damage::Header(at, new) => {
                let at = (usize::from(*at) * 512) >> 16;
                write!(text, " | put {} at {at}", quote(new))
            }
        };
    }
    text
}

/// Returns the commands that plant an entry, in a folder with the image's
/// files.
fn planted(plant: &Plant) -> String {
    let path = quote(&[b"./", &plant.path[..]].concat());
    let made = match &plant.kind {
        PlantKind::Symlink(to) => format!("ln -s -- {} {path}", quote(to)),
        PlantKind::Link(to) => format!("ln -- {} {path}", quote(to)),
        PlantKind::File(bytes) => format!("printf %s {} >{path}", quote(bytes)),
        PlantKind::Folder => format!("mkdir {path}"),
        PlantKind::Fifo => format!("mkfifo {path}"),
        PlantKind::Device => format!("mknod {path} c 1 7"),
    };
    format!("rm -rf {path}; {made}; chmod {:o} {path}", plant.mode)
}

/// Quotes a word, and replaces the mark of a container's ID with a command that
/// finds the ID.
fn quote_or_id(word: &[u8]) -> String {
    let quoted = quote(word);
    match quoted.find(step::ID) {
        Some(place) => {
            let number = &quoted[place + step::ID.len()..][..1];
            let number = number.parse().map_or(1, |it: usize| it + 1);
            let command = format!("$(ls /run/container | sed -n {number}p)");
            format!("{}{command}", &quoted[..place])
        }
        None => quoted,
    }
}

/// Quotes any bytes as a word of a shell.
pub(super) fn quote(word: &[u8]) -> String {
    let plain = |byte: &u8| {
        byte.is_ascii_alphanumeric() || b"-_./:=,@%+".contains(byte)
    };
    if !word.is_empty() && word.iter().all(plain) {
        return String::from_utf8_lossy(word).into_owned();
    }
    let printed = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n');
    if word.iter().all(printed) && !word.contains(&b'\'') {
        return format!("'{}'", String::from_utf8_lossy(word));
    }
    let mut text = "$'".to_owned();
    for byte in word {
        let _ = match byte {
            b'\'' | b'\\' => write!(text, "\\{}", char::from(*byte)),
            b' '..=b'~' => write!(text, "{}", char::from(*byte)),
            byte => write!(text, "\\x{byte:02x}"),
        };
    }
    text + "'"
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn a_shell_reads_a_quoted_word_as_it_was() {
        for word in [
            &b""[..],
            b"plain",
            b"two words",
            b"it's",
            b"\xff\x00\n",
            b"$(id)",
            b"\\x41",
            b"a\nb",
        ] {
            let without_zero: Vec<u8> =
                word.iter().copied().filter(|it| *it != 0).collect();
            let script = format!("printf %s {}", quote(&without_zero));
            let output = std::process::Command::new("bash")
                .args(["-c", &script])
                .output()
                .unwrap();
            assert_eq!(output.stdout, without_zero, "{script}");
        }
    }
}
