//! A lesson at a terminal: the real binary, a real machine, a person's keys.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::cargo::cargo_bin;
use rexpect::reader::{Options, ReadUntil};
use rexpect::session::{PtySession, spawn_with_options};
use tempfile::TempDir;

use crate::english;
use crate::excerpt::excerpt;
use crate::needed_kernel::playable_chapters;

/// End of the last line while the player waits for a key.
const WAITING: &str = "q quit";

/// Long enough for the programs to be built and a machine to boot on a
/// computer with other things to do.
const PATIENCE: u64 = 900_000;

/// A person at a terminal of 80x24. After the player has ended, the terminal
/// says how, and whether its mode is the old one.
pub struct Person {
    terminal: PtySession,
}

impl Person {
    /// Sits down in front of a lesson.
    fn plays(lesson: &Path) -> Self {
        let lesson = lesson.to_str().unwrap();
        Self::types(&["lesson", lesson], Path::new("/nowhere"))
    }

    /// Types a command of the course, with this work folder.
    fn types(words: &[&str], work: &Path) -> Self {
        Self::types_with(&[("NAMESPACE_WORKSHOP_WORK", work)], words)
    }

    /// Types a command of the course, in this environment.
    pub fn types_with(environment: &[(&str, &Path)], words: &[&str]) -> Self {
        let script = "stty rows 24 cols 80; before=$(stty -g); trap : INT; \
             \"$0\" \"$@\"; code=$?; \
             [ \"$before\" = \"$(stty -g)\" ] && echo terminal as before; \
             echo exit code $code.";
        let mut command = Command::new("sh");
        command
            .args(["-c", script])
            .arg(cargo_bin("harness"))
            .args(words)
            .envs(environment.iter().copied());
        // rexpect reads bytes, not characters: only ASCII is looked for.
        english::speaks(&mut command);
        command.env("TERM", "xterm").env_remove("NO_COLOR");
        let options = Options::new()
            .timeout_ms(Some(PATIENCE))
            .strip_ansi_escape_codes(true);
        let terminal = spawn_with_options(command, options).unwrap();
        Self { terminal }
    }

    /// Sits down and waits for the machine.
    fn begins(lesson: &Path) -> Self {
        let mut person = Self::plays(lesson);
        person.sees("The machine: Linux");
        person.waits();
        person
    }

    /// Types a command of the course, and waits for the first page: the machine
    /// may be on the next one.
    pub fn begins_with(words: &[&str], work: &Path) -> Self {
        let mut person = Self::types(words, work);
        person.waits();
        person
    }

    /// Waits for words, and returns what was above them. A line that says
    /// what is going on, and is overwritten, is not: on a busy computer any
    /// command may take long enough for one.
    pub fn sees(&mut self, words: &str) -> String {
        let printed = self
            .terminal
            .exp_string(words)
            .unwrap_or_else(|error| panic!("{}", excerpt(&error.to_string())));
        let lines = printed.split("\r\n");
        let shown = lines.map(|line| line.rsplit('\r').next().unwrap_or(""));
        shown.collect::<Vec<_>>().join("\r\n")
    }

    /// Waits until the player waits for a key.
    fn waits(&mut self) -> String {
        self.sees(WAITING)
    }

    pub fn presses(&mut self, keys: &str) {
        self.terminal.send(keys).unwrap();
        self.terminal.flush().unwrap();
    }

    /// Presses a key and returns what is shown until the next is waited for.
    pub fn press(&mut self, keys: &str) -> String {
        self.presses(keys);
        self.waits()
    }

    /// Goes to the step with this number.
    fn go(&mut self, step: &str) -> String {
        self.presses("g");
        self.sees("Go to step 1-3: ");
        self.press(&format!("{step}\r"))
    }

    /// The terminal is as it was, and this is the exit code.
    pub fn ends_with(mut self, code: &str) {
        self.sees("terminal as before");
        self.sees(&format!("exit code {code}."));
    }
}

pub fn tiny() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lessons/tiny/README.md")
}

