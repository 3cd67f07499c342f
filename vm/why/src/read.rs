//! Reads the state of a process from `/proc`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use procfs::FromRead;
use procfs::process::{LimitValue, MountInfo, MountOptFields, Process};
use procfs::process::{MountInfos, Status};

use crate::handle::Handle;
use crate::map::Map;
use crate::object::{Object, Viewpoint};
use crate::owner::Owner;
use crate::state::{Children, Membership, Mount, State, Use};
use protocol::Kind;

/// Settings of distributions that keep ordinary users from user namespaces,
/// each with the value that does.
const FORBIDDING: [(&str, &str); 2] = [
    ("/proc/sys/kernel/unprivileged_userns_clone", "0"),
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
    ),
];

/// Returns the PID of this program's parent, as `/proc` shows it: getppid(2)
/// counts in another PID namespace than a `/proc` of somebody else.
///
/// # Errors
///
/// `/proc` cannot be read.
pub fn parent() -> Result<i32> {
    let myself = Process::myself().context("/proc/self")?;
    Ok(myself.status().context("/proc/self/status")?.ppid)
}

/// Returns the PID of this program, as `/proc` shows it.
///
/// # Errors
///
/// `/proc` cannot be read.
pub fn own() -> Result<i32> {
    Ok(Process::myself().context("/proc/self")?.pid())
}

/// Reads the state of a process. What cannot be read is not known.
///
/// # Errors
///
/// There is no such process.
pub fn state(pid: i32, object: Option<&Path>) -> Result<State> {
    let name = format!("/proc/{pid}");
    let process = Process::new(pid).context(name.clone())?;
    let status = process.status().context(name.clone())?;
    let folder = PathBuf::from(name);
    let memberships = memberships(&folder);
    let inode = |kind| {
        let found = memberships.iter().find(|it| it.kind == kind);
        found.map(|it| it.inode)
    };
    let from = Viewpoint {
        user: inode(Kind::User),
        pid: inode(Kind::Pid),
    };
    let time = |name: &str| {
        let handle = Handle::open(&folder.join("ns").join(name)).ok()?;
        handle.inode().ok()
    };
    let times = (time("time"), time("time_for_children"));
    Ok(State {
        children_time_differs: match times {
            (Some(own), Some(children)) => Some(own != children),
            _ => None,
        },
        children: from.pid.and_then(|own| children(&folder, own)),
        path: object.map(Path::to_path_buf),
        object: object.map(|path| Object::look(path, from)),
        memberships,
        ..of_files(&process, &folder, status)
    })
}

/// Reads the files of a process.
fn of_files(process: &Process, folder: &Path, status: Status) -> State {
    let text = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let limits = process.limits().ok();
    State {
        pid: Some(process.pid()),
        threads: Some(status.threads),
        uid: Some(status.euid),
        gid: Some(status.egid),
        capabilities: Some(status.capeff),
        command: status.name,
        uid_map: text("uid_map").map(|it| Map::parse(&it)),
        gid_map: text("gid_map").map(|it| Map::parse(&it)),
        setgroups_denied: text("setgroups").map(|it| it.trim() == "deny"),
        mounts: mounts(&folder.join("mountinfo")).ok(),
        descriptors: limits.as_ref().and_then(|limits| {
            Some(Use {
                used: process.fd_count().ok()? as u64,
                limit: number(limits.max_open_files.soft_limit)?,
            })
        }),
        most_processes: limits
            .and_then(|it| number(it.max_processes.soft_limit)),
        cgroup_processes: cgroup_processes(folder),
        most_namespaces: most_namespaces(),
        forbids_user_namespaces: forbidding(),
        file_systems: file_systems(),
        kernel: kernel(),
        ..State::default()
    }
}

fn number(value: LimitValue) -> Option<u64> {
    match value {
        LimitValue::Value(value) => Some(value),
        LimitValue::Unlimited => None,
    }
}

