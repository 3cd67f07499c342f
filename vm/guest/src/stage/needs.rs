//! What a stage needs of the Linux that it is made on. Nothing here changes
//! anything: modules are looked for, and not loaded.

use std::fs;
use std::path::Path;

use nix::unistd::geteuid;
use protocol::Kind;

/// Modules that lessons use, unless they are built in, and for which a kernel
/// without modules has another sign.
const MODULES: [&str; 4] = ["bridge", "overlay", "tun", "veth"];

/// Name of the device of [`super::card`].
const TUN: &str = "/dev/net/tun";

/// Returns a sentence about what is missing; nothing if nothing is.
pub fn lacking() -> Option<String> {
    let missing = missing();
    (!missing.is_empty()).then(|| format!("it lacks {}", missing.join("; ")))
}

/// Returns what is missing, each in a few words with the cure.
fn missing() -> Vec<String> {
    let mut missing = Vec::new();
    if !geteuid().is_root() {
        missing.push("root's rights".to_owned());
    }
    for kind in Kind::ALL {
        if !Path::new(&format!("/proc/self/ns/{kind}")).exists() {
            missing.push(format!("{kind} namespaces (the kernel's CONFIG_*)"));
        }
    }
    let kinds = fs::read_to_string("/proc/filesystems").unwrap_or_default();
    let is_known = |kind: &str| {
        kinds
            .lines()
            .any(|line| line.split_whitespace().last() == Some(kind))
    };
    for kind in ["cgroup2", "tmpfs"] {
        if !is_known(kind) {
            missing.push(format!("the file system {kind}"));
        }
    }
    if !Path::new("/proc/sys/kernel/ns_last_pid").exists() {
        missing.push("kernel.ns_last_pid (CONFIG_CHECKPOINT_RESTORE)".into());
    }
    missing.extend(too_few_pids());
    missing.extend(modules(&is_known));
    missing
}

/// Checks that all PIDs of a lesson fit below the largest.
fn too_few_pids() -> Option<String> {
    let path = "/proc/sys/kernel/pid_max";
    let most: i32 = fs::read_to_string(path).ok()?.trim().parse().ok()?;
    let needed = protocol::FIRST_PID + 5000;
    (most < needed).then(|| format!("PIDs up to {needed} (kernel.pid_max)"))
}

/// Names the modules that are neither loaded nor built in, with the command
/// that loads them.
fn modules(is_known: &impl Fn(&str) -> bool) -> Option<String> {
    let builtin = builtin();
    let has_modules = Path::new("/proc/modules").exists();
    let is_there = |name: &&str| {
        let folder = format!("/sys/module/{name}");
        Path::new(&folder).exists()
            || builtin.lines().any(|line| is_file_of(line, name))
            || match *name {
                "overlay" => is_known("overlay"),
                "tun" => !has_modules && Path::new(TUN).exists(),
                // A kernel without modules does not tell.
                _ => !has_modules,
            }
    };
    let absent: Vec<&str> =
        MODULES.into_iter().filter(|name| !is_there(name)).collect();
    let names = absent.join(" ");
    (!absent.is_empty())
        .then(|| format!("kernel modules: sudo modprobe -a {names}"))
}

fn is_file_of(line: &str, module: &str) -> bool {
    let file = line.rsplit('/').next().unwrap_or(line);
    file.strip_suffix(".ko") == Some(module)
}

/// Returns the kernel's list of what is built in.
fn builtin() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease");
    let release = release.unwrap_or_default();
    let folder = Path::new("/lib/modules").join(release.trim());
    fs::read_to_string(folder.join("modules.builtin")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_found_by_the_name_of_its_file() {
        assert!(is_file_of("kernel/drivers/net/tun.ko", "tun"));
        assert!(!is_file_of("kernel/drivers/net/mtun.ko", "tun"));
        assert!(!is_file_of("kernel/net/tun/x.ko", "tun"));
    }
}