#[track_caller]
pub fn assert_shows(screen: &str, words: &[&str]) {
    let mut rest = screen;
    for words in words {
        match rest.split_once(words) {
            Some((_, after)) => rest = after,
            None => panic!("no {words:?} there in {screen}"),
        }
    }
}

#[test]
fn enter_leads_through_the_lesson_to_its_end() {
    let mut person = Person::begins(&tiny());
    let screen = person.press("\r");
    assert_shows(&screen, &["1/3", "Each terminal is", "host# readlink"]);
    assert!(!screen.contains("uts:["), "it runs before Enter: {screen}");
    let screen = person.press("\r");
    assert_shows(&screen, &["uts:[40", "]", "web# readlink"]);
    let screen = person.press("\r");
    assert_shows(&screen, &["cgroup ipc mnt net pid time user uts", "host"]);
    assert_shows(&screen, &["no process moved in this step", "next step"]);

    assert_shows(&person.press("\r"), &["2/3", "web# unshare --uts bash"]);
    let screen = person.press("a");
    assert_shows(&screen, &["web:in# hostname inside", "inside, process 2"]);
    assert_shows(&screen, &["  web:in\r\n", "host# hostname\r\nhost\r\n"]);
    assert_shows(&screen, &["+ web:in ", " A*", "* changed in this step"]);

    assert_shows(&person.press("\r"), &["3/3", "web:in# exit"]);
    let screen = person.press(" ");
    assert_shows(&screen, &["[exit 1]", "- web:in", "- ended in it"]);
    assert_shows(&screen, &["+ pair0    veth     down in net initial"]);
    person.presses("\r");
    person.sees("The lesson: 3 steps, 10 commands, all as in the book.");
    person.ends_with("0");
}

#[test]
fn back_and_go_arrive_at_the_beginning_of_a_step() {
    let mut person = Person::begins(&tiny());
    assert_shows(&person.press("b"), &["This is the beginning."]);
    // Ahead, in this machine: the shell that step 2 starts is there.
    assert_shows(&person.go("3"), &["3/3", "web:in# exit"]);
    // At the beginning of a step, back is the step before.
    assert_shows(&person.press("b"), &["2/3", "web# unshare"]);
    assert_shows(&person.press("\r"), &["web:in# hostname inside"]);
    // In the middle of a step, back is its beginning.
    assert_shows(&person.press("b"), &["2/3", "web# unshare"]);
    let screen = person.press("a");
    assert_shows(&screen, &["inside, process 2", "+ web:in ", "next step"]);
    assert_shows(&person.go("1"), &["1/3", "host# readlink"]);
    assert_shows(&person.go("7"), &["There is no step 7.", "host# readlink"]);
    person.presses("q");
    person.ends_with("0");
}

#[test]
fn a_shell_is_in_this_very_machine_and_what_it_changes_is_said_to_be_why() {
    let mut person = Person::begins(&tiny());
    assert_shows(&person.press("\r"), &["host# readlink"]);
    person.presses("s");
    person.sees("host:~# ");
    person.presses("echo $((6*7))\r");
    person.sees("42");
    person.presses("hostname changed\r");
    person.sees("# ");
    person.presses("exit\r");
    person.sees("Back in the lesson.");
    assert_shows(&person.waits(), &["host# readlink"]);
    assert_shows(&person.press("a"), &["uts:[40", "next step"]);
    assert_shows(&person.press("\r"), &["web# unshare"]);
    let screen = person.press("a");
    let wrong = ["README.md:39: not as in the lesson", "- host", "+ changed"];
    assert_shows(&screen, &wrong);
    assert_shows(&screen, &["You have used the shell", "next step"]);
    // Control-D, as in a shell.
    person.presses("\x04");
    person.ends_with("1");
}

#[test]
fn a_function_of_the_program_is_shown_below_the_name_of_its_file() {
    let right = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lessons");
    let mut person = Person::begins(&right.join("right/README.md"));
    let screen = person.go("2");
    let file = "lessons/right/src/box.rs ";
    assert_shows(&screen, &["2/3", file, "\nfn main() {\r\n    println!("]);
    assert_shows(&screen, &["\n}\r\n", "next step"]);
    person.presses("q");
    person.ends_with("0");
}

