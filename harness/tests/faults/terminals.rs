//! A person's terminal goes away, or is left as no person wants it.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Child, Command};

use assert_cmd::cargo::cargo_bin;
use harness::course;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use super::subject::{BOUND, Subject, lesson};

/// A terminal of 80x24, which nobody inherits who is not given it.
fn terminal() -> (File, File) {
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let master = posix_openpt(flags).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname_r(&master).unwrap();
    let slave = File::options()
        .read(true)
        .write(true)
        .custom_flags(OFlag::O_NOCTTY.bits())
        .open(name)
        .unwrap();
    let mut stty = Command::new("stty");
    stty.args(["rows", "24", "cols", "80"]);
    let status = stty.stdin(slave.try_clone().unwrap()).status().unwrap();
    assert!(status.success());
    (OwnedFd::from(master).into(), slave)
}

/// Relation of a harness to its terminal.
#[derive(Clone, Copy, Debug)]
enum Start {
    /// Leads the session, so the kernel tells it of the end.
    Leads,
    /// A program that outlives SIGHUP leads it, as just(1) does.
    IsLed,
    /// SIGHUP is ignored, as under nohup(1).
    Ignores,
    /// The terminal is not its session's.
    HasNoSession,
}

use Start::{HasNoSession, Ignores, IsLed, Leads};

/// The other side of a terminal of 80x24, and what was shown on it.
struct Window {
    master: File,
    shown: String,
    harness: Subject,
    child: Child,
}

impl Window {
    /// A harness of these words on a terminal.
    fn of(words: &[&str], start: Start) -> Self {
        Self::with(words, start, Path::new("/nowhere"))
    }

    fn with(words: &[&str], start: Start, work: &Path) -> Self {
        let (master, slave) = terminal();
        let mut harness = Subject::of(Path::new("setsid"));
        let script = match start {
            HasNoSession => None,
            Leads => Some("exec \"$0\" \"$@\""),
            IsLed => Some("trap : HUP; \"$0\" \"$@\"; :"),
            Ignores => Some("trap '' HUP; \"$0\" \"$@\"; :"),
        };
        let command = &mut harness.command;
        if let Some(script) = script {
            command.args(["--ctty", "sh", "-c", script]);
        }
        command.arg(cargo_bin("harness")).args(words);
        command.current_dir(course::workspace());
        command.env("TERM", "xterm").env_remove("NO_COLOR");
        command.env("NAMESPACE_WORKSHOP_WORK", work);
        command.stdin(slave.try_clone().unwrap());
        command.stdout(slave.try_clone().unwrap());
        command.stderr(slave.try_clone().unwrap());
        let mut harness = harness.that_idles();
        let child = harness.command.spawn().unwrap();
        // The slave's last descriptors here are closed with the command.
        harness.command = Command::new("true");
        Self {
            master,
            shown: String::new(),
            harness,
            child,
        }
    }

    /// Waits for words below those that were waited for before.
    #[track_caller]
    fn sees(&mut self, words: &str) -> String {
        loop {
            if let Some((above, below)) = self.shown.split_once(words) {
                let above = above.to_owned();
                self.shown = below.to_owned();
                return above;
            }
            assert!(self.read(), "no {words:?} in {:?}", self.shown);
        }
    }

    /// All there is to be seen until its harness has ended.
    fn rest(&mut self) -> String {
        while self.read() {}
        std::mem::take(&mut self.shown)
    }

    fn read(&mut self) -> bool {
        let mut fds = [PollFd::new(self.master.as_fd(), PollFlags::POLLIN)];
        let bound = PollTimeout::try_from(BOUND).unwrap();
        assert_ne!(poll(&mut fds, bound), Ok(0), "silence: {}", self.shown);
        let mut bytes = [0; 4096];
        // EIO: nobody has the terminal any more.
        let count = self.master.read(&mut bytes).unwrap_or(0);
        self.shown += &String::from_utf8_lossy(&bytes[..count]);
        count > 0
    }

    fn types(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).unwrap();
    }

    /// Closes the window: nothing of what was started in it stays.
    #[track_caller]
    fn closes(self) {
        let Self {
            master,
            harness,
            mut child,
            ..
        } = self;
        drop(master);
        harness.leaves_no_process();
        child.wait().unwrap();
    }
}

/// End of the player's last line.
const KEYS: &str = "quit";

fn player(start: Start) -> Window {
    let long = lesson("long");
    Window::of(&["lesson", long.to_str().unwrap()], start)
}

#[test]
fn a_window_that_is_closed_ends_the_player_whoever_leads_the_session() {
    for start in [Leads, IsLed, Ignores, HasNoSession] {
        let mut window = player(start);
        window.sees(KEYS);
        window.closes();
    }
    let mut booting = player(IsLed);
    booting.sees("booting the machine");
    booting.closes();
}

