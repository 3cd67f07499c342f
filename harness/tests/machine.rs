//! Promises of the machine's PID 1: outputs apart, exact statuses, whole files,
//! and terminals that last.

use std::time::Duration;

use harness::machine::accelerator::Kind;
use harness::machine::{Machine, Output, Then};
use harness::machines::Machines;
use protocol::facts::{self, Namespace};
use protocol::{ExitStatus, FIRST_PID};

use crate::excerpt::excerpt;
use crate::faults::subject::machines;

fn machine() -> Machine {
    machines().machine().unwrap()
}

fn exec(machine: &mut Machine, argv: &[&str]) -> Output {
    machine.exec(argv, b"", Duration::from_secs(60)).unwrap()
}

#[test]
fn standard_output_and_standard_error_come_apart() {
    let script = "echo one; echo two >&2; echo three";
    let output = exec(&mut machine(), &["bash", "-c", script]);
    assert_eq!(output.stdout, b"one\nthree\n");
    assert_eq!(output.stderr, b"two\n");
}

/// Kernels panic of how older versions of QEMU emulate it.
#[test]
fn the_kernel_of_an_emulated_machine_finds_no_cmpxchg16b() {
    let mut machines = machines();
    if machines.qemus().unwrap().accelerator.kind == Kind::Kvm {
        return;
    }
    let mut machine = machines.machine().unwrap();
    let output = exec(&mut machine, &["cat", "/proc/cpuinfo"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("processor"), "{}", excerpt(&text));
    assert!(!text.contains("cx16"), "{}", excerpt(&text));
}

#[test]
fn how_a_command_ended_is_told_exactly() {
    let mut machine = machine();
    let status = |machine: &mut Machine, script: &str| {
        exec(machine, &["bash", "-c", script]).status
    };
    assert_eq!(status(&mut machine, "exit 7"), ExitStatus::Code(7));
    assert_eq!(status(&mut machine, "kill -9 $$"), ExitStatus::Signal(9));
    let missing = exec(&mut machine, &["/no/such/program"]).status;
    assert_eq!(missing, ExitStatus::NotStarted(2));
}

#[test]
fn a_file_arrives_whole_and_with_its_permissions() {
    let mut machine = machine();
    let contents: Vec<u8> = (0..300_000u32).map(|n| n as u8).collect();
    machine
        .put_file("/a/new/folder/file", 0o750, &contents)
        .unwrap();
    assert_eq!(
        exec(&mut machine, &["cat", "/a/new/folder/file"]).stdout,
        contents
    );
    let mode = exec(&mut machine, &["stat", "-c", "%a", "/a/new/folder/file"]);
    assert_eq!(mode.stdout, b"750\n");
}

#[test]
fn the_programs_arrive_whole_through_the_window_and_by_the_serial_line() {
    let mut machines = machines();
    let sums = |machines: &mut Machines| {
        let mut machine = machines.machine().unwrap();
        let script = "cd /usr/local/bin && stat -c %a * && sha256sum *";
        exec(&mut machine, &["bash", "-c", script]).stdout
    };
    assert!(machines.qemus_mut().unwrap().config.shared_memory.is_some());
    let through_the_window = sums(&mut machines);
    machines.qemus_mut().unwrap().config.shared_memory = None;
    let by_the_serial_line = sums(&mut machines);
    assert_eq!(through_the_window, by_the_serial_line);
    let text = String::from_utf8(through_the_window).unwrap();
    assert!(
        text.contains("container") && text.contains("755"),
        "{}",
        excerpt(&text)
    );
}

#[test]
fn facts_follow_a_process_that_moves_after_it_was_looked_at() {
    let mut machine = machine();
    let script = "mkfifo /tmp/go; \
        (read < /tmp/go; exec unshare --uts sleep infinity) & echo $!";
    let output = exec(&mut machine, &["bash", "-c", script]);
    let pid: i32 = String::from_utf8(output.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let uts_of = |machine: &mut Machine, pid: i32| {
        let facts = machine.facts().unwrap();
        let process = facts.processes.iter().find(|p| p.pid == pid).unwrap();
        let is_uts = |n: &&Namespace| n.kind == facts::Kind::Uts;
        *process.namespaces.iter().find(is_uts).unwrap()
    };
    let initial = uts_of(&mut machine, 1);
    assert_eq!(uts_of(&mut machine, pid), initial);
    assert_eq!(uts_of(&mut machine, pid), initial);
    exec(&mut machine, &["bash", "-c", "echo > /tmp/go"]);
    assert_ne!(uts_of(&mut machine, pid), initial);
}

/// On a busy computer it may take so long to execute a program.
#[test]
fn facts_wait_for_a_process_that_computes_before_it_moves() {
    let mut machine = machine();
    let script = "now() { echo ${EPOCHREALTIME/./}; }; \
        (end=$(($(now) + 200000)); while (($(now) < end)); do :; done; \
        exec unshare --uts sleep infinity) &";
    exec(&mut machine, &["bash", "-c", script]);
    let facts = machine.facts().unwrap();
    let commands = facts.processes.iter().map(|p| p.command.as_str());
    assert!(commands.clone().any(|it| it == "sleep"), "{commands:?}");
}

#[test]
fn facts_do_not_wait_for_ever_for_a_process_that_computes() {
    let mut machine = machine();
    let script = "while :; do :; done &";
    exec(&mut machine, &["bash", "-c", script]);
    let begin = machine.had();
    let facts = machine.facts().unwrap();
    assert!(facts.processes.iter().any(|p| p.command == "bash"));
    assert!(machine.had() - begin < Duration::from_secs(20));
}

/// Of some hundred processes PID 1 keeps files open, of more it does not.
#[test]
fn facts_show_every_process_however_many_there_are() {
    let mut machine = machine();
    let sleeping = |machine: &mut Machine| {
        let facts = machine.facts().unwrap();
        let names = facts.processes.iter().map(|p| p.command.as_str());
        names.filter(|name| *name == "sleep").count()
    };
    let script = "for i in {1..250}; do sleep infinity & done";
    exec(&mut machine, &["bash", "-c", script]);
    assert_eq!(sleeping(&mut machine), 250);
    assert_eq!(sleeping(&mut machine), 250);
    let script = "ls /proc/1/fd | wc -l";
    let open = exec(&mut machine, &["bash", "-c", script]).stdout;
    let open = String::from_utf8(open).unwrap();
    assert!(open.trim().parse::<u32>().unwrap() < 250, "{open}");
    let script = "pgrep -x sleep | head -n 200 | xargs kill; \
        while [ $(pgrep -cx sleep) -gt 50 ]; do :; done";
    exec(&mut machine, &["bash", "-c", script]);
    assert_eq!(sleeping(&mut machine), 50);
}

#[test]
fn facts_see_a_namespace_that_only_a_mount_keeps_come_and_go() {
    let mut machine = machine();
    let pinned = |machine: &mut Machine| machine.facts().unwrap().pinned.len();
    assert_eq!(pinned(&mut machine), 0);
    let script = "touch /tmp/uts; /usr/bin/unshare --uts=/tmp/uts true";
    exec(&mut machine, &["bash", "-c", script]);
    assert_eq!(pinned(&mut machine), 1);
    assert_eq!(pinned(&mut machine), 1);
    exec(&mut machine, &["umount", "/tmp/uts"]);
    assert_eq!(pinned(&mut machine), 0);
}

#[test]
fn facts_wait_for_a_card_that_comes_home_from_a_namespace_that_has_ended() {
    let mut machine = machine();
    machine.facts().unwrap();
    let script = "ip netns add lab && ip link set eth0 netns lab &&
        ip netns del lab";
    for round in 0..30 {
        let output = exec(&mut machine, &["bash", "-c", script]);
        assert_eq!(output.status, ExitStatus::Code(0), "round {round}");
        let facts = machine.facts().unwrap();
        let names = facts.networks[0].interfaces.iter().map(|i| &i.name[..]);
        assert_eq!(names.collect::<Vec<_>>(), ["lo", "eth0"], "round {round}");
    }
}

#[test]
fn a_child_in_the_background_does_not_keep_a_command_from_ending() {
    let script = "echo done; sleep infinity &";
    let output = exec(&mut machine(), &["bash", "-c", script]);
    assert_eq!(output.stdout, b"done\n");
    assert_eq!(output.status, ExitStatus::Code(0));
}

#[test]
fn a_terminal_remembers_and_shows_both_outputs_in_their_order() {
    let mut machine = machine();
    let terminal = machine.open_terminal().unwrap();
    let mut run = |command: &str| {
        let limit = Duration::from_secs(60);
        machine.run(terminal, command, limit).unwrap()
    };
    run("cd /tmp; name=web");
    let second = run("pwd; echo $name; ls /no >&2; echo end; (exit 3)");
    let text = String::from_utf8(second.output).unwrap();
    let error = "ls: cannot access '/no': No such file or directory";
    assert_eq!(text, format!("/tmp\nweb\n{error}\nend\n"));
    let first = terminal.shell;
    let then = Then::Prompt {
        status: 3,
        shell: first,
    };
    assert_eq!(second.then, then);

    let nested = run("bash").then;
    let Then::Prompt { status: 0, shell } = nested else {
        panic!("{nested:?}")
    };
    assert!(shell > terminal.shell && shell < FIRST_PID + 5_000);
    assert_eq!(
        run("exit 4").then,
        Then::Prompt {
            status: 4,
            shell: first
        }
    );
    assert_eq!(run("exit 5").then, Then::Closed(ExitStatus::Code(5)));
}

#[test]
fn more_output_than_a_lesson_can_hold_is_cut_and_said_to_be() {
    let mut machine = machine();
    let terminal = machine.open_terminal().unwrap();
    let limit = Duration::from_secs(120);
    let much = "head -c 1500000 /dev/zero | tr '\\0' x";
    let finished = machine.run(terminal, much, limit).unwrap();
    assert!(finished.truncated);
    assert_eq!(finished.output.len(), 1 << 20);
    let shell = terminal.shell;
    assert_eq!(finished.then, Then::Prompt { status: 0, shell });

    // What has no end is not waited for until its time is over.
    let begin = machine.had();
    let flood = machine.run(terminal, "yes", limit).unwrap();
    assert!(machine.had() - begin < limit);
    assert!(flood.truncated);
    assert_eq!(flood.then, Then::Printing);
}

/// A message for each line would be 20 000 messages: each line wakes the
/// kernel's thread for terminals, and that thread wakes PID 1.
#[test]
fn the_processor_does_not_change_hands_for_each_line_that_is_printed() {
    let mut machine = machine();
    let terminal = machine.open_terminal().unwrap();
    let changes = |machine: &mut Machine| {
        let stat = exec(machine, &["cat", "/proc/stat"]).stdout;
        let stat = String::from_utf8(stat).unwrap();
        let changes = stat.lines().find_map(|line| line.strip_prefix("ctxt "));
        changes.unwrap().parse::<u64>().unwrap()
    };
    let before = changes(&mut machine);
    let limit = Duration::from_secs(120);
    let all = machine.run(terminal, "seq 1 20000", limit).unwrap();
    assert_eq!(all.output.iter().filter(|it| **it == b'\n').count(), 20_000);
    let all = changes(&mut machine) - before;
    assert!(all < 10_000, "{all}");
}

#[test]
fn the_first_process_of_the_facts_is_pid_1() {
    let facts = machine().facts().unwrap();
    assert_eq!(
        (facts.processes[0].pid, facts.processes[0].inner_pid),
        (1, 1)
    );
    let names = facts.networks[0].interfaces.iter().map(|i| &i.name[..]);
    assert_eq!(names.collect::<Vec<_>>(), ["lo", "eth0"]);
}

#[test]
fn who_was_woken_by_a_command_has_run_before_the_facts_are_looked_at() {
    let mut machine = machine();
    let terminal = machine.open_terminal().unwrap();
    let limit = Duration::from_secs(30);
    machine.run(terminal, "httpd -p 80 -h /www", limit).unwrap();
    for _ in 0..100 {
        // The server has a child for each connection, which ends after it.
        let get = "wget -qO- http://127.0.0.1/";
        machine.run(terminal, get, limit).unwrap();
        let facts = machine.facts().unwrap();
        let all = facts.processes.iter();
        let servers = all.filter(|it| it.command == "httpd").count();
        assert_eq!(servers, 1);
    }
}
