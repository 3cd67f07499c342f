//! device_filter - which devices a container's processes may open
//!
//! Root in a container may make device files, as with docker: mknod(2) takes
//! any two numbers. So the kernel asks a program of ours, for the container's
//! cgroup, whenever one of its processes makes or opens such a file.
//!
//! See: bpf(2), "Device controller" of the kernel's cgroup-v2.rst

use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;

/// Major and minor numbers of devices that may be opened: null, zero, full, random,
/// urandom, tty, console and ptmx, see devices.txt of the kernel.
const MAY_BE_OPENED: [(i32, i32); 8] = [
    (1, 3),
    (1, 5),
    (1, 7),
    (1, 8),
    (1, 9),
    (5, 0),
    (5, 1),
    (5, 2),
];

/// The major number of the terminals in /dev/pts.
const PTS: i32 = 136;

/// From linux/bpf.h.
const BPF_PROG_LOAD: i32 = 5;
const BPF_PROG_ATTACH: i32 = 8;
const BPF_PROG_TYPE_CGROUP_DEVICE: u32 = 15;
const BPF_CGROUP_DEVICE: u32 = 6;
const BPF_F_ALLOW_MULTI: u32 = 2;
const BPF_DEVCG_ACC_MKNOD: i32 = 1;
const BPF_DEVCG_DEV_CHAR: i32 = 2;

/// Registers, by their content. The kernel sets CONTEXT, and takes a 1 in ANSWER
/// for yes.
const ANSWER: u8 = 0;
const CONTEXT: u8 = 1;
const ACCESS: u8 = 2;
const TYPE: u8 = 3;
const MAJOR: u8 = 4;
const MINOR: u8 = 5;

/// `struct bpf_insn`: the registers are two numbers of four bits.
#[repr(C)]
struct Instruction {
    code: u8,
    registers: u8,
    offset: i16,
    immediate: i32,
}

/// The part of `union bpf_attr` that BPF_PROG_LOAD takes.
#[repr(C)]
#[derive(Default)]
struct Load {
    program_type: u32,
    count: u32,
    instructions: u64,
    license: u64,
    log: [u64; 2],
    version_and_flags: u64,
}

/// The part of `union bpf_attr` that BPF_PROG_ATTACH takes.
#[repr(C)]
struct Attach {
    target: RawFd,
    program: RawFd,
    kind: u32,
    flags: u32,
}

/// Attaches the program to a cgroup. Returns whether that was possible: without
/// cgroup v2, BPF or the right to it, the container has to do without mknod(2).
pub fn attach(cgroup: Option<&File>) -> bool {
    cgroup.is_some_and(|cgroup| load_and_attach(cgroup).is_ok())
}

fn load_and_attach(cgroup: &File) -> nix::Result<()> {
    let program = program();
    let load = Load {
        program_type: BPF_PROG_TYPE_CGROUP_DEVICE,
        count: program.len() as u32,
        instructions: program.as_ptr() as u64,
        license: c"MIT".as_ptr() as u64,
        ..Load::default()
    };
    let program = bpf(BPF_PROG_LOAD, &load)?;
    // SAFETY: the kernel has just opened it for us.
    let program = unsafe { OwnedFd::from_raw_fd(program) };
    let attach = Attach {
        target: cgroup.as_raw_fd(),
        program: program.as_raw_fd(),
        kind: BPF_CGROUP_DEVICE,
        flags: BPF_F_ALLOW_MULTI,
    };
    bpf(BPF_PROG_ATTACH, &attach).map(drop)
}

fn bpf<T>(command: i32, attributes: &T) -> nix::Result<RawFd> {
    let call = libc::SYS_bpf;
    let size = size_of::<T>();
    // SAFETY: all that the attributes point to lives until the call returns.
    let result = unsafe { libc::syscall(call, command, attributes, size) };
    Errno::result(result).map(|it| it as RawFd)
}

/// The program. Its context is `struct bpf_cgroup_dev_ctx`: the access (upper
/// half) and the type of the device in four bytes, then the two numbers.
fn program() -> Vec<Instruction> {
    let load = |to: u8, offset| step(0x61, to | CONTEXT << 4, offset, 0);
    let set = |to, value| step(0xb7, to, 0, value);
    let skip_if = |of, is, steps| step(0x15, of, steps, is);
    let skip_unless = |of, is, steps| step(0x55, of, steps, is);
    let exit = || step(0x95, 0, 0, 0);
    let mut program = vec![
        load(ACCESS, 0),
        load(TYPE, 0),
        load(MAJOR, 4),
        load(MINOR, 8),
        step(0x77, ACCESS, 0, 16),   // shift right
        step(0x57, TYPE, 0, 0xffff), // and
        // To make any is allowed; to open it is another question.
        set(ANSWER, 1),
        skip_unless(ACCESS, BPF_DEVCG_ACC_MKNOD, 1),
        exit(),
        skip_if(TYPE, BPF_DEVCG_DEV_CHAR, 2),
        set(ANSWER, 0),
        exit(),
        skip_unless(MAJOR, PTS, 1),
        exit(),
    ];
    for (major, minor) in MAY_BE_OPENED {
        program.push(skip_unless(MAJOR, major, 2));
        program.push(skip_unless(MINOR, minor, 1));
        program.push(exit());
    }
    program.extend([set(ANSWER, 0), exit()]);
    program
}

fn step(code: u8, registers: u8, offset: i16, immediate: i32) -> Instruction {
    Instruction {
        code,
        registers,
        offset,
        immediate,
    }
}