#[test]
fn an_answer_waits_for_a_key_and_its_commands_run() {
    let folder = TempDir::new().unwrap();
    let lesson = folder.path().join("README.md");
    let text = "# Questions\n\n## Three questions\n\nAnswer first.\n\n\
        <details><summary>Is <code>hostname</code>\na file?</summary>\n\n\
        It is a word.\n\n```console\nhost# hostname\nhost\n```\n\n\
        </details>\n\nThat was all.\n";
    fs::write(&lesson, text).unwrap();
    let mut person = Person::begins(&lesson);
    let screen = person.press("\r");
    assert_shows(&screen, &["Answer first.", "Is hostname a file?"]);
    assert_shows(&screen, &["Enter answer"]);
    assert!(!screen.contains("It is a word."), "{screen}");
    assert!(!screen.contains("summary"), "{screen}");
    let screen = person.press("\r");
    assert_shows(&screen, &["It is a word.", "host# hostname"]);
    let screen = person.press("\r");
    assert_shows(&screen, &["host\r\n", "That was all."]);
    assert!(!screen.contains("details"), "{screen}");
    person.presses("q");
    person.sees("terminal as before");
}

#[test]
fn a_difference_is_shown_at_once_and_the_lesson_goes_on() {
    let copy = TempDir::new().unwrap();
    let text = fs::read_to_string(tiny()).unwrap();
    let wrong = text.replacen("uts:[initial]", "uts:[A]", 1);
    let lesson = copy.path().join("README.md");
    fs::write(&lesson, wrong).unwrap();
    let mut person = Person::begins(&lesson);
    person.press("\r");
    // It stops there although the rest of the step was asked for.
    let screen = person.press("a");
    let wrong = ["README.md:18: not as", "- uts:[A]", "+ uts:[initial]"];
    assert_shows(&screen, &wrong);
    assert_shows(&screen, &["web# readlink", "Enter"]);
    person.presses("q");
    person.ends_with("1");
}

#[test]
fn control_c_ends_it_wherever_it_is() {
    let mut waiting = Person::begins(&tiny());
    waiting.presses("\x03");
    waiting.ends_with("0");

    let mut booting = Person::plays(&tiny());
    booting.sees("booting the machine");
    booting.presses("\x03");
    booting.ends_with("0");
}

#[test]
fn a_machine_that_breaks_ends_it_and_says_so() {
    let mut person = Person::begins(&tiny());
    person.presses("s");
    person.sees("host:~# ");
    person.presses("echo c > /proc/sysrq-trigger\r");
    person.sees("run: the machine's kernel panicked");
    person.ends_with("70");
}

/// A terminal of this size, and a chapter that is played on it.
struct Pages {
    /// End of the keys' line.
    end: String,
    terminal: PtySession,
    screen: vt100::Parser,
    rows: usize,
}

impl Pages {
    fn of(chapter: u32, rows: u16, columns: u16) -> Self {
        Self::in_language("en", chapter, rows, columns)
    }

    fn in_language(tag: &str, chapter: u32, rows: u16, columns: u16) -> Self {
        let script = format!(
            "stty rows {rows} cols {columns}; \
             exec \"$0\" chapter {chapter} --lang {tag}"
        );
        let mut command = Command::new("sh");
        command.args(["-c", &script]).arg(cargo_bin("harness"));
        command.env("TERM", "xterm").env("MACHINES_AT_ONCE", "0");
        let options = Options::new().timeout_ms(Some(PATIENCE));
        let quit = if tag == "en" { "quit" } else { "退出" };
        Self {
            end: format!("{quit}\u{1b}[0m"),
            terminal: spawn_with_options(command, options).unwrap(),
            screen: vt100::Parser::new(rows, columns, 100_000),
            rows: usize::from(rows),
        }
    }

    /// Waits for the keys' line, or for the end: then there is none.
    fn waits(&mut self) -> bool {
        let end = self.end.clone();
        // rexpect makes a character of each byte.
        let end: String = end.bytes().map(char::from).collect();
        let either = vec![ReadUntil::String(end.clone()), ReadUntil::EOF];
        let (before, found) = self.terminal.exp_any(either).unwrap();
        let text = [before.as_str(), &found].concat();
        let bytes = text.chars().filter_map(|c| u8::try_from(c).ok());
        self.screen.process(&bytes.collect::<Vec<_>>());
        found == end
    }

