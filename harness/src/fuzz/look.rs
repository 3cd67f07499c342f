//! The state of the machine: files, mounts, processes, links, cgroups.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::room::{CALLERS, CONTAINERS, FOLDER, RUN, identity};

/// Things of the machine, each with a description.
pub type Things = BTreeMap<String, String>;

/// Returns the machine's own files, each with its mode, size, time of change
/// and content.
pub fn files() -> Things {
    let mut files = Things::new();
    walk(Path::new("/"), &mut |path, metadata| {
        let below = |folder| path.starts_with(folder);
        if below("/proc") || below("/sys") || below("/dev") {
            return false;
        }
        if below(RUN) || (below(FOLDER) && path != Path::new(FOLDER)) {
            return path == Path::new(FOLDER).join("canary");
        }
        // The fuzzer writes this file itself.
        if path != Path::new("/etc/hosts") {
            files.insert(path.display().to_string(), describe(path, metadata));
        }
        true
    });
    files
}

fn describe(path: &Path, metadata: &fs::Metadata) -> String {
    let says = if metadata.is_file() && metadata.len() < 4096 {
        fs::read(path).unwrap_or_default()
    } else {
        Vec::new()
    };
    let says = String::from_utf8_lossy(&says);
    let mode = metadata.mode();
    let size = metadata.size();
    let time = metadata.mtime();
    let nanoseconds = metadata.mtime_nsec();
    format!("{mode:o} {size} {time}.{nanoseconds} {says}")
}

/// Returns everything that outlives a container only by a fault.
pub fn leavings(ours: &[i32]) -> Things {
    let mut things = Things::new();
    let mut add = |kind: &str, name: String| {
        things.insert(format!("{kind} {name}"), String::new());
    };
    for pid in processes(ours) {
        add("process", format!("{pid} {}", command(pid)));
    }
    let lines = |path| fs::read(path).unwrap_or_default();
    let links = lines("/proc/self/net/dev");
    for line in String::from_utf8_lossy(&links).lines() {
        if let Some((name, _)) = line.split_once(':') {
            add("link", name.trim().into());
        }
    }
    let mounts = lines("/proc/self/mounts");
    for line in String::from_utf8_lossy(&mounts).lines() {
        add("mount", line.into());
    }
    for root in ["/sys/fs/cgroup", RUN, CONTAINERS] {
        walk(Path::new(root), &mut |path, metadata| {
            let kind = if metadata.is_dir() { "folder" } else { "file" };
            if metadata.is_dir() || !path.starts_with("/sys") {
                add(kind, path.display().to_string());
            }
            true
        });
    }
    things
}

/// Lists the things that are gone, new or changed.
pub fn difference(before: &Things, after: &Things) -> Vec<String> {
    let lost = |(name, was): (&String, &String)| match after.get(name) {
        Some(is) if is == was => None,
        Some(is) => Some(format!("{name}: {was} -> {is}")),
        None => Some(format!("gone: {name}")),
    };
    let new = |(name, _): (&String, &String)| {
        (!before.contains_key(name)).then(|| format!("new: {name}"))
    };
    let lost = before.iter().filter_map(lost);
    lost.chain(after.iter().filter_map(new)).collect()
}

/// Walks a tree without following links. The function decides whether to go
/// into a folder.
fn walk(path: &Path, go_on: &mut dyn FnMut(&Path, &fs::Metadata) -> bool) {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return;
    };
    if !go_on(path, &metadata) || !metadata.is_dir() {
        return;
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        walk(&entry.path(), go_on);
    }
}

/// Lists the PIDs of all processes but ours.
pub fn processes(ours: &[i32]) -> Vec<i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut all: Vec<i32> = entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| !ours.contains(pid))
        .collect();
    all.sort_unstable();
    all
}

/// Returns a process's command line, its state, and the kernel function it
/// waits in.
pub fn command(pid: i32) -> String {
    let read = |file| fs::read(format!("/proc/{pid}/{file}"));
    let words = read("cmdline").unwrap_or_default();
    let words = String::from_utf8_lossy(&words).replace('\0', " ");
    let words: String = words.chars().take(100).collect();
    let stat = read("stat").unwrap_or_default();
    let stat = String::from_utf8_lossy(&stat).into_owned();
    let state = stat.rsplit_once(") ").map(|it| &it.1[..1]);
    let waits = read("wchan").unwrap_or_default();
    let waits = String::from_utf8_lossy(&waits).into_owned();
    format!("{words}({}, {waits})", state.unwrap_or("?"))
}

/// Finds a process with a forbidden file or folder open, or as its working
/// directory or root: the machine's root in a container's process, the caller's
/// own files in any process.
pub fn keeper(ours: &[i32]) -> Option<Keeper> {
    let mount = |pid| fs::read_link(format!("/proc/{pid}/ns/mnt")).ok();
    let machine = mount("self".into());
    let mut callers = CALLERS.map(identity).to_vec();
    let root = identity("/");
    for pid in processes(ours) {
        let outside = mount(pid.to_string()) == machine;
        callers.truncate(CALLERS.len());
        callers.extend((!outside).then_some(root));
        let folder = PathBuf::from(format!("/proc/{pid}"));
        let open = fs::read_dir(folder.join("fd")).into_iter().flatten();
        let open = open.flatten().map(|entry| entry.path());
        let places = ["cwd", "root"].map(|name| folder.join(name));
        for place in open.chain(places) {
            let found = identity(&place);
            if found.is_some() && callers.contains(&found) {
                let is = fs::read_link(&place).unwrap_or_default();
                let what = format!(
                    "{} has {} -> {}",
                    command(pid),
                    place.display(),
                    is.display()
                );
                return Some(Keeper { outside, what });
            }
        }
    }
    None
}

/// A process that keeps a file or folder open that it should not.
pub struct Keeper {
    /// Whether the process is outside of all containers.
    pub outside: bool,
    /// Description of the process, and of the file or folder.
    pub what: String,
}
