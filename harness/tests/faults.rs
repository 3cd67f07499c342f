//! What breaks is named as what it is, with its own exit code, and leaves no
//! process behind.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;
use harness::course;
use harness::laboratory::Laboratory;
use harness::machine::{Fate, Machine, Stage};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

fn lesson(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/lessons")
        .join(name)
        .join("README.md")
}

fn harness() -> Command {
    let mut command = Command::new(cargo_bin("harness"));
    command.stdin(Stdio::null());
    command
}

fn play(file: &Path) -> Command {
    let mut command = harness();
    command.arg("lesson").arg(file).arg("--auto");
    command
}

/// The exit code and everything printed.
fn outcome(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    (output.status.code().unwrap_or(-1), text)
}

fn assert_says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word:?} is not in:\n{text}");
    }
}

/// The QEMU a harness has started, once it has.
fn qemu_of(harness: &Child) -> Pid {
    let children = format!("/proc/{0}/task/{0}/children", harness.id());
    wait_for("QEMU to start", || {
        let children = fs::read_to_string(&children).unwrap_or_default();
        children.split_whitespace().find_map(|pid| {
            let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
            let pid = Pid::from_raw(pid.parse().ok()?);
            name.starts_with("qemu").then_some(pid)
        })
    })
}

fn is_gone(pid: Pid) -> Option<()> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
    // A zombie is gone; whoever adopted it will collect it.
    stat.map_or(Some(()), |stat| stat.contains(") Z ").then_some(()))
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begin.elapsed() < Duration::from_secs(240), "no {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A harness whose lesson has come to its second step, where it waits.
fn harness_in_mid_lesson() -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = play(&lesson("long"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("begun") {
        line.clear();
        let count = stdout.read_line(&mut line).unwrap();
        assert!(count > 0, "the lesson ended before its second step");
    }
    (child, stdout)
}

/// QEMU gets a signal in mid lesson: its PID, the harness's exit code, and
/// what it says.
fn verdict_when_qemu_gets(signal: Signal) -> (Pid, i32, String) {
    let (mut child, _stdout) = harness_in_mid_lesson();
    let qemu = qemu_of(&child);
    kill(qemu, signal).unwrap();
    let code = child.wait().unwrap().code().unwrap_or(-1);
    let mut text = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut text).unwrap();
    (qemu, code, text)
}

fn laboratory() -> Laboratory {
    Laboratory::open(&course::workspace()).unwrap()
}

fn broken_boot(break_it: impl FnOnce(&mut Laboratory)) -> (Stage, Fate) {
    let mut laboratory = laboratory();
    break_it(&mut laboratory);
    match laboratory.machine() {
        Ok(_) => panic!("it booted"),
        Err(failure) => (failure.stage, failure.fate),
    }
}

#[test]
fn a_panic_while_a_lesson_runs_is_called_a_panic() {
    let (code, text) = outcome(&mut play(&lesson("panic")));
    assert_says(&text, &["run: the machine's kernel panicked", "sysrq"]);
    assert_eq!(code, 70, "{text}");
}

#[test]
fn a_machine_that_does_not_answer_hangs() {
    let (code, text) = outcome(&mut play(&lesson("hang")));
    assert_says(&text, &["run: the machine hangs: no answer for 1"]);
    assert_eq!(code, 70, "{text}");
}

#[test]
fn a_stopped_qemu_hangs_and_does_not_outlive_the_verdict() {
    let (qemu, code, text) = verdict_when_qemu_gets(Signal::SIGSTOP);
    assert_says(&text, &["run: the machine hangs: no answer for"]);
    assert_eq!(code, 70, "{text}");
    assert!(is_gone(qemu).is_some());
}

#[test]
fn a_command_that_does_not_end_is_the_lessons_fault() {
    let (code, text) = outcome(&mut play(&lesson("overdue")));
    assert_says(
        &text,
        &[
            "README.md: line 8:",
            "tail -f",
            "not ended",
            "machine is well",
        ],
    );
    assert_eq!(code, 1, "{text}");
}

#[test]
fn a_machine_whose_qemu_was_killed_is_lost() {
    let (_, code, text) = verdict_when_qemu_gets(Signal::SIGKILL);
    assert_says(&text, &["run: the machine is lost: signal 9 ended QEMU"]);
    assert_eq!(code, 70, "{text}");
}

#[test]
fn a_harness_killed_in_mid_lesson_leaves_no_qemu_behind() {
    let (mut child, _stdout) = harness_in_mid_lesson();
    let qemu = qemu_of(&child);
    child.kill().unwrap();
    child.wait().unwrap();
    wait_for("end of QEMU", || is_gone(qemu));
}

