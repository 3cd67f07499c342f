//! Names of the kernel as text.

use std::fmt::Write;

/// Turns the name of a process or an interface into text. The kernel allows any
/// bytes in a name. Bytes that are not UTF-8, and control characters, become
/// `\xff` and the like, and a backslash is doubled: so no two names become the
/// same text.
pub fn text(name: &[u8]) -> String {
    let mut text = String::new();
    for part in name.utf8_chunks() {
        for letter in part.valid().chars() {
            match letter {
                '\\' => text.push_str("\\\\"),
                _ if letter.is_control() => {
                    escape(&mut text, letter.to_string().as_bytes());
                }
                _ => text.push(letter),
            }
        }
        escape(&mut text, part.invalid());
    }
    text
}

fn escape(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        let _ = write!(text, "\\x{byte:02x}");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::text;

    #[test]
    fn a_name_that_is_text_is_what_it_was() {
        for name in ["eth0", "Ørsted", "🐳", "a b", "[kworker/0:1]"] {
            assert_eq!(text(name.as_bytes()), name);
        }
    }

    #[test]
    fn what_is_no_text_is_escaped() {
        assert_eq!(text(b"\xff\xfe"), r"\xff\xfe");
        assert_eq!(text("Øl".as_bytes().split_at(1).0), r"\xc3");
        assert_eq!(text(b"a\x1b[0m\n"), r"a\x1b[0m\x0a");
        assert_eq!(text("a\u{85}".as_bytes()), r"a\xc2\x85");
        assert_eq!(text(br"\xff"), r"\\xff");
    }

    #[test]
    fn no_two_names_are_the_same_text() {
        let bytes = [b'\\', b'x', b'f', 0xff, 0xc3, 0x98, 0x1b];
        let mut names = vec![Vec::new()];
        for _ in 0..5 {
            let longer = names.iter().flat_map(|name: &Vec<u8>| {
                bytes.map(|byte| [&name[..], &[byte]].concat())
            });
            names = longer.collect();
        }
        let texts: BTreeSet<_> = names.iter().map(|name| text(name)).collect();
        assert_eq!(texts.len(), names.len());
    }
}
