//! QEMU ends, stops, or gets no memory.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::Duration;

use harness::machine::Machine;
use harness::machine::emulator::Emulator;
use nix::sys::signal::{Signal, kill};
use tempfile::TempDir;

use super::memory_limit::MemoryLimit;
use super::subject::{
    Outcome, Running, Subject, cache_with_a_machine, empty_cache, lesson,
    lesson_of, machines, not_run, wait_for,
};

/// Sends QEMU a signal in mid lesson, and returns the harness's verdict.
fn verdict_when_qemu_gets(signal: Signal) -> Outcome {
    let mut subject = Subject::play(&lesson("long")).that_idles();
    let (mut child, _stdout) = subject.start_and_wait();
    kill(subject.qemu(), signal).unwrap();
    let code = child.wait().unwrap().code().unwrap_or(-1);
    subject.leaves_no_process();
    let mut text = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut text).unwrap();
    Outcome { code, text }
}

/// Shorter than what a machine that hangs is given.
const PAUSE: Duration = Duration::from_secs(5);

/// The real QEMU, with something done before it.
pub fn qemu_after(command: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let real = Emulator::find().unwrap();
    let words = real.words().into_iter();
    let words: Vec<_> = words.map(|it| it.into_string().unwrap()).collect();
    let variables = real.variables().into_iter();
    let variables: String = variables
        .map(|(name, value)| format!("{name}={} ", value.display()))
        .collect();
    let script = format!(
        "#!/bin/sh\n{command}\n{variables} exec {} \"$@\"\n",
        words.join(" ")
    );
    let program = folder.path().join(real.file.file_name().unwrap());
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// The value of `PATH` with which it is found.
pub fn before_others_in_path(folder: &TempDir) -> String {
    let path = std::env::var("PATH").unwrap();
    format!("{}:{path}", folder.path().display())
}

#[test]
fn a_killed_qemu_is_a_lost_machine() {
    verdict_when_qemu_gets(Signal::SIGKILL)
        .is(70, &["run: the machine is lost: signal 9 ended QEMU"]);
}

#[test]
fn a_stopped_qemu_is_a_machine_that_hangs() {
    verdict_when_qemu_gets(Signal::SIGSTOP)
        .is(70, &["run: the machine hangs: no answer for"]);
}

#[test]
fn a_qemu_that_goes_on_after_a_pause_is_no_fault() {
    let mut subject = Subject::play(&lesson("right"));
    let running = subject.start();
    let qemu = subject.qemu();
    kill(qemu, Signal::SIGSTOP).unwrap();
    thread::sleep(PAUSE);
    kill(qemu, Signal::SIGCONT).unwrap();
    running.end(&subject).is(0, &["is as in the book"]);
}

#[test]
fn a_qemu_without_memory_for_the_machine_does_not_start() {
    let qemu = qemu_after("ulimit -v 400000");
    let cache = empty_cache();
    Subject::play(&lesson("right"))
        .env("PATH", before_others_in_path(&qemu))
        .env("NAMESPACE_WORKSHOP_CACHE", &cache)
        .outcome()
        .is(69, &["boot: QEMU did not start", "memory"]);
}

#[test]
fn a_qemu_without_a_window_gets_the_programs_by_the_serial_line() {
    let words = "'ivshmem-plain' is not a valid device model name";
    let refuse = format!("echo \"{words}\" >&2; exit 1");
    let qemu = qemu_after(&format!("case $* in *ivshmem*) {refuse};; esac"));
    let (_folder, lesson) = lesson_of(
        "host# unshare --uts which unshare\n/usr/local/bin/unshare\n",
    );
    let cache = empty_cache();
    Subject::play(&lesson)
        .env("PATH", before_others_in_path(&qemu))
        .env("NAMESPACE_WORKSHOP_CACHE", &cache)
        .outcome()
        .is(0, &["booted once, saved and cloned", "as in the book"]);
}

#[test]
fn a_qemu_that_runs_out_of_memory_is_a_lost_machine() {
    let group = match MemoryLimit::new(100 << 20) {
        Ok(group) => group,
        Err(why) => return not_run("a limit to QEMU's memory", &why),
    };
    // Only the clone is limited; its original boots as ever.
    let join = format!("echo $$ > {}", group.procs().display());
    let qemu = qemu_after(&format!("case $* in *-incoming*) {join};; esac"));
    let (_folder, lesson) = lesson_of(
        "host# head -c 150000000 /dev/zero | tail -c 150000000 | wc -c\n",
    );
    let cache = empty_cache();
    Subject::play(&lesson)
        .env("PATH", before_others_in_path(&qemu))
        .env("NAMESPACE_WORKSHOP_CACHE", &cache)
        .outcome()
        .is(70, &["run: the machine is lost: signal 9 ended QEMU"]);
}

#[test]
fn more_machines_than_may_run_wait_for_their_turn() {
    let cache = cache_with_a_machine();
    // Slots of its own: those of other tests do not count.
    let running = cache.path().join("running");
    fs::remove_file(&running).unwrap();
    fs::create_dir(&running).unwrap();
    let mut subjects = [(); 4].map(|()| {
        Subject::play(&lesson("right"))
            .in_cache(&cache)
            .env("MACHINES_AT_ONCE", "1")
    });
    let mut all = subjects.each_mut().map(Subject::start);
    let mut most = 0;
    while all.iter_mut().any(Running::runs) {
        let seen: Vec<_> = subjects.iter().flat_map(Subject::qemus).collect();
        // While others were looked for, one may have ended.
        let now = subjects.iter().flat_map(Subject::qemus);
        most = most.max(now.filter(|qemu| seen.contains(qemu)).count());
        // A machine takes longer; the others need the processor, too.
        thread::sleep(Duration::from_millis(10));
    }
    for (subject, running) in subjects.iter().zip(all) {
        running.end(subject).is(0, &["as in the book"]);
    }
    assert_eq!(most, 1);
}

#[test]
fn a_dropped_machine_is_gone() {
    let machine: Machine = machines().machine().unwrap();
    let qemu = machine.qemu_pid();
    drop(machine);
    wait_for("end of QEMU", || {
        let stat = fs::read_to_string(format!("/proc/{qemu}/stat"));
        stat.map_or(Some(()), |stat| stat.contains(") Z ").then_some(()))
    });
}
