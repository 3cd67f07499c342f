//! Report of what the machine runs with on this computer, and why.
//!
//! `kinds` reports the other kinds of machine.

mod kinds;

use std::path::Path;

use anyhow::{Result, anyhow};
use tr::tr;

use crate::machine::accelerator;
use crate::machine::emulator::Emulator;
use crate::machine::kernel::{self, Kernel};
use crate::machine::userland::Userland;
use crate::needed_kernel;
use crate::terminal::columns::padded;
use crate::{course, outln};

/// Prints one line for each requirement of QEMU's machine, for each chapter that
/// needs a newer kernel than the others, and for each other kind of machine.
/// Returns 0 if QEMU's machine lacks nothing, else 69.
pub fn report(workspace: &Path, recheck: bool) -> Result<u8> {
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
    let kernel = kernel::find();
    let chapters = kernel.as_ref().ok().map(|it| chapters(workspace, it));
    line(&tr!("kernel"), kernel.map(|kernel| whence(&kernel)));
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
    for chapter in chapters.transpose()?.unwrap_or_default() {
        outln!("{chapter}");
    }
    for (name, found) in kinds::others(workspace) {
        let (state, text) = match found {
            Ok(text) => (tr!("ok"), text),
            Err(error) => (tr!("no"), format!("{error:#}")),
        };
        outln!("{} {} {text}", padded(&state, 8), padded(name, 12));
    }
    if complete {
        outln!("\n{}", tr!("Nothing is missing: just chapter 1"));
        return Ok(0);
    }
    outln!("\n{}", tr!("This brings what is missing: just setup"));
    Ok(69)
}

fn whence(kernel: &Kernel) -> String {
    let source = kernel.source;
    let source = tr!(source);
    let image = kernel.image.display();
    tr!("{image} (from {source})", image, source)
}

/// Returns a line for each chapter that names a kernel: whether this one will
/// do. A chapter without its kernel is no fault: it offers to fetch one.
fn chapters(workspace: &Path, kernel: &Kernel) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for chapter in course::chapters(workspace)? {
        let Some(needed) = chapter.read()?.needed_kernel() else {
            continue;
        };
        let since = needed.since;
        let plain = tr!("needs Linux {since} or newer", since);
        let (state, text) = match needed_kernel::check(Some(&needed), kernel) {
            Ok(()) => (tr!("ok"), plain),
            Err(refusal) if refusal.is_named => (tr!("LATER"), plain),
            Err(_) => (
                tr!("LATER"),
                tr!(
                    "needs Linux {since} or newer: just setup --kernel newest",
                    since
                ),
            ),
        };
        let [state, name] =
            [(state, 8), (needed.by, 12)].map(|(it, width)| padded(&it, width));
        lines.push(format!("{state} {name} {text}"));
    }
    Ok(lines)
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