    /// Counts the rows that have left the terminal at its top.
    fn gone(&mut self) -> usize {
        let screen = self.screen.screen_mut();
        screen.set_scrollback(usize::MAX);
        let gone = screen.scrollback();
        screen.set_scrollback(0);
        gone
    }

    /// From key to key, to the end or to this many: what leaves the terminal
    /// at its top was on it while the key before was waited for.
    fn turns(&mut self, most: usize) {
        let mut gone = 0;
        let mut seen = 0;
        for key in 0..most {
            if !self.waits() {
                return;
            }
            let now = self.gone();
            let shown = self.screen.screen().contents();
            assert!(now - gone <= seen, "key {key}: {now} {gone}\n{shown}");
            gone = now;
            let (row, _) = self.screen.screen().cursor_position();
            seen = usize::from(row);
            assert!(seen < self.rows);
            self.terminal.send("\r").unwrap();
            self.terminal.flush().unwrap();
        }
    }
}

#[test]
fn a_chapter_begins_with_its_title_in_sight_on_a_terminal_of_any_size() {
    for chapter in playable_chapters() {
        for (rows, columns) in [(24, 80), (12, 40)] {
            let mut pages = Pages::of(chapter, rows, columns);
            assert!(pages.waits());
            let shown = pages.screen.screen().contents();
            let title = format!("Chapter {chapter} \u{b7}");
            assert!(shown.contains(&title), "{shown}");
            assert!(shown.contains("Enter more"), "{shown}");
            assert!(shown.trim_end().ends_with("q quit"), "{shown}");
        }
    }
}

#[test]
fn nothing_leaves_the_terminal_before_a_key_was_waited_for() {
    for chapter in playable_chapters() {
        Pages::of(chapter, 24, 80).turns(usize::MAX);
    }
    Pages::of(1, 12, 40).turns(usize::MAX);
    Pages::of(6, 12, 40).turns(40);
}

#[test]
fn in_chinese_each_line_has_its_columns_and_none_is_too_wide() {
    for (rows, columns) in [(24, 80), (12, 40)] {
        let mut pages = Pages::in_language("zh-CN", 3, rows, columns);
        for _ in 0..4 {
            assert!(pages.waits());
            let screen = pages.screen.screen();
            let shown = screen.contents();
            // A title, a command and its output are as wide as they are.
            let broken: Vec<_> = (0..rows)
                .filter(|row| screen.row_wrapped(*row))
                .filter_map(|row| screen.rows(0, columns).nth(row.into()))
                .filter(|text| !text.is_ascii() && !text.contains("章 ·"))
                .collect();
            assert!(broken.is_empty(), "{broken:?} in {shown}");
            assert!(shown.trim_end().ends_with("q 退出"), "{shown}");
            pages.terminal.send("\r").unwrap();
            pages.terminal.flush().unwrap();
        }
    }
}

#[test]
fn in_chinese_the_minutes_stand_at_the_right_margin() {
    let mut pages = Pages::in_language("zh-CN", 3, 24, 80);
    assert!(pages.waits());
    let rows: Vec<_> = pages.screen.screen().rows(0, 80).collect();
    let title = rows.iter().find(|row| row.contains("第 3 章 ·"));
    let title = title.unwrap_or_else(|| panic!("{rows:?}"));
    assert!(title.ends_with(" 分钟"), "{title}");
    assert_eq!(textwrap::core::display_width(title), 80, "{title}");
}

#[test]
fn help_and_a_way_back_are_there_on_each_page() {
    let mut pages = Pages::of(2, 12, 40);
    assert!(pages.waits());
    let mut press = |keys: &str| {
        pages.terminal.send(keys).unwrap();
        pages.terminal.flush().unwrap();
        assert!(pages.waits());
        pages.screen.screen().contents()
    };
    assert!(press("?").contains("run the command that is shown"));
    let shown = press("a");
    assert!(shown.contains("Enter begin"), "{shown}");
}
