//! What listns makes of the kernel's answers. The test stops listns at each of
//! its system calls (ptrace(2)) and answers listns(2) itself: so lists of any
//! length are there, on any kernel, and the calls can be counted.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::sys::ptrace::{self, Options};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

/// Number of listns(2).
const LISTNS: u64 = 470;

const NET: u32 = libc::CLONE_NEWNET as u32;
const USER: u32 = libc::CLONE_NEWUSER as u32;
const UTS: u32 = libc::CLONE_NEWUTS as u32;

/// Identifier, type and owner of a namespace; an owner of 0 is not seen.
type Row = (u64, u32, u64);

/// Owner of a user namespace that ends as soon as it has been listed.
const ENDS: u64 = u64::MAX;

/// What listns has printed, how it has ended, and the calls it made from the
/// first listns(2) on.
struct Run {
    text: String,
    code: i32,
    calls: Vec<u64>,
}

/// Runs listns on a kernel that has these namespaces.
fn listns(name: &str, arguments: &[&str], kernel: &[Row]) -> Run {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let stdout = File::create(&file).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_listns"));
    command.args(arguments).stdout(stdout);
    // SAFETY: between fork and exec there is one system call.
    unsafe { command.pre_exec(|| Ok(ptrace::traceme()?)) };
    #[expect(clippy::zombie_processes, reason = "waitpid(2) of nix waits")]
    let child = command.spawn().unwrap();
    let pid = Pid::from_raw(child.id() as i32);
    let (code, calls) = trace(pid, kernel);
    let text = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    Run { text, code, calls }
}

fn trace(pid: Pid, kernel: &[Row]) -> (i32, Vec<u64>) {
    waitpid(pid, None).unwrap();
    let options = Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_EXITKILL;
    ptrace::setoptions(pid, options).unwrap();
    let mut calls = Vec::new();
    let mut answered = None;
    let mut inside = false;
    loop {
        ptrace::syscall(pid, None).unwrap();
        match waitpid(pid, None).unwrap() {
            WaitStatus::Exited(_, code) => return (code, calls),
            WaitStatus::PtraceSyscall(_) => inside = !inside,
            other => panic!("{other:?}"),
        }
        let mut registers = ptrace::getregs(pid).unwrap();
        let number = registers.orig_rax;
        if !inside {
            if let Some(answer) = answered.take() {
                registers.rax = answer;
                ptrace::setregs(pid, registers).unwrap();
            }
            continue;
        }
        if number == LISTNS || !calls.is_empty() {
            calls.push(number);
        }
        if number == LISTNS {
            answered = Some(answer(pid, &registers, kernel));
            registers.orig_rax = u64::MAX;
            ptrace::setregs(pid, registers).unwrap();
        }
    }
}

/// Reads `struct ns_id_req`, and writes the identifiers where they belong.
fn answer(pid: Pid, call: &libc::user_regs_struct, kernel: &[Row]) -> u64 {
    let memory = format!("/proc/{pid}/mem");
    let memory = File::options().read(true).write(true).open(memory).unwrap();
    let mut request = [0; 32];
    memory.read_exact_at(&mut request, call.rdi).unwrap();
    let u32_at =
        |at: usize| u32::from_ne_bytes(request[at..at + 4].try_into().unwrap());
    let u64_at =
        |at: usize| u64::from_ne_bytes(request[at..at + 8].try_into().unwrap());
    let size = u32_at(0);
    let after = u64_at(8);
    let kind = u32_at(16);
    let owner = u64_at(24);
    assert_eq!((size, u32_at(4), u32_at(20), call.r10), (32, 0, 0, 0));
    // The kernel knows no such user namespace.
    let is_owner = |it: &Row| it.0 == owner && it.1 == USER && it.2 != ENDS;
    if owner != 0 && !kernel.iter().any(is_owner) {
        return -libc::EINVAL as u64;
    }
    let mut at = call.rsi;
    let found = kernel.iter().filter(|it| {
        it.0 > after
            && (kind == 0 || it.1 == kind)
            && (owner == 0 || it.2 == owner)
    });
    let page = found.take(call.rdx as usize);
    for row in page {
        memory.write_all_at(&row.0.to_ne_bytes(), at).unwrap();
        at += 8;
    }
    // The kernel's end of a list, if the page before was full.
    if at == call.rsi && after != 0 {
        return -libc::ENOENT as u64;
    }
    (at - call.rsi) / 8
}

/// So many networks, and the initial user namespace, which owns them.
fn networks(count: u64) -> Vec<Row> {
    let networks = (0..count).map(|n| (100 + n, NET, 3));
    [(3, USER, 0)].into_iter().chain(networks).collect()
}

#[test]
fn the_tree_shows_what_each_user_namespace_owns() {
    let kernel = [
        (2, UTS, 3),
        (3, USER, 0),
        (7, NET, 3),
        (20, USER, 3),
        (21, USER, 20),
        (22, NET, 21),
        (23, UTS, 20),
    ];
    let run = listns("tree", &[], &kernel);
    assert_eq!(
        run.text,
        "user:3\n\
         ├─uts:2\n\
         ├─net:7\n\
         └─user:20\n\
         \u{20} ├─user:21\n\
         \u{20} │ └─net:22\n\
         \u{20} └─uts:23\n"
    );
    assert_eq!(run.code, 0);
}

#[test]
fn a_namespace_whose_owner_is_not_seen_stands_at_the_top() {
    let kernel = [(2, UTS, 3), (7, NET, 3), (20, USER, 3), (23, UTS, 20)];
    let run = listns("unseen", &[], &kernel);
    assert_eq!(run.text, "uts:2\nnet:7\nuser:20\n└─uts:23\n");
}

#[test]
fn a_list_has_the_types_that_were_asked_for() {
    let kernel = [(2, UTS, 3), (3, USER, 0), (7, NET, 3), (20, UTS, 3)];
    let types = ["--type", "uts", "--type", "net"];
    let run = listns("types", &types, &kernel);
    assert_eq!(run.text, "uts:2\nnet:7\nuts:20\n");
}

#[test]
fn a_list_of_any_length_is_whole() {
    for count in [511, 512, 513, 1024, 1500] {
        let run = listns("length", &["--type", "net"], &networks(count));
        let expected: Vec<String> =
            (0..count).map(|n| format!("net:{}", 100 + n)).collect();
        assert!(run.text.lines().eq(expected), "{count}");
        let run = listns("length", &[], &networks(count));
        assert_eq!(run.text.lines().count() as u64, count + 1);
    }
}

#[test]
fn a_namespace_costs_no_system_call_but_a_512th() {
    let calls = |count| {
        let run = listns("calls", &["--type", "net"], &networks(count));
        assert_eq!(run.text.lines().count() as u64, count);
        let asked = run.calls.iter().filter(|call| **call == LISTNS).count();
        (asked, run.calls.len() - asked)
    };
    let (few, beside_few) = calls(100);
    let (many, beside_many) = calls(4_000);
    assert_eq!((few, many), (1, 8));
    // One write, the end, and memory, which grows by doubling.
    assert!(beside_few <= 10, "{beside_few}");
    assert!(beside_many <= beside_few + 30, "{beside_many}");
}

#[test]
fn a_user_namespace_that_ends_meanwhile_is_no_error() {
    let kernel = [(3, USER, 0), (20, UTS, 3), (21, USER, ENDS)];
    let run = listns("ended", &[], &kernel);
    assert_eq!((run.code, &*run.text), (0, "user:3\n└─uts:20\nuser:21\n"));
}