/// Reads the memberships; those of another user's process are not known.
fn memberships(folder: &Path) -> Vec<Membership> {
    let handle = |kind: Kind| {
        let path = folder.join("ns").join(kind.name());
        Some((kind, Handle::open(&path).ok()?))
    };
    let handles: Vec<_> = Kind::ALL.into_iter().filter_map(handle).collect();
    let user = handles.iter().find(|(kind, _)| *kind == Kind::User);
    let user = user.and_then(|(_, handle)| handle.inode().ok());
    let membership = |(kind, handle): &(Kind, Handle)| {
        Some(Membership {
            kind: *kind,
            inode: handle.inode().ok()?,
            owner: user.map_or(Owner::Unknown, |user| handle.owner(user)),
        })
    };
    handles.iter().filter_map(membership).collect()
}

/// Finds the PID namespace of the children, and whether anybody lives there.
fn children(folder: &Path, own: u64) -> Option<Children> {
    let inode = match Handle::open(&folder.join("ns/pid_for_children")) {
        Ok(handle) => handle.inode().ok()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Some(Children::NotBorn);
        }
        Err(_) => return None,
    };
    if inode == own {
        return Some(Children::Here);
    }
    let lives_there = |process: Process| {
        let path = format!("/proc/{}/ns/pid", process.pid());
        let handle = Handle::open(Path::new(&path)).ok()?;
        Some(handle.inode().ok()? == inode)
    };
    let mut all = procfs::process::all_processes().ok()?.flatten();
    Some(if all.any(|it| lives_there(it) == Some(true)) {
        Children::There(inode)
    } else {
        Children::Nobody(inode)
    })
}

fn mounts(path: &Path) -> Result<Vec<Mount>> {
    let file = fs::File::open(path)?;
    let lines = MountInfos::from_read(file)?;
    Ok(lines.0.into_iter().map(mount).collect())
}

fn mount(line: MountInfo) -> Mount {
    let shared =
        |field: &MountOptFields| matches!(field, MountOptFields::Shared(_));
    Mount {
        shared: line.opt_fields.iter().any(shared),
        point: line.mount_point,
        root: PathBuf::from(line.root),
        has_parent: line.mnt_id != line.pid,
        file_system: line.fs_type,
    }
}

/// Reads the limit of the process's cgroup, in cgroup v2.
fn cgroup_processes(folder: &Path) -> Option<Use> {
    let text = fs::read_to_string(folder.join("cgroup")).ok()?;
    let path = text.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let folder = Path::new("/sys/fs/cgroup").join(path);
    let value = |name| value_of(&folder.join(name));
    Some(Use {
        used: value("pids.current")?.parse().ok()?,
        limit: value("pids.max")?.parse().ok()?,
    })
}

fn most_namespaces() -> Vec<(Kind, u64)> {
    let limit = |kind: Kind| {
        let path = format!("/proc/sys/user/max_{kind}_namespaces");
        Some((kind, value_of(Path::new(&path))?.parse().ok()?))
    };
    Kind::ALL.into_iter().filter_map(limit).collect()
}

fn forbidding() -> Option<&'static str> {
    let forbids = |(path, value): &&(&str, &str)| {
        value_of(Path::new(path)).as_deref() == Some(value)
    };
    FORBIDDING.iter().find(forbids).map(|(path, _)| *path)
}

fn file_systems() -> Option<Vec<String>> {
    let text = fs::read_to_string("/proc/filesystems").ok()?;
    let name = |line: &str| line.split_whitespace().last().map(str::to_owned);
    Some(text.lines().filter_map(name).collect())
}

fn kernel() -> Option<(u32, u32)> {
    let release = value_of(Path::new("/proc/sys/kernel/osrelease"))?;
    version(&release)
}

/// Returns the version that a kernel's release begins with.
pub fn version(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit());
    let mut next = || numbers.next()?.parse().ok();
    Some((next()?, next()?))
}

fn value_of(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_can_read_its_own_state() {
        let state = state(own().unwrap(), Some(Path::new("/proc/self/ns/uts")));
        let state = state.unwrap();
        assert!(state.threads.unwrap() >= 1);
        let uts = state.member_of(Kind::Uts).unwrap().inode;
        let target = state.object.unwrap().target.unwrap();
        assert_eq!((target.kind, target.inode), (Kind::Uts, uts));
        assert!(state.kernel.unwrap() >= (5, 0));
    }

    #[test]
    fn a_release_begins_with_its_version() {
        assert_eq!(version("6.1.0-48-cloud-amd64"), Some((6, 1)));
        assert_eq!(version("7.3.4+deb13"), Some((7, 3)));
        assert_eq!(version("none"), None);
    }
}
