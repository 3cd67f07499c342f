//! Chooses KVM if it really runs code, or else emulation.
//!
//! An open `/dev/kvm` proves little: on some computers KVM opens and runs one
//! instruction, and still cannot boot Linux. So the probe times a loop.

use std::fmt;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};
use language::mark;
use tr::tr;

/// Way in which QEMU executes the machine's instructions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accelerator {
    /// Kind of accelerator.
    pub kind: Kind,
    /// Reason for the choice, for a person.
    pub reason: String,
}

impl Accelerator {
    /// Returns the reason in the learner's language. The cache has the English
    /// one.
    pub fn why(&self) -> String {
        let reason = &*self.reason;
        tr!(reason)
    }
}

/// An accelerator; it is displayed under QEMU's name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The processor executes the instructions.
    Kvm,
    /// QEMU translates the instructions.
    Tcg,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Kvm => "kvm",
            Self::Tcg => "tcg",
        })
    }
}

/// Returns the accelerator named by `MACHINE_ACCELERATOR`, else the stored
/// result of an earlier probe on this boot of this computer, else the result of
/// a new probe.
pub fn choose(cache: &Path) -> Result<Accelerator> {
    match env::var("MACHINE_ACCELERATOR").as_deref() {
        Err(_) | Ok("") => {}
        Ok("kvm") => return Ok(named(Kind::Kvm)),
        Ok("tcg") => return Ok(named(Kind::Tcg)),
        Ok(other) => {
            let advice = tr!("say kvm or tcg");
            bail!("MACHINE_ACCELERATOR={other}: {advice}")
        }
    }
    if let Some(known) = recall(cache) {
        return Ok(known);
    }
    let found = probe();
    remember(cache, &found);
    Ok(found)
}

fn named(kind: Kind) -> Accelerator {
    Accelerator {
        kind,
        reason: "MACHINE_ACCELERATOR".to_owned(),
    }
}

/// Stores that emulation has to be used until the next boot of this computer:
/// KVM passed the probe and did not boot a machine.
pub fn give_up_kvm(cache: &Path) -> Accelerator {
    let verdict = Accelerator {
        kind: Kind::Tcg,
        reason: mark!("a machine did not boot with KVM").to_owned(),
    };
    remember(cache, &verdict);
    verdict
}

fn probe() -> Accelerator {
    match probe::kvm_runs_code() {
        Ok(()) => Accelerator {
            kind: Kind::Kvm,
            reason: mark!("a timed loop ran at full speed").to_owned(),
        },
        Err(error) => Accelerator {
            kind: Kind::Tcg,
            reason: format!("{error:#}"),
        },
    }
}

/// Returns what a stored result depends on: this boot, and the state of
/// `/dev/kvm`.
fn circumstances() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let device =
        match fs::File::options().read(true).write(true).open("/dev/kvm") {
            Ok(_) => "accessible".to_owned(),
            Err(error) => error.kind().to_string(),
        };
    Some(format!("{} {device}", boot.trim()))
}

fn recall(cache: &Path) -> Option<Accelerator> {
    let text = fs::read_to_string(file(cache)).ok()?;
    let mut lines = text.lines();
    if lines.next() != circumstances().as_deref() {
        return None;
    }
    let kind = match lines.next()? {
        "kvm" => Kind::Kvm,
        "tcg" => Kind::Tcg,
        _ => return None,
    };
    Some(Accelerator {
        kind,
        reason: lines.next()?.to_owned(),
    })
}

/// Stores the result. A failure costs only a probe next time.
fn remember(cache: &Path, verdict: &Accelerator) {
    let Some(circumstances) = circumstances() else {
        return;
    };
    let Accelerator { kind, reason } = verdict;
    let text = format!("{circumstances}\n{kind}\n{reason}\n");
    let _ = fs::create_dir_all(cache);
    let written = tempfile::NamedTempFile::new_in(cache).and_then(|new| {
        fs::write(new.path(), text)?;
        Ok(new)
    });
    if let Ok(new) = written {
        let _ = new.persist(file(cache));
    }
}

/// Forgets the stored result, so that the next machine probes again.
pub fn forget(cache: &Path) -> Result<()> {
    match fs::remove_file(file(cache)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        result => result.context("forget the accelerator"),
    }
}

