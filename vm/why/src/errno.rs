//! Names and messages of errors: errno(3).

use nix::errno::Errno;

/// Largest number of an error on any architecture: EHWPOISON is 168 on MIPS.
const LAST: i32 = 168;

/// Returns all errors that have a name.
pub fn all() -> impl Iterator<Item = Errno> {
    (1..=LAST)
        .map(Errno::from_raw)
        .filter(|errno| *errno != Errno::UnknownErrno)
}

/// Returns the name of an error: `EPERM`.
pub fn name(errno: Errno) -> String {
    format!("{errno:?}")
}

/// Returns the words of the C library for an error, as in strerror(3).
pub fn message(errno: Errno) -> String {
    let long = std::io::Error::from_raw_os_error(errno as i32).to_string();
    let end = long.find(" (os error").unwrap_or(long.len());
    long[..end].to_owned()
}

/// Returns the error with this name or number.
pub fn parse(word: &str) -> Option<Errno> {
    let name_of = word.to_ascii_uppercase();
    let number = word.parse().ok();
    all().find(|errno| name(*errno) == name_of || number == Some(*errno as i32))
}

/// Returns the error that a message names: by its words, as in strerror(3), by
/// its name, or by its number, as Rust prints it.
pub fn in_message(text: &str) -> Option<Errno> {
    all()
        .find(|errno| messages(*errno).iter().any(|it| text.contains(it)))
        .or_else(|| all().find(|errno| has_word(text, &name(*errno))))
}

/// Returns the forms in which programs print an error.
fn messages(errno: Errno) -> [String; 3] {
    let of_rust = format!("(os error {})", errno as i32);
    [message(errno), errno.desc().to_owned(), of_rust]
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|it| it == word)
}

/// Returns names that are written nearly like a word, the nearest first.
pub fn like(word: &str) -> Vec<String> {
    let word = word.to_ascii_uppercase();
    let mut all: Vec<_> = all()
        .map(name)
        .map(|name| (distance(&word, &name), name))
        .collect();
    all.sort();
    let nearest = all.first().map_or(0, |(distance, _)| *distance);
    let near = all.into_iter().filter(|(it, _)| *it <= nearest.max(2));
    near.map(|(_, name)| name).take(6).collect()
}

/// Returns the number of letters to add, to remove or to exchange.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.bytes().enumerate() {
        let mut above_left = row[0];
        row[0] = i + 1;
        for (j, b) in to.bytes().enumerate() {
            let exchanged = above_left + usize::from(a != b);
            above_left = row[j + 1];
            row[j + 1] = exchanged.min(row[j] + 1).min(above_left + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_found_by_its_name_its_number_and_every_message() {
        for word in ["EPERM", "eperm", "1"] {
            assert_eq!(parse(word), Some(Errno::EPERM), "{word}");
        }
        assert_eq!(parse("EPERMM"), None);
        for (text, errno) in [
            ("bash: fork: Cannot allocate memory", Errno::ENOMEM),
            ("Resource temporarily unavailable", Errno::EAGAIN),
            ("setns: Try again", Errno::EAGAIN),
            ("Error: EUSERS: Too many users", Errno::EUSERS),
            ("Error: ENOTUNIQ", Errno::ENOTUNIQ),
            ("a thing (os error 22)", Errno::EINVAL),
        ] {
            assert_eq!(in_message(text), Some(errno), "{text}");
        }
        assert_eq!(in_message("all is well"), None);
    }

    #[test]
    fn a_name_with_a_wrong_letter_is_like_the_right_one() {
        assert_eq!(like("EPREM")[0], "EPERM");
        assert_eq!(like("EINVALID")[0], "EINVAL");
    }
}
