//! Undoes what the programs of a machine have set in the person's terminal,
//! before the harness writes there again.
//!
//! A full-screen program may end with its machine, or in the middle of its
//! output, and leave its screen, its mouse mode and its key mode behind. Each
//! line below undoes one setting, and changes nothing if that setting was not
//! made.

use std::env;
use std::io::{self, IsTerminal, StdoutLock, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Sequences for every terminal, in the order in which they have to be sent.
/// The names are those of xterm's ctlseqs; console_codes(4) has the first
/// group, too.
const EVERYWHERE: [&str; 12] = [
    // ST: ends a string, and any sequence that was cut off.
    "\x1b\\",
    // Back to the normal screen. On the normal screen, xterm moves the cursor
    // to its saved position: DECSC saves the position here.
    "\x1b7\x1b[?1049l",
    // DECSTBM: all lines scroll. DECSTBM moves the cursor, hence DECSC and
    // DECRC.
    "\x1b7\x1b[r\x1b8",
    // G0 is in use, and G0 and G1 are ASCII: letters are letters.
    "\x0f\x1b(B\x1b)B",
    // SGR: no colour, no bold.
    "\x1b[m",
    // IRM: letters overwrite. LNM: a line feed is only a line feed.
    "\x1b[4;20l",
    // DECAWM: long lines wrap.
    "\x1b[?7h",
    // DECCKM, DECSCNM: normal arrow keys, no inverted screen.
    "\x1b[?1;5l",
    // DECKPNM: the keypad types numbers.
    "\x1b>",
    // The mouse belongs to the terminal again: X10, VT200 with and without
    // highlight, buttons, any motion; UTF-8, SGR, urxvt and pixel coordinates.
    "\x1b[?9;1000;1001;1002;1003;1005;1006;1015;1016l",
    // No focus events, no brackets around pasted text, no delayed screen
    // updates.
    "\x1b[?1004;2004;2026l",
    // DECTCEM: the cursor is visible.
    "\x1b[?25h",
];

/// Sequences that the kernel's console does not know: no left and right
/// margins, no kitty keyboard protocol, no modified keys of xterm. Some
/// terminals take the second for DECRC, or the third for SGR.
const NOT_ON_THE_CONSOLE: &str =
    "\x1b7\x1b[?69l\x1b8\x1b7\x1b[<u\x1b8\x1b[>4m\x1b[m";

/// Whether a machine's program has printed more than plain letters.
static SET: AtomicBool = AtomicBool::new(false);

/// Returns the bytes that undo everything on the person's terminal.
pub fn bytes() -> Vec<u8> {
    let term = env::var_os("TERM").unwrap_or_default();
    if !io::stdout().is_terminal() || term.is_empty() || term == "dumb" {
        return Vec::new();
    }
    let mut text = EVERYWHERE.concat();
    if term != "linux" {
        text.push_str(NOT_ON_THE_CONSOLE);
    }
    text.into_bytes()
}

/// Notes whether these bytes, printed by a machine, can set anything.
pub fn heed(bytes: &[u8]) {
    const SHIFT_OUT: u8 = 0x0e;
    const ESCAPE: u8 = 0x1b;
    if bytes.iter().any(|byte| [SHIFT_OUT, ESCAPE].contains(byte)) {
        SET.store(true, Ordering::Relaxed);
    }
}

/// Undoes what may have been set since the last call. While the caller keeps
/// the returned lock no other thread can print.
pub fn reset() -> StdoutLock<'static> {
    let mut stdout = io::stdout().lock();
    if SET.swap(false, Ordering::Relaxed) {
        // A terminal that is gone needs no reset.
        let _ = stdout.write_all(&bytes()).and_then(|()| stdout.flush());
    }
    stdout
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (u16, u16) = (24, 80);

    fn reset_after(said: &str) -> vt100::Parser {
        let mut terminal = vt100::Parser::new(SIZE.0, SIZE.1, 0);
        terminal.process(b"one\r\ntwo");
        terminal.process(said.as_bytes());
        terminal.process(EVERYWHERE.concat().as_bytes());
        terminal.process(NOT_ON_THE_CONSOLE.as_bytes());
        terminal
    }

    #[test]
    fn nothing_of_a_program_that_was_cut_off_anywhere_is_left() {
        let said = "\x1b[?1049h\x1b[2;5r\x1b[?25l\x1b[?1h\x1b=\x1b[?1002h\
                    \x1b[?1006h\x1b[?2004h\x1b[1;31;44m\x1b(0\x1b[?7l\x1b]0;a";
        for end in 0..=said.len() {
            let terminal = reset_after(&said[..end]);
            let screen = terminal.screen();
            let cut = &said[..end];
            assert!(!screen.alternate_screen(), "{cut:?}");
            assert!(!screen.hide_cursor(), "{cut:?}");
            assert!(!screen.application_cursor(), "{cut:?}");
            assert!(!screen.application_keypad(), "{cut:?}");
            assert!(!screen.bracketed_paste(), "{cut:?}");
            assert!(!screen.bold(), "{cut:?}");
            assert_eq!(screen.fgcolor(), vt100::Color::Default, "{cut:?}");
            assert_eq!(screen.bgcolor(), vt100::Color::Default, "{cut:?}");
            let mouse = screen.mouse_protocol_mode();
            assert_eq!(mouse, vt100::MouseProtocolMode::None, "{cut:?}");
            let coordinates = screen.mouse_protocol_encoding();
            let default = vt100::MouseProtocolEncoding::Default;
            assert_eq!(coordinates, default, "{cut:?}");
            assert!(screen.contents().starts_with("one\ntwo"), "{cut:?}");
        }
    }

    #[test]
    fn where_nothing_was_set_nothing_changes() {
        let terminal = reset_after("");
        assert_eq!(terminal.screen().cursor_position(), (1, 3));
        assert_eq!(terminal.screen().contents(), "one\ntwo");
    }
}
