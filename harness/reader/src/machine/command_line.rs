//! Makes QEMU's command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::accelerator::Kind;
use super::emulator::Emulator;
use super::shared_memory::{self, SharedMemory};

/// Configuration of one machine.
#[derive(Clone, Debug)]
pub struct Config {
    /// Image of the kernel.
    pub kernel: PathBuf,
    /// Archive of [`super::initramfs`].
    pub initramfs: PathBuf,
    /// Accelerator that executes the instructions.
    pub accelerator: Kind,
    /// Memory that the harness shares with the machine.
    pub shared_memory: Option<SharedMemory>,
}

/// Place of the machine's memory.
#[derive(Clone, Copy, Debug)]
pub enum Memory<'a> {
    /// In QEMU's own memory.
    Private,
    /// In a file that is written to, because the machine will be saved.
    Saved(&'a Path),
    /// In a file that is only read: the machine copies each page it changes.
    Cloned(&'a Path),
}

/// Size of the machine's memory.
pub const MEMORY: &str = "256M";
/// Size of the machine's memory in bytes.
pub(super) const MEMORY_BYTES: u64 = 256 << 20;

/// Files that QEMU inherits: three sockets, whose other ends stay here. Nothing
/// is left in any file system.
pub(super) const CONTROL_FD: i32 = 3;
pub(super) const MONITOR_FD: i32 = 4;
pub(super) const CONSOLE_FD: i32 = 5;

/// The file behind the shared memory, which QEMU inherits, too.
pub(super) const SHARED_MEMORY_FD: i32 = 6;

/// Returns all arguments of QEMU. Arguments also tell one saved machine from
/// another.
pub fn arguments(config: &Config, memory: Memory<'_>) -> Vec<OsString> {
    let fixed = ["-nodefaults", "-no-user-config", "-no-reboot"]
        .into_iter()
        .chain(["-display", "none"])
        .chain(AFTER_A_PANIC)
        .chain(processor(config.accelerator))
        .chain(["-smp", "1", "-m", MEMORY])
        .chain(CONTROL)
        .chain(MONITOR)
        .chain(CONSOLE)
        .chain(NETWORK)
        .chain(["-device", "pvpanic-pci"]);
    let mut arguments: Vec<OsString> = fixed.map(OsString::from).collect();
    arguments.extend(["-object".into(), memory_backend(memory)]);
    if config.shared_memory.is_some() {
        arguments
            .extend(["-object".into(), shared_memory_backend(memory).into()]);
        let device =
            format!("{},memdev=shared_memory,master=on", shared_memory::DEVICE);
        arguments.extend(["-device".into(), device.into()]);
    }
    if let Memory::Cloned(_) = memory {
        arguments.extend(["-incoming".into(), "defer".into()]);
    }
    arguments.extend(["-kernel".into(), config.kernel.clone().into()]);
    arguments.extend(["-initrd".into(), config.initramfs.clone().into()]);
    arguments.extend(["-append".into(), KERNEL_ARGUMENTS.into()]);
    arguments
}

/// Describes the whole memory as one object that can be a file.
fn memory_backend(memory: Memory<'_>) -> OsString {
    let file = |path: &Path, share: &str| {
        // A comma in QEMU's options is written twice.
        let path = path.to_string_lossy().replace(',', ",,");
        format!(
            "memory-backend-file,id=ram,size={MEMORY},mem-path={path},\
             share={share}"
        )
    };
    match memory {
        Memory::Private => format!("memory-backend-ram,id=ram,size={MEMORY}"),
        Memory::Saved(path) => file(path, "on"),
        Memory::Cloned(path) => file(path, "off"),
    }
    .into()
}

/// Describes the shared memory. While a machine is saved, `share` keeps this
/// memory out of the saved state; each clone brings its own.
fn shared_memory_backend(memory: Memory<'_>) -> String {
    let share = match memory {
        Memory::Saved(_) => "on",
        Memory::Private | Memory::Cloned(_) => "off",
    };
    let size = shared_memory::BYTES;
    format!(
        "memory-backend-file,id=shared_memory,size={size},\
         mem-path=/dev/fd/{SHARED_MEMORY_FD},share={share}"
    )
}

/// Lets the machine go on after a panic. A kernel that panics where it cannot
/// print tells QEMU of the panic (pvpanic) before it prints the reason. It
/// resets the machine when everything is printed.
const AFTER_A_PANIC: [&str; 2] = ["-action", "panic=none"];

/// Returns the arguments for the processor. There is one processor: with two,
/// virtio-serial can lose a wake-up on a busy computer.
///
/// Emulation needs RDRAND, or the first random number takes seconds. Emulation
/// must not have CMPXCHG16B: QEMU before 8.0 leaves half a pointer in the flags
/// after this instruction, which the kernel uses to allocate memory. If an
/// interrupt comes just then, and the pointer has the bit of virtual-8086 mode,
/// the kernel panics with a double fault, once in some hundreds of machines.
pub fn processor(accelerator: Kind) -> [&'static str; 4] {
    let x86 = cfg!(target_arch = "x86_64");
    let machine = match (x86, accelerator) {
        (true, Kind::Kvm) => "q35,accel=kvm,memory-backend=ram",
        (true, Kind::Tcg) => "q35,accel=tcg,memory-backend=ram",
        (false, Kind::Kvm) => "virt,accel=kvm,memory-backend=ram",
        (false, Kind::Tcg) => "virt,accel=tcg,memory-backend=ram",
    };
    let cpu = match (x86, accelerator) {
        (_, Kind::Kvm) => "host",
        (true, Kind::Tcg) => "qemu64,+rdrand,-cx16",
        (false, Kind::Tcg) => "max",
    };
    ["-machine", machine, "-cpu", cpu]
}

const CONTROL: [&str; 6] = [
    "-device",
    "virtio-serial-pci",
    "-chardev",
    "socket,id=control,fd=3",
    "-device",
    "virtserialport,chardev=control,name=machine.control",
];

const MONITOR: [&str; 4] = [
    "-chardev",
    "socket,id=monitor,fd=4",
    "-mon",
    "chardev=monitor,mode=control",
];

const CONSOLE: [&str; 4] = [
    "-chardev",
    "socket,id=console,fd=5",
    "-serial",
    "chardev:console",
];

/// The machine's eth0: a network card on a hub with nothing else on it.
const NETWORK: [&str; 4] = [
    "-netdev",
    "hubport,id=hub,hubid=0",
    "-device",
    "virtio-net-pci,netdev=hub,mac=52:54:00:12:34:56,romfile=",
];

/// Arguments for the kernel.
///
/// * `panic=-1`, with `-no-reboot`: QEMU ends after a panic has been printed.
/// * `ipv6.disable_ipv6=1`: IPv6 addresses appear when duplicate detection
///   ends, at a time that nobody can predict.
/// * `norandmaps`: without random addresses QEMU can reuse its translation of a
///   program, which then starts three times as fast under emulation.
/// * `no_timer_check`: on a busy computer the machine's ticks may come late,
///   and the kernel would take its timer for broken, and panic.
pub(super) const KERNEL_ARGUMENTS: &str = "console=ttyS0 quiet loglevel=4 panic=-1 \
    oops=panic random.trust_cpu=on net.ifnames=0 ipv6.disable_ipv6=1 \
    8250.nr_uarts=1 no_timer_check nowatchdog \
    rcupdate.rcu_cpu_stall_suppress=1 cgroup_no_v1=all norandmaps \
    rdinit=/init";

/// Returns a command line that starts such a machine from a shell: the files
/// that QEMU inherits are replaced by others.
pub(super) fn by_hand(emulator: &Emulator, arguments: &[OsString]) -> String {
    let shared_memory = shared_memory_backend(Memory::Private);
    let empty_shared_memory = format!(
        "memory-backend-ram,id=shared_memory,size={}",
        shared_memory::BYTES
    );
    let variables = emulator.variables().into_iter();
    let variables = variables.map(|(name, value)| {
        format!("{name}={}", value.to_string_lossy()).into()
    });
    let start: Vec<OsString> = variables.chain(emulator.words()).collect();
    let mut words = Vec::new();
    for argument in start.iter().chain(arguments) {
        let word = argument.to_string_lossy();
        let word = match word.as_ref() {
            "socket,id=console,fd=5" => "stdio,id=console",
            "socket,id=control,fd=3" => "null,id=control",
            "socket,id=monitor,fd=4" => "null,id=monitor",
            other if other == shared_memory => &empty_shared_memory,
            other => other,
        };
        let plain = word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./,=:+".contains(c));
        if plain && !word.is_empty() {
            words.push(word.to_owned());
        } else {
            words.push(format!("'{}'", word.replace('\'', r"'\''")));
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emulator() -> Emulator {
        Emulator::find().unwrap()
    }

    fn config(kernel: &str) -> Config {
        Config {
            kernel: kernel.into(),
            initramfs: "/i".into(),
            accelerator: Kind::Tcg,
            shared_memory: Some(SharedMemory::onto([]).unwrap()),
        }
    }

    #[test]
    fn the_command_by_hand_survives_spaces_and_quotes() {
        let command = by_hand(
            &emulator(),
            &arguments(&config("/a b/it's"), Memory::Private),
        );
        assert!(command.contains(r"-kernel '/a b/it'\''s'"), "{command}");
        assert!(!command.contains("fd="), "{command}");
        assert!(!command.contains("/dev/fd"), "{command}");
    }

    #[test]
    fn the_machine_has_one_processor_no_disk_and_no_way_out() {
        let all =
            by_hand(&emulator(), &arguments(&config("/k"), Memory::Private));
        for absent in ["-drive", "-hda", "user,", "tap,", "-smp 2"] {
            assert!(!all.contains(absent), "{absent} in {all}");
        }
    }
}
