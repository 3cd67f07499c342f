//! Report of what the machine runs with on this computer, and why.

use anyhow::Result;

use crate::machine::emulator::Emulator;
use crate::machine::userland::Userland;
use crate::machine::{accelerator, kernel};
use crate::outln;

/// Prints one line for each requirement. Returns 0 if nothing is missing, else
/// 69.
pub fn report(recheck: bool) -> Result<u8> {
    let mut complete = true;
    let mut line = |name: &str, found: Result<String>| match found {
        Ok(text) => outln!("ok       {name:<12} {text}"),
        Err(error) => {
            complete = false;
            outln!("MISSING  {name:<12} {error:#}");
        }
    };
    line("QEMU", qemu());
    line(
        "kernel",
        kernel::find().map(|kernel| {
            format!("{} (from {})", kernel.image.display(), kernel.source)
        }),
    );
    let userland = Userland::find();
    if let Ok(userland) = &userland {
        for (program, package) in userland.missing() {
            let error = anyhow::anyhow!("in the package {package}");
            line(program, Err(error));
        }
    }
    line(
        "programs",
        userland.map(|userland| format!("of {userland}")),
    );
    let cache = kernel::cache()?;
    if recheck {
        accelerator::forget(&cache)?;
    }
    line(
        "accelerator",
        accelerator::choose(&cache).map(|accelerator| {
            format!("{}: {}", accelerator.kind, accelerator.reason)
        }),
    );
    if complete {
        outln!("\nNothing is missing: just chapter 1");
        return Ok(0);
    }
    outln!("\nThis brings what is missing: just setup");
    Ok(69)
}

fn qemu() -> Result<String> {
    let emulator = Emulator::find()?;
    let version = emulator.version()?;
    Ok(format!("{version}: {emulator} (from {})", emulator.source))
}
