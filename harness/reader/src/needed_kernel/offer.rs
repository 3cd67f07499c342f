//! The offer to fetch a newer kernel, to a person at a terminal.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use language::Language;
use language::wrap::wrapped;
use tr::tr;

use super::{NeededKernel, TooOld, find};
use crate::stages::way::MachineKind;
use crate::terminal::hang_up;
use crate::{out, outln};

/// Columns of a terminal.
const WIDTH: usize = 80;

/// Asks, if the kernel is too old, whether to fetch the newest one, and fetches
/// it. An error says why there is no kernel that will do. Without a terminal
/// nothing is asked: see [`find`].
pub fn if_needed(
    workspace: &Path,
    needed: Option<&NeededKernel>,
) -> Result<()> {
    if !MachineKind::is_qemu() {
        // That machine has the kernel that it has: it is asked when it is there.
        return Ok(());
    }
    let at_a_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let Err(error) = find(needed) else {
        return Ok(());
    };
    let refusal = error.downcast::<TooOld>()?;
    if refusal.is_named || !at_a_terminal {
        return Err(refusal.into());
    }
    // The question has given the reason already.
    ensure!(agrees(&refusal)?, refusal.cure());
    fetch(workspace)?;
    find(needed)?;
    Ok(())
}

fn agrees(refusal: &TooOld) -> Result<bool> {
    hang_up::ends_us();
    outln!("{}", wrapped(&refusal.reason(), WIDTH).join("\n"));
    let question = tr!(
        "Fetch the newest kernel into the cache now? Nothing is installed. [Y/n]"
    );
    out!("{question} ");
    let mut answer = String::new();
    let end = io::stdin().read_line(&mut answer)? == 0;
    let answer = answer.trim();
    Ok(!end && (answer.is_empty() || answer.eq_ignore_ascii_case("y")))
}

/// Runs the part of `just setup --kernel newest` that fetches: it needs no
/// rights, and asks nothing.
fn fetch(workspace: &Path) -> Result<()> {
    let script = workspace.join("vm/kernel");
    let mut command = Command::new(&script);
    command.arg("newest");
    command.env("NAMESPACE_WORKSHOP_LANGUAGE", Language::current().tag());
    let status = command.status();
    let status =
        status.with_context(|| format!("exec({})", script.display()))?;
    let why = tr!("No newer kernel was fetched: it says above why");
    ensure!(status.success(), why);
    Ok(())
}
