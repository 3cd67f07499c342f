//! The guard of a stage: programs that the kernel asks before a process of the
//! stage's cgroup writes a setting or opens a device of the Linux outside.
//!
//! A setting that belongs to a namespace of the stage may be written. See
//! bpf(2), and the kernel's Documentation/bpf/prog_cgroup_sysctl.rst and
//! cgroup-v2.rst, "Device controller".

use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use anyhow::{Context, Result};
use nix::errno::Errno;

/// Beginnings of the names of settings that may be written. Each is compared in
/// parts of eight bytes, the last of which may be shorter.
const SETTINGS: [&[u8]; 5] = [
    b"net/",
    b"kernel/ns_last_pid",
    b"kernel/hostname",
    b"kernel/domainname",
    b"fs/mqueue/",
];

/// Devices that may be opened: null, zero, full, random, urandom, tty, ptmx and
/// tun, see devices.txt of the kernel. Any may be made.
const DEVICES: [(i32, i32); 8] = [
    (1, 3),
    (1, 5),
    (1, 7),
    (1, 8),
    (1, 9),
    (5, 0),
    (5, 2),
    (10, 200),
];

/// Major number of the terminals in /dev/pts.
const PTS: i32 = 136;

/// From linux/bpf.h.
const PROG_LOAD: i32 = 5;
const PROG_ATTACH: i32 = 8;
const ALLOW_MULTI: u32 = 2;
const ACCESS_MKNOD: i32 = 1;
const CHARACTER_DEVICE: i32 = 2;
const SYSCTL_GET_NAME: i32 = 101;

/// Type of a program, and of its place: `BPF_PROG_TYPE_*` and `BPF_CGROUP_*`.
const OF_DEVICES: (u32, u32) = (15, 6);
const OF_SETTINGS: (u32, u32) = (23, 18);

/// Registers. The kernel sets R1 to the context, takes a 1 in R0 for yes, and
/// keeps R6 in a call. R10 points behind the stack.
const R0: u8 = 0;
const R1: u8 = 1;
const R2: u8 = 2;
const R3: u8 = 3;
const R4: u8 = 4;
const R5: u8 = 5;
const R6: u8 = 6;
const R10: u8 = 10;

/// Bytes of the stack for a name, a multiple of eight.
const NAME: i16 = 64;

/// `struct bpf_insn`: the registers are two numbers of four bits.
#[repr(C)]
struct Instruction {
    code: u8,
    registers: u8,
    offset: i16,
    immediate: i32,
}

/// The part of `union bpf_attr` that `BPF_PROG_LOAD` takes.
#[repr(C)]
#[derive(Default)]
struct Load {
    program_type: u32,
    count: u32,
    instructions: u64,
    license: u64,
    log: [u64; 2],
    version_and_flags: u64,
    name: [u8; 16],
    device: u32,
    expected_place: u32,
}

/// The part of `union bpf_attr` that `BPF_PROG_ATTACH` takes.
#[repr(C)]
struct Attach {
    target: RawFd,
    program: RawFd,
    place: u32,
    flags: u32,
}

/// The two programs, which the kernel has checked.
pub struct Guard {
    settings: OwnedFd,
    devices: OwnedFd,
}

impl Guard {
    /// Loads the programs: once for all stages, because the kernel checks them
    /// step by step.
    pub fn load() -> Result<Self> {
        Ok(Self {
            settings: load(&settings(), OF_SETTINGS)
                .context("bpf(BPF_CGROUP_SYSCTL)")?,
            devices: load(&devices(), OF_DEVICES)
                .context("bpf(BPF_CGROUP_DEVICE)")?,
        })
    }

    /// Sets the guard of a cgroup that nobody is in yet.
    pub fn watch(&self, cgroup: &File) -> Result<()> {
        attach(cgroup, &self.settings, OF_SETTINGS)
            .context("bpf(BPF_PROG_ATTACH, settings)")?;
        attach(cgroup, &self.devices, OF_DEVICES)
            .context("bpf(BPF_PROG_ATTACH, devices)")
    }
}

fn load(
    program: &[Instruction],
    (program_type, place): (u32, u32),
) -> Result<OwnedFd> {
    let load = Load {
        program_type,
        count: u32::try_from(program.len())?,
        instructions: program.as_ptr() as u64,
        license: c"MIT".as_ptr() as u64,
        expected_place: place,
        ..Load::default()
    };
    let program = bpf(PROG_LOAD, &load)?;
    // SAFETY: the kernel has just opened it for us.
    Ok(unsafe { OwnedFd::from_raw_fd(program) })
}

fn attach(
    cgroup: &File,
    program: &OwnedFd,
    (_, place): (u32, u32),
) -> Result<()> {
    let attach = Attach {
        target: cgroup.as_raw_fd(),
        program: program.as_raw_fd(),
        place,
        flags: ALLOW_MULTI,
    };
    bpf(PROG_ATTACH, &attach)?;
    Ok(())
}

