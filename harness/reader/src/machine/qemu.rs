//! The QEMU process: its command line as a sum of small functions, its start,
//! and its certain end.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use command_fds::{CommandFdExt, FdMapping};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::{Pid, getpid, getppid};
use serde_json::{Value, json};

use super::accelerator::Kind;
use super::clock::Clock;
use super::console::Console;
use super::emulator::Emulator;
use super::failure::Fate;
use super::qmp::{Qmp, Stop};
use super::shared_memory::{self, SharedMemory};

/// What distinguishes one machine from another.
#[derive(Clone, Debug)]
pub struct Config {
    /// The kernel's image.
    pub kernel: PathBuf,
    /// The archive of [`super::initramfs`].
    pub initramfs: PathBuf,
    /// Who executes the instructions.
    pub accelerator: Kind,
    /// What the machine sees of our memory.
    pub shared_memory: Option<SharedMemory>,
}

/// Where the machine's memory is.
#[derive(Clone, Copy, Debug)]
pub enum Memory<'a> {
    /// In QEMU.
    Private,
    /// In a file that is written to: the machine will be saved.
    Saved(&'a Path),
    /// In a file that is only read: what the machine changes, it copies.
    Cloned(&'a Path),
}

/// The machine's memory.
pub const MEMORY: &str = "256M";
/// The same as a number.
pub(super) const MEMORY_BYTES: u64 = 256 << 20;

/// A QEMU that has closed the machine's channel is about to end.
const ENDING: Duration = Duration::from_secs(2);

/// What a QEMU that has ended wrote is there already: who reads it only has
/// to come to it.
const READING: Duration = Duration::from_secs(60);

/// QEMU closes the pipe of a saved state at once; this is for a busy computer.
const PIPE_ENDS: Duration = Duration::from_secs(30);

/// How a kernel begins to say that it gives up.
const PANIC: &str = "Kernel panic - not syncing";

/// The files QEMU inherits: three sockets whose other ends are ours. There is
/// nothing in any file system to clean up.
const CONTROL_FD: i32 = 3;
const MONITOR_FD: i32 = 4;
const CONSOLE_FD: i32 = 5;

/// And the file behind the shared memory.
const SHARED_MEMORY_FD: i32 = 6;

/// All arguments. Also what tells one saved machine from another.
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

/// The whole memory as one object that can be a file.
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

/// Shared while it is saved, which leaves it out of what is saved; for clones
/// it is what they find there.
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

/// The kernel tells QEMU of its panic (pvpanic) before it has printed the
/// reason, if it panics where it cannot print at once: QEMU must let it go
/// on. It resets the machine when it has printed everything.
const AFTER_A_PANIC: [&str; 2] = ["-action", "panic=none"];

/// One processor: with two, virtio-serial can lose a wake-up on a busy
/// computer. Under emulation it needs RDRAND, or the first random number
/// takes seconds. And it must not have CMPXCHG16B: before its version 8.0,
/// QEMU leaves half a pointer in the flags after it, and the kernel allocates
/// memory with it. Where an interrupt comes just then, and the pointer has
/// the bit of virtual-8086 mode, the kernel panics: a double fault, once in
/// some hundreds of machines.
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

/// A network card on a hub with nothing else on it: the machine's eth0.
const NETWORK: [&str; 4] = [
    "-netdev",
    "hubport,id=hub,hubid=0",
    "-device",
    "virtio-net-pci,netdev=hub,mac=52:54:00:12:34:56,romfile=",
];

/// `panic=-1` with `-no-reboot`: a panic ends QEMU when it is printed. IPv6
/// addresses appear when duplicate detection is done, at a time nobody can
/// name, so there are none. Without random addresses QEMU can use again what
/// it has translated of a program: it starts three times as fast under
/// emulation. Where this computer is too busy to give the machine its ticks in
/// time, the kernel would take its timer for a broken one, and panic.
const KERNEL_ARGUMENTS: &str = "console=ttyS0 quiet loglevel=4 panic=-1 \
    oops=panic random.trust_cpu=on net.ifnames=0 ipv6.disable_ipv6=1 \
    8250.nr_uarts=1 no_timer_check nowatchdog \
    rcupdate.rcu_cpu_stall_suppress=1 cgroup_no_v1=all norandmaps \
    rdinit=/init";

/// A running QEMU. Dropping it ends the process.
pub struct Qemu {
    child: Child,
    qmp: Qmp,
    console: Console,
    complaints: Receiver<String>,
    command: String,
    /// What it has had of time.
    pub clock: Clock,
}

impl Qemu {
    /// Starts QEMU; the second value is our end of the control channel.
    ///
    /// The kernel ends QEMU when the **thread** that called this ends
    /// (prctl(2), `PR_SET_PDEATHSIG`): a harness that is killed leaves none.
    pub fn start(
        config: &Config,
        memory: Memory<'_>,
    ) -> Result<(Self, UnixStream)> {
        let (control, control_of_qemu) = UnixStream::pair()?;
        let (monitor, monitor_of_qemu) = UnixStream::pair()?;
        let (console, console_of_qemu) = UnixStream::pair()?;
        let arguments = arguments(config, memory);
        let emulator = Emulator::find()?;
        let mut command = emulator.command();
        command.args(&arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::piped());
        // Ctrl-C at the terminal is for the harness alone.
        command.process_group(0);
        let mut inherited = vec![
            inherit(control_of_qemu, CONTROL_FD),
            inherit(monitor_of_qemu, MONITOR_FD),
            inherit(console_of_qemu, CONSOLE_FD),
        ];
        if let Some(shared_memory) = &config.shared_memory {
            inherited.push(inherit(
                shared_memory.file.try_clone()?,
                SHARED_MEMORY_FD,
            ));
        }
        command.fd_mappings(inherited)?;
        end_with_this_thread(&mut command);
        let mut child = command
            .spawn()
            .with_context(|| format!("exec({emulator})"))?;
        drop(command); // and with it our copies of QEMU's ends
        let stderr = child.stderr.take().context("stderr is piped")?;
        let pid = Pid::from_raw(child.id().cast_signed());
        let qemu = Self {
            child,
            qmp: Qmp::new(monitor, Clock::of(pid))?,
            clock: Clock::of(pid),
            console: Console::read(console),
            complaints: read_all(stderr),
            // A clone cannot be started by hand, but its original can.
            command: by_hand(
                &emulator,
                &self::arguments(config, Memory::Private),
            ),
        };
        Ok((qemu, control))
    }

    /// Stops the machine and writes all but its memory to a file.
    ///
    /// The state goes through a pipe. Since version 11 QEMU refuses a file
    /// here, and every version takes a pipe.
    pub fn save(&mut self, state: &File) -> Result<()> {
        self.qmp.execute("stop", &json!({}))?;
        self.leave_memory_where_it_is()?;
        let (from_qemu, pipe) = io::pipe().context("pipe")?;
        self.qmp.give_file(STATE, &pipe)?;
        drop(pipe);
        let written = copy_beside(from_qemu, state.try_clone()?);
        self.qmp.execute("migrate", &state_uri())?;
        self.qmp.migrated()?;
        // QEMU closes its end when all of the state is in the pipe.
        let written = written.recv_timeout(PIPE_ENDS);
        written.context("QEMU keeps the pipe open")??;
        Ok(())
    }

    /// Reads that file and lets the machine go on.
    pub fn restore(&mut self, state: &File) -> Result<()> {
        self.leave_memory_where_it_is()?;
        let (pipe, to_qemu) = io::pipe().context("pipe")?;
        self.qmp.give_file(STATE, &pipe)?;
        drop(pipe);
        copy_beside(state.try_clone()?, to_qemu);
        self.qmp.execute("migrate-incoming", &state_uri())?;
        self.qmp.migrated()?;
        self.qmp.execute("cont", &json!({}))
    }

    fn leave_memory_where_it_is(&mut self) -> Result<()> {
        let on = |name| json!({"capability": name, "state": true});
        let capabilities = json!([on("x-ignore-shared"), on("events")]);
        let arguments = json!({"capabilities": capabilities});
        self.qmp.execute("migrate-set-capabilities", &arguments)
    }

    /// The console's last lines.
    pub fn console(&self) -> Vec<String> {
        self.console.lines()
    }

    /// The same machine by hand, with its console on the terminal.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// QEMU's process.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// Why the machine is gone. To be asked when its channel has closed;
    /// `booted`: PID 1 had spoken before.
    pub fn fate(&mut self, booted: bool) -> Fate {
        let stop = self.qmp.stop_reason(ENDING);
        let exit = self.wait(ENDING);
        if exit.is_some() {
            self.console.wait_for_end(READING);
        }
        match (stop, exit) {
            (Some(Stop::Panic), _) => Fate::Panicked,
            // So early it has no device to tell QEMU of a panic.
            (Some(Stop::Reset), _) if !booted && self.printed_a_panic() => {
                Fate::Panicked
            }
            (Some(Stop::Reset), _) => Fate::Reset,
            (Some(Stop::Poweroff), _) => Fate::SwitchedOff,
            (None, Some(status)) => match status.signal() {
                Some(signal) => {
                    Fate::Lost(format!("signal {signal} ended QEMU"))
                }
                None if !booted => Fate::NotStarted(self.complaint()),
                None => Fate::Lost(format!("QEMU ended: {}", self.complaint())),
            },
            (None, None) => {
                Fate::Lost("it closed its channel, QEMU still runs".to_owned())
            }
        }
    }

    /// Why the machine is silent: its kernel may have panicked, and have
    /// failed to reset the machine after that.
    pub fn silent(&mut self, silence: Duration) -> Fate {
        match self.qmp.stop_reason(Duration::ZERO) {
            Some(Stop::Panic) => Fate::Panicked,
            _ => Fate::Hung(silence),
        }
    }

    /// Interrupts the machine's processor, whatever it does.
    pub fn inject_nmi(&mut self) -> Result<()> {
        self.qmp.execute("inject-nmi", &json!({}))
    }

    fn printed_a_panic(&self) -> bool {
        self.console().iter().any(|line| line.contains(PANIC))
    }

    fn wait(&mut self, patience: Duration) -> Option<std::process::ExitStatus> {
        let until = self.clock.had() + patience;
        loop {
            let over = self.clock.had() >= until || self.clock.stands_still();
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if !over => {
                    thread::sleep(Duration::from_millis(5));
                }
                _ => return None,
            }
        }
    }

    /// What QEMU has written to its standard error. It ends with QEMU.
    fn complaint(&self) -> String {
        let text = self.complaints.recv_timeout(READING).unwrap_or_default();
        let text = text.trim();
        let text = if text.is_empty() {
            "without a word"
        } else {
            text
        };
        text.to_owned()
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        // There is nothing to save in a machine without a disk.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn inherit(file: impl Into<OwnedFd>, child_fd: i32) -> FdMapping {
    FdMapping {
        parent_fd: file.into(),
        child_fd,
    }
}

/// What QEMU is to call the file of its state.
const STATE: &str = "state";

fn state_uri() -> Value {
    json!({"uri": format!("fd:{STATE}")})
}

/// The kernel ends the command's process when this thread ends.
pub fn end_with_this_thread(command: &mut Command) {
    let parent = getpid();
    let arm = move || {
        set_pdeathsig(Signal::SIGKILL)?;
        // The parent may have gone before the signal was armed.
        if getppid() != parent {
            return Err(std::io::Error::from_raw_os_error(libc_esrch()));
        }
        Ok(())
    };
    // SAFETY: the closure makes two system calls and allocates nothing.
    unsafe { command.pre_exec(arm) };
}

fn libc_esrch() -> i32 {
    nix::errno::Errno::ESRCH as i32
}

/// Copies all bytes in a thread of its own, and tells the result. A pipe whose
/// other end is closed ends the thread.
fn copy_beside(
    mut from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
) -> Receiver<io::Result<u64>> {
    let (sender, result) = mpsc::channel();
    thread::spawn(move || sender.send(io::copy(&mut from, &mut to)));
    result
}

fn read_all(mut pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, all) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What cannot be read cannot be shown either.
        let _ = pipe.read_to_end(&mut bytes);
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    all
}

/// The inherited files replaced by what a terminal has.
fn by_hand(emulator: &Emulator, arguments: &[OsString]) -> String {
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
