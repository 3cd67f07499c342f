//! The computer the benchmarks ran on.

use std::process::Command;
use std::thread::available_parallelism;

use nix::sys::utsname::uname;
use procfs::{CpuInfo, Current, LoadAverage};

use super::page::Fact;
use crate::docker::install::Docker;
use crate::machine::emulator::Emulator;
use crate::machines::qemus::Qemus;

/// Returns the properties of this computer that times depend on, each in a few
/// words.
pub(super) fn describe(qemus: &Qemus, release: &str) -> Vec<Fact> {
    let accelerator = &qemus.accelerator;
    let accelerated = format!("{} ({})", accelerator.kind, accelerator.reason);
    let fact = |name: &str, value: String| Fact {
        name: name.into(),
        value,
    };
    let docker = Docker::find().map(|docker| docker.version);
    vec![
        fact("processor", processor()),
        fact(
            "cores",
            available_parallelism().map_or(0, usize::from).to_string(),
        ),
        fact("load when it began", load()),
        fact("this computer's kernel", own_release()),
        fact("the machine's kernel", release.to_owned()),
        fact("accelerator", accelerated),
        fact("QEMU", qemu()),
        fact("virtme-ng", version("vng")),
        fact("crun", version("crun")),
        fact("conmon", version("conmon")),
        fact("runc", version("runc")),
        fact("Docker", docker.unwrap_or_else(|error| error.to_string())),
    ]
}

fn processor() -> String {
    let info = CpuInfo::current().ok();
    let name = info.and_then(|it| it.model_name(0).map(str::to_owned));
    name.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

fn own_release() -> String {
    let name = uname().map(|it| it.release().to_string_lossy().into_owned());
    name.unwrap_or_default()
}

/// Returns the load average of the last minute. A load above 1 is too high for
/// good numbers.
fn load() -> String {
    let load = LoadAverage::current().map(|it| format!("{:.1}", it.one));
    load.unwrap_or_default()
}

fn qemu() -> String {
    Emulator::find()
        .and_then(|emulator| emulator.version())
        .unwrap_or_else(|error| format!("{error:#}"))
}

/// Returns the first line that `PROGRAM --version` prints.
fn version(program: &str) -> String {
    let Ok(output) = Command::new(program).arg("--version").output() else {
        return "not installed".to_owned();
    };
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines().next().unwrap_or("unknown").to_owned()
}