fn bpf<T>(command: i32, attributes: &T) -> Result<RawFd> {
    let call = libc::SYS_bpf;
    let size = size_of::<T>();
    // SAFETY: all that the attributes point to lives until the call returns.
    let result = unsafe { libc::syscall(call, command, attributes, size) };
    Ok(i32::try_from(Errno::result(result)?)?)
}

/// Answers yes to who reads a setting, and to who writes one of [`SETTINGS`].
/// The context is `struct bpf_sysctl`, which begins with the access.
fn settings() -> Vec<Instruction> {
    let mut program = vec![
        step(0xbf, R6 | R1 << 4, 0, 0), // R6 = R1
        step(0x61, R1 | R6 << 4, 0, 0), // R1 = access
        step(0xb7, R0, 0, 1),           // R0 = yes
        step(0x55, R1, 1, 0),           // a write: on
        exit(),
    ];
    // Older kernels, 6.1 among them, want the bytes to have a value.
    let places = (-NAME..0).step_by(8);
    program.extend(places.map(|place| step(0x7a, R10, place, 0)));
    program.extend([
        step(0xbf, R1 | R6 << 4, 0, 0),  // R1 = context
        step(0xbf, R2 | R10 << 4, 0, 0), // R2 = end of the stack
        step(0x07, R2, 0, -i32::from(NAME)), // R2 = name
        step(0xb7, R3, 0, NAME.into()),  // R3 = its length
        step(0xb7, R4, 0, 0),            // R4 = the whole name
        step(0x85, 0, 0, SYSCTL_GET_NAME), // R0 = length or error
    ]);
    for setting in SETTINGS {
        program.extend(yes_if_the_name_begins_with(setting));
    }
    program.push(step(0xb7, R0, 0, 0)); // R0 = no
    program.push(exit());
    program
}

/// Each part that differs skips the rest of these instructions.
fn yes_if_the_name_begins_with(setting: &[u8]) -> Vec<Instruction> {
    /// Instructions for one part, and for the answer.
    const PART: usize = 7;
    const ANSWER: usize = 2;
    let parts: Vec<&[u8]> = setting.chunks(8).collect();
    let mut program = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let mut bytes = [0; 8];
        bytes[..part.len()].copy_from_slice(part);
        let (low, high) = halves(u64::from_le_bytes(bytes));
        let mask = u64::MAX >> (8 * (8 - part.len()));
        let (mask_low, mask_high) = halves(mask);
        let place = 8 * i16::try_from(index).unwrap_or(i16::MAX) - NAME;
        let skipped = (parts.len() - index - 1) * PART + ANSWER;
        let skipped = i16::try_from(skipped).unwrap_or(i16::MAX);
        program.extend([
            step(0x79, R1 | R10 << 4, place, 0), // R1 = part of the name
            step(0x18, R3, 0, mask_low),         // R3 = mask, 64 bits
            step(0, 0, 0, mask_high),
            step(0x5f, R1 | R3 << 4, 0, 0), // R1 &= R3
            step(0x18, R2, 0, low),         // R2 = part, 64 bits
            step(0, 0, 0, high),
            step(0x5d, R1 | R2 << 4, skipped, 0), // they differ: on
        ]);
    }
    program.extend([step(0xb7, R0, 0, 1), exit()]);
    program
}

/// Returns the lower and the upper half of a number.
fn halves(number: u64) -> (i32, i32) {
    let low = number as u32;
    let high = (number >> 32) as u32;
    (low.cast_signed(), high.cast_signed())
}

/// Answers yes to who makes a device, and to who opens one of [`DEVICES`] or a
/// terminal. The context is `struct bpf_cgroup_dev_ctx`: access (upper half) and
/// type in four bytes, then the two numbers.
fn devices() -> Vec<Instruction> {
    let load = |to: u8, offset| step(0x61, to | R1 << 4, offset, 0);
    let skip_if = |of, is, steps| step(0x15, of, steps, is);
    let skip_unless = |of, is, steps| step(0x55, of, steps, is);
    let mut program = vec![
        load(R2, 0),
        load(R3, 0),
        load(R4, 4),
        load(R5, 8),
        step(0x77, R2, 0, 16),     // R2 = access
        step(0x57, R3, 0, 0xffff), // R3 = type
        step(0xb7, R0, 0, 1),
        skip_unless(R2, ACCESS_MKNOD, 1),
        exit(),
        skip_if(R3, CHARACTER_DEVICE, 2),
        step(0xb7, R0, 0, 0),
        exit(),
        skip_unless(R4, PTS, 1),
        exit(),
    ];
    for (major, minor) in DEVICES {
        program.push(skip_unless(R4, major, 2));
        program.push(skip_unless(R5, minor, 1));
        program.push(exit());
    }
    program.push(step(0xb7, R0, 0, 0));
    program.push(exit());
    program
}

fn exit() -> Instruction {
    step(0x95, 0, 0, 0)
}

fn step(code: u8, registers: u8, offset: i16, immediate: i32) -> Instruction {
    Instruction {
        code,
        registers,
        offset,
        immediate,
    }
}
