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

/// Devices that may be opened, see devices.txt of the kernel: null, zero, full,
/// random and urandom, by their minor numbers,
const MEMORY: (i32, [u32; 5]) = (1, [3, 5, 7, 8, 9]);

/// then tty, console and ptmx,
const TERMINALS: (i32, [u32; 3]) = (5, [0, 1, 2]);

/// and all terminals in /dev/pts.
const PTS: i32 = 136;

/// From linux/bpf.h.
const BPF_PROG_LOAD: i32 = 5;
const BPF_PROG_ATTACH: i32 = 8;
const BPF_PROG_TYPE_CGROUP_DEVICE: u32 = 15;
const BPF_CGROUP_DEVICE: u32 = 6;
const BPF_F_ALLOW_MULTI: u32 = 2;
const BPF_DEVCG_ACC_MKNOD: i32 = 1;
const BPF_DEVCG_DEV_BLOCK: i32 = 1;

/// Registers, by their content. The kernel sets CONTEXT, and takes a 1 in ANSWER
/// for yes.
const ANSWER: u8 = 0;
const CONTEXT: u8 = 1;
const ACCESS: u8 = 2;
const MAJOR: u8 = 3;
const MINOR: u8 = 4;

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
/// half) and the type of the device in four bytes, then the two numbers. It is
/// short, because the kernel checks it anew for each container: Linux 7.3 takes
/// 40,000 instructions of the processor to check one of these.
fn program() -> Vec<Instruction> {
    let load = |to: u8, offset| step(0x61, to | CONTEXT << 4, offset, 0);
    let set = |to, value| step(0xb7, to, 0, value);
    let skip_if = |of, is, steps| step(0x15, of, steps, is);
    let skip_if_above = |of, limit, steps| step(0x25, of, steps, limit);
    let skip_if_has = |of, bits, steps| step(0x45, of, steps, bits);
    vec![
        // To make any is allowed; to open it is another question.
        load(ACCESS, 0),
        set(ANSWER, 1),
        skip_if_has(ACCESS, BPF_DEVCG_ACC_MKNOD << 16, 12),
        load(MAJOR, 4),
        load(MINOR, 8),
        skip_if_has(ACCESS, BPF_DEVCG_DEV_BLOCK, 6),
        skip_if(MAJOR, PTS, 8),
        skip_if_above(MINOR, 31, 4),
        // The minor number chooses a bit.
        set(ANSWER, bits(&MEMORY.1)),
        skip_if(MAJOR, MEMORY.0, 3),
        set(ANSWER, bits(&TERMINALS.1)),
        skip_if(MAJOR, TERMINALS.0, 1),
        set(ANSWER, 0),
        step(0x7f, ANSWER | MINOR << 4, 0, 0), // shift right
        step(0x57, ANSWER, 0, 1),              // and
        step(0x95, 0, 0, 0),                   // exit
    ]
}

fn bits(numbers: &[u32]) -> i32 {
    numbers.iter().fold(0, |bits, number| bits | 1 << number)
}

fn step(code: u8, registers: u8, offset: i16, immediate: i32) -> Instruction {
    Instruction {
        code,
        registers,
        offset,
        immediate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Does the steps of the program, as the kernel does.
    fn answer(access: u32, kind: u32, major: u32, minor: u32) -> u64 {
        let context = [access << 16 | kind, major, minor];
        let mut registers = [0_u64; 8];
        let program = program();
        let mut at = 0;
        loop {
            let step = &program[at];
            let value = step.immediate as u64;
            let from = registers[usize::from(step.registers >> 4)];
            let place = usize::from(step.registers & 15);
            let to = &mut registers[place];
            let skips = match step.code {
                0x15 => *to == value,
                0x25 => *to > value,
                0x45 => *to & value != 0,
                _ => false,
            };
            match step.code {
                0x15 | 0x25 | 0x45 => {}
                0x57 => *to &= value,
                0x61 => *to = context[step.offset as usize / 4].into(),
                0x7f => *to >>= from % 64,
                0x95 => return registers[0],
                0xb7 => *to = value,
                code => panic!("{code:x}"),
            }
            at += 1;
            if skips {
                at += step.offset as usize;
            }
        }
    }

    #[test]
    fn any_device_may_be_made_and_few_may_be_opened() {
        let [block, character] = [1, 2];
        let [mknod, read, write] = [1, 2, 4];
        let some = [(1, 3), (1, 5), (1, 7), (1, 8), (1, 9)];
        let others = [(5, 0), (5, 1), (5, 2)];
        for major in 0..300 {
            for minor in 0..300 {
                let here = (major, minor);
                let may = some.contains(&here) || others.contains(&here);
                let may = may || major == 136;
                for access in [read, write, read | write] {
                    let found = answer(access, character, major, minor);
                    assert_eq!(found == 1, may, "{here:?}");
                    assert_eq!(answer(access, block, major, minor), 0);
                }
                for kind in [block, character] {
                    assert_eq!(answer(mknod, kind, major, minor), 1);
                }
            }
        }
    }
}