#[test]
fn a_harness_killed_while_the_machine_boots_leaves_no_qemu_behind() {
    let mut child = play(&lesson("long"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let qemu = qemu_of(&child);
    child.kill().unwrap();
    child.wait().unwrap();
    wait_for("end of QEMU", || is_gone(qemu));
}

#[test]
fn a_file_that_is_no_kernel_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("modules.dep"), "").unwrap();
    let (code, text) = outcome(
        play(&lesson("long"))
            .env("MACHINE_KERNEL", "/no/such/kernel")
            .env("MACHINE_MODULES", folder.path()),
    );
    assert_says(&text, &["MACHINE_KERNEL=/no/such/kernel", "No such file"]);
    assert_eq!(code, 69, "{text}");
}

#[test]
fn qemu_refuses_a_file_that_is_no_kernel() {
    let (stage, fate) = broken_boot(|laboratory| {
        laboratory.config_mut().kernel = lesson("long");
    });
    assert_eq!(stage, Stage::Boot);
    assert!(matches!(fate, Fate::NotStarted(_)), "{fate:?}");
}

#[test]
fn a_kernel_without_its_modules_is_refused_with_the_modules_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("modules.dep"), "").unwrap();
    fs::write(folder.path().join("modules.builtin"), "").unwrap();
    let (code, text) = outcome(
        play(&lesson("long"))
            .env("MACHINE_KERNEL", lesson("long"))
            .env("MACHINE_MODULES", folder.path()),
    );
    assert_says(&text, &["no module virtio_pci"]);
    assert_eq!(code, 69, "{text}");
}

#[test]
fn a_truncated_initramfs_is_a_panic_at_boot() {
    let folder = tempfile::tempdir().unwrap();
    let (stage, fate) = broken_boot(|laboratory| {
        let config = laboratory.config_mut();
        let whole = fs::read(&config.initramfs).unwrap();
        config.initramfs = folder.path().join("truncated.cpio");
        fs::write(&config.initramfs, &whole[..4096]).unwrap();
    });
    assert_eq!((stage, fate), (Stage::Boot, Fate::Panicked));
}

#[test]
fn without_qemu_the_message_says_how_to_get_it() {
    let (code, text) = outcome(play(&lesson("long")).env("PATH", "/nowhere"));
    assert_says(&text, &["qemu-system-", "not installed", "just setup"]);
    assert_eq!(code, 69, "{text}");
}

#[test]
fn a_lesson_with_an_unknown_terminal_is_refused_at_its_line() {
    let (code, text) = outcome(&mut play(&lesson("unknown-terminal")));
    assert_says(&text, &["README.md:8:", "third"]);
    assert_eq!(code, 1, "{text}");
}

#[test]
fn a_lesson_with_an_untagged_block_is_refused_at_its_line() {
    let (code, text) = outcome(&mut play(&lesson("untagged-block")));
    assert_says(&text, &["README.md:5:", "not-run"]);
    assert_eq!(code, 1, "{text}");
}

#[test]
fn a_chapter_that_does_not_exist_is_a_usage_error() {
    let (code, text) = outcome(harness().args(["chapter", "99"]));
    assert_says(&text, &["no chapter 99", "from 1 to"]);
    assert_eq!(code, 2, "{text}");
}

#[test]
fn a_shell_can_be_had_in_the_state_of_a_step() {
    let (code, text) = outcome(harness().args(["shell", "3.99"]));
    assert_says(&text, &["chapter 3 has", "steps"]);
    assert_eq!(code, 2, "{text}");

    let mut child = harness()
        .args(["shell", "3.2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"ip -brief link | wc -l; exit 5").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "4\n");
    assert_eq!(output.status.code(), Some(5));
}

#[test]
fn two_archives_of_the_same_inputs_are_the_same_bytes() {
    let mut laboratory = laboratory();
    let first = laboratory.config_mut().initramfs.clone();
    assert_eq!(first, self::laboratory().config_mut().initramfs);
}

#[test]
fn where_kvm_does_not_boot_emulation_does() {
    let cache = tempfile::tempdir().unwrap();
    let kernels = harness::machine::kernel::cache().unwrap().join("kernels");
    std::os::unix::fs::symlink(kernels, cache.path().join("kernels")).unwrap();
    let (code, text) = outcome(
        play(&lesson("right"))
            .env("NAMESPACE_WORKSHOP_CACHE", cache.path())
            .env("MACHINE_ACCELERATOR", "kvm"),
    );
    assert_says(&text, &["The machine: Linux", "as in the book"]);
    assert_eq!(code, 0, "{text}");
}

#[test]
fn a_dropped_machine_is_gone() {
    let machine: Machine = laboratory().machine().unwrap();
    let qemu = machine.qemu_pid();
    drop(machine);
    wait_for("end of QEMU", || is_gone(qemu));
}
