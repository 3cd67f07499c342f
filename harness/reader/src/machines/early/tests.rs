use std::fs;
use std::time::Duration;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use tempfile::TempDir;

use super::*;
use crate::course;
use crate::machine::kernel;

const LIMIT: Duration = Duration::from_secs(60);

/// Returns what is built of this course, and a folder for files that are not.
fn built() -> (Binaries, TempDir) {
    let built = binaries::build(&course::workspace()).unwrap();
    (built, tempfile::tempdir().unwrap())
}

fn print(machine: &mut Machine, argv: &[&str]) -> String {
    let output = machine.exec(argv, b"", LIMIT).unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn qemu_runs(machine: &Machine) -> impl Fn() -> bool + use<> {
    let process = format!("/proc/{}", machine.qemu_pid());
    move || Path::new(&process).exists()
}

/// Reading a FIFO waits for its writer: so the build goes on when the early
/// machine has got the old program, and not before.
#[test]
fn a_program_that_is_built_meanwhile_is_the_one_in_the_machine() {
    let (mut binaries, folder) = built();
    let [program, fifo] = ["edited", "read"].map(|n| folder.path().join(n));
    fs::write(&program, "#!/bin/sh\necho old\n").unwrap();
    mkfifo(&fifo, Mode::S_IRWXU).unwrap();
    binaries.chapters = vec![program.clone(), fifo.clone()];
    let edit = || {
        fs::write(&fifo, "").unwrap();
        fs::remove_file(&fifo).unwrap();
        fs::write(&fifo, "").unwrap();
        fs::write(&program, "#!/bin/sh\necho new\n").unwrap();
        Ok(binaries.clone())
    };
    let kernel = kernel::find().unwrap();
    let last = Some(binaries.clone());
    let (_, mut machine) =
        Machines::with_machine(kernel, true, last, edit).unwrap();
    assert_eq!(print(&mut machine, &["edited"]), "new\n");
}

#[test]
fn a_machine_of_another_pid_1_or_another_program_ends() {
    let (binaries, _) = built();
    let kernel = kernel::find().unwrap();
    let mut machines = Machines::open(&course::workspace()).unwrap();
    // A saved machine exists now, and can be cloned.
    drop(machines.machine().unwrap());
    let programs = Programs::read(&binaries).unwrap();
    let edits: [fn(&mut Programs); 4] = [
        |programs| programs.guest.push(0),
        |programs| programs.chapters[0].1[99] ^= 1,
        |programs| programs.chapters[0].0.push('x'),
        |programs| drop(programs.chapters.pop()),
    ];
    for (number, edit) in edits.into_iter().enumerate() {
        let early = early(&kernel, false, &binaries).unwrap();
        let runs = qemu_runs(&early.1);
        assert!(runs());
        let mut built = programs.clone();
        edit(&mut built);
        assert!(made_of(&built, Some(early)).is_none(), "edit {number}");
        assert!(!runs(), "edit {number}");
    }
    let early = early(&kernel, false, &binaries).unwrap();
    let same = made_of(&programs, Some(early)).unwrap();
    assert!(qemu_runs(&same.1)());
}

#[test]
fn what_the_last_build_gave_need_not_be_there() {
    let (binaries, folder) = built();
    let mut last = binaries.clone();
    last.chapters.push(folder.path().join("gone"));
    let kernel = kernel::find().unwrap();
    let build = || Ok(binaries);
    let (_, mut machine) =
        Machines::with_machine(kernel, true, Some(last), build).unwrap();
    assert!(print(&mut machine, &["set_ns", "--help"]).contains("set_ns"));
}