#[test]
fn a_window_that_is_closed_ends_a_shell_in_a_machine() {
    let mut window = player(IsLed);
    window.sees(KEYS);
    window.types("s");
    window.sees("host:~# ");
    window.closes();

    for (words, start) in [
        (["shell", ""], IsLed),
        (["shell", ""], HasNoSession),
        (["explore", "4.3"], IsLed),
        (["explore", "4.3"], Ignores),
    ] {
        let work = TempDir::new().unwrap();
        let words: Vec<&str> =
            words.into_iter().filter(|word| !word.is_empty()).collect();
        let mut window = Window::with(&words, start, work.path());
        window.sees("host:~# ");
        window.closes();
    }
}

#[test]
fn a_window_that_is_closed_ends_who_watches_a_file_and_who_asks() {
    let work = TempDir::new().unwrap();
    let mut begins =
        Window::with(&["exercise", "3.1"], HasNoSession, work.path());
    begins.rest();
    for start in [IsLed, Ignores, HasNoSession] {
        let mut window = Window::with(&["watch", "3.1"], start, work.path());
        window.sees("h hint");
        window.closes();
        let words = ["solution", "3.1"];
        let mut window = Window::with(&words, start, work.path());
        window.sees("[y/N] ");
        window.closes();
    }
}

/// Begins a full-screen program, and waits until it has the terminal: the
/// program itself says so. Bash has not yet handed the terminal over while it
/// prints; a Ctrl-C pressed then takes the terminal from Bash for good.
fn full_screen(window: &mut Window) {
    window.sees("host:~# ");
    window.types(
        "sh -c \"printf '\\033[?1049h\\033[?25l\\033[?1002;1006;2004h\\033[?1h\\033=\
         \\033[2;5r\\033[31m\\033(0q\\033]0;be''gun'; exec sleep 1000\"\r",
    );
    window.sees("begun");
}

/// Ends such a program. Keys that are pressed before the shell is back may be
/// thrown away with it (termios(3), NOFLSH).
fn ends_it(window: &mut Window) {
    window.types("\x03");
    window.sees("host:~# ");
}

/// Checks that the rest of the output ends with a terminal as any other.
#[track_caller]
fn as_any_other(rest: &str) {
    let mut terminal = vt100::Parser::new(24, 80, 0);
    terminal.process(b"\x1b[?1049h\x1b[?25l\x1b[?1002;1006;2004h\x1b[?1h");
    terminal.process(b"\x1b=\x1b[2;5r\x1b[31m\x1b(0q\x1b]0;begun");
    terminal.process(rest.as_bytes());
    let screen = terminal.screen();
    assert!(!screen.alternate_screen(), "{rest:?}");
    assert!(!screen.hide_cursor(), "{rest:?}");
    assert!(!screen.bracketed_paste(), "{rest:?}");
    assert!(!screen.application_cursor(), "{rest:?}");
    assert!(!screen.application_keypad(), "{rest:?}");
    assert_eq!(screen.fgcolor(), vt100::Color::Default, "{rest:?}");
    let mouse = screen.mouse_protocol_mode();
    assert_eq!(mouse, vt100::MouseProtocolMode::None, "{rest:?}");
    for undone in ["\x1b(B", "\x1b[r", "\x1b[?7h"] {
        assert!(rest.contains(undone), "{undone:?} is not in {rest:?}");
    }
}

#[test]
fn a_harness_that_is_ended_sets_back_what_a_machines_programs_have_set() {
    for signal in [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGKILL] {
        let mut window = Window::of(&["shell"], HasNoSession);
        full_screen(&mut window);
        // setsid(1) has become it.
        let harness = Pid::from_raw(window.child.id().cast_signed());
        kill(harness, signal).unwrap();
        as_any_other(&window.rest());
        window.closes();
    }
}

#[test]
fn a_machine_that_breaks_in_a_full_screen_program_says_so_on_the_other() {
    let mut window = Window::of(&["shell"], HasNoSession);
    full_screen(&mut window);
    ends_it(&mut window);
    window.types("echo c > /proc/sysrq-trigger\r");
    let rest = window.rest();
    as_any_other(&rest);
    let (_, after) = rest.split_once("\x1b[?1049l").unwrap();
    assert!(after.contains("kernel panicked"), "{rest:?}");
    window.closes();
}

#[test]
fn a_program_that_leaves_the_terminal_so_has_it_set_back_at_the_shells_end() {
    let mut window = player(HasNoSession);
    window.sees(KEYS);
    window.types("s");
    full_screen(&mut window);
    ends_it(&mut window);
    window.types("exit\r");
    let back = window.sees("Back in the lesson.");
    as_any_other(&back);
    window.sees(KEYS);
    window.types("q");
    window.rest();
    window.closes();
}

#[test]
fn a_pipe_has_nothing_set_back_in_it() {
    let mut harness = Subject::harness(&["shell"]);
    harness.command.env("TERM", "xterm");
    let script = TempDir::new().unwrap();
    let script = script.path().join("script");
    std::fs::write(&script, "printf '\\033[?1049h'").unwrap();
    harness.command.stdin(File::open(&script).unwrap());
    let outcome = harness.outcome();
    outcome.is(0, &[]);
    assert_eq!(outcome.text, "\x1b[?1049h");
}