fn file(cache: &Path) -> PathBuf {
    cache.join("accelerator")
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod probe {
    use std::num::NonZeroUsize;
    use std::os::unix::thread::JoinHandleExt;
    use std::sync::mpsc;
    use std::thread;
    use std::time::{Duration, Instant};

    use anyhow::{Context, Result, bail};
    use kvm_bindings::kvm_userspace_memory_region;
    use kvm_ioctls::{Kvm, VcpuExit, VcpuFd, VmFd};
    use language::mark;
    use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};
    use nix::sys::pthread::pthread_kill;
    use nix::sys::signal::Signal;

    /// Real-mode code: `mov ecx, 1000000; again: dec ecx; jnz again; hlt`.
    const LOOP: [u8; 11] = [
        0x66, 0xb9, 0x40, 0x42, 0x0f, 0x00, 0x66, 0x49, 0x75, 0xfc, 0xf4,
    ];

    const PAGE: usize = 4096;

    /// Time limit for the loop. Hardware needs less than a millisecond.
    const LIMIT: Duration = Duration::from_millis(50);

    /// Results of the probe, for a person: see [`super::Accelerator::why`].
    const TOO_SLOW: &str =
        mark!("KVM needs over 50 ms for a loop of a million steps");
    const NO_END: &str = mark!("KVM does not run a plain loop to its end");

    /// Runs the loop on a virtual processor.
    pub fn kvm_runs_code() -> Result<()> {
        let kvm = Kvm::new().context("KVM: /dev/kvm")?;
        let vm = kvm.create_vm().context("KVM: KVM_CREATE_VM")?;
        let vcpu = prepare(&vm).context("KVM")?;
        run_in_time(vcpu)
    }

    fn prepare(vm: &VmFd) -> Result<VcpuFd> {
        let size = NonZeroUsize::MIN.saturating_add(PAGE - 1);
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: a new private mapping touches none of this process's memory.
        // The mapping stays until this process ends, so the virtual machine
        // cannot outlive it.
        let page = unsafe { mmap_anonymous(None, size, access, MAP) }?;
        // SAFETY: the mapping is writable and larger than the program.
        unsafe {
            page.cast::<[u8; LOOP.len()]>().write(LOOP);
        }
        let region = kvm_userspace_memory_region {
            slot: 0,
            flags: 0,
            guest_phys_addr: 0,
            memory_size: PAGE as u64,
            userspace_addr: page.as_ptr() as u64,
        };
        // SAFETY: the region is the mapping above, whole.
        unsafe { vm.set_user_memory_region(region) }?;
        let vcpu = vm.create_vcpu(0)?;
        let mut segments = vcpu.get_sregs()?;
        segments.cs.base = 0;
        segments.cs.selector = 0;
        vcpu.set_sregs(&segments)?;
        let mut registers = vcpu.get_regs()?;
        registers.rip = 0;
        registers.rflags = 2;
        vcpu.set_regs(&registers)?;
        Ok(vcpu)
    }

    const MAP: MapFlags = MapFlags::MAP_PRIVATE;

    fn run_in_time(mut vcpu: VcpuFd) -> Result<()> {
        // A signal makes a thread leave KVM_RUN. SIGURG is otherwise ignored,
        // and its handler does nothing.
        let flag = std::sync::Arc::default();
        let kick = signal_hook::consts::SIGURG;
        signal_hook::flag::register(kick, flag).context("SIGURG")?;
        let (sender, receiver) = mpsc::channel();
        let begin = Instant::now();
        let runner = thread::spawn(move || {
            let halted = matches!(vcpu.run(), Ok(VcpuExit::Hlt));
            // The receiver may have given up; then nobody needs the result.
            let _ = sender.send(halted);
        });
        match receiver.recv_timeout(LIMIT) {
            Ok(true) if begin.elapsed() < LIMIT => Ok(()),
            Ok(_) => bail!(NO_END),
            Err(_) => {
                while !runner.is_finished() {
                    let thread = runner.as_pthread_t();
                    pthread_kill(thread, Signal::SIGURG)?;
                    thread::sleep(Duration::from_millis(1));
                }
                bail!(TOO_SLOW)
            }
        }
    }
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
mod probe {
    /// Checks only that KVM opens: on other systems a boot is the only test.
    pub fn kvm_runs_code() -> anyhow::Result<()> {
        std::fs::File::options()
            .read(true)
            .write(true)
            .open("/dev/kvm")?;
        Ok(())
    }
}
