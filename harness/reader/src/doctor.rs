//! Report of what the machine runs with on this computer, and why.

use anyhow::{Result, anyhow};
use tr::tr;

use crate::machine::emulator::Emulator;
use crate::machine::userland::Userland;
use crate::machine::{accelerator, kernel};
use crate::outln;
use crate::terminal::columns::padded;

/// Prints one line for each requirement. Returns 0 if nothing is missing, else
/// 69.
pub fn report(recheck: bool) -> Result<u8> {
    let mut complete = true;
    let mut line = |name: &str, found: Result<String>| {
        let name = padded(name, 12);
        match found {
            Ok(text) => outln!("{} {name} {text}", padded(&tr!("ok"), 8)),
            Err(error) => {
                complete = false;
                let missing = padded(&tr!("MISSING"), 8);
                outln!("{missing} {name} {error:#}");
            }
        }
    };
    line("QEMU", qemu());
    line(
        &tr!("kernel"),
        kernel::find().map(|kernel| {
            let source = kernel.source;
            let source = tr!(source);
            let image = kernel.image.display();
            tr!("{image} (from {source})", image, source)
        }),
    );
    let userland = Userland::find();
    if let Ok(userland) = &userland {
        for (program, package) in userland.missing() {
            let error = anyhow!(tr!("in the package {package}", package));
            line(program, Err(error));
        }
    }
    line(
        &tr!("programs"),
        userland.map(|userland| tr!("of {userland}", userland)),
    );
    let cache = kernel::cache()?;
    if recheck {
        accelerator::forget(&cache)?;
    }
    line(
        &tr!("accelerator"),
        accelerator::choose(&cache).map(|accelerator| {
            format!("{}: {}", accelerator.kind, accelerator.why())
        }),
    );
    if complete {
        outln!("\n{}", tr!("Nothing is missing: just chapter 1"));
        return Ok(0);
    }
    outln!("\n{}", tr!("This brings what is missing: just setup"));
    Ok(69)
}

fn qemu() -> Result<String> {
    let emulator = Emulator::find()?;
    let version = emulator.version()?;
    let source = emulator.source;
    let source = tr!(source);
    Ok(tr!(
        "{version}: {emulator} (from {source})",
        version,
        emulator,
        source
    ))
}
