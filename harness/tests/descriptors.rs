//! The child of `container` has nothing of the machine open while it follows
//! paths in the container. The test traces each of its system calls (ptrace(2)),
//! on this computer: the lessons' machine has no program for that.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use harness::binaries;
use harness::course;
use harness::machine::images;
use harness::machine::userland::Userland;
use nix::libc::{SYS_close_range, SYS_setns};
use nix::sys::ptrace::{self, Options};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, geteuid};
use tempfile::TempDir;

use crate::faults::subject::not_run;

/// Starts a shell in new namespaces, where nothing of the machine is changed.
const SANDBOX: &str = "read go
    exec unshare --mount --pid --fork --kill-child --mount-proc --net --uts \
        --ipc --cgroup sh -e";

/// Every way into a container. The caller's standard input, and what else it
/// has open, is the machine's `/`.
const SCRIPT: &str = "
    mount -t tmpfs tmpfs /run
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    mkdir -p /var/lib/container
    mount -t tmpfs tmpfs /var/lib/container
    container import busybox.tar busybox
    exec </ 9</
    container run --rm busybox true
    container run --rm -i busybox true
    container run --rm -t -w /new/folder busybox true
    container run --rm --net host --ipc host --pid host busybox true
    container run -d --name it -w /proc/self/fd busybox sleep 1000
    container exec it true
    container exec -t it true
    container exec -i it true
    container restart -t 0 it
    container rm -f it
    rmdir /sys/fs/cgroup/container || true
";

#[test]
fn a_child_has_nothing_of_the_machine_open_when_paths_are_the_containers() {
    if !geteuid().is_root() {
        return not_run("descriptors", &"only root can start containers");
    }
    let folder = TempDir::new().unwrap();
    let built = binaries::build(&course::workspace()).unwrap();
    let is_container = |path: &&PathBuf| path.ends_with("container");
    let program = built.chapters.iter().find(is_container).unwrap();
    fs::copy(program, folder.path().join("container")).unwrap();
    let [(name, tar), _] = images::tars(&Userland::find().unwrap()).unwrap();
    fs::write(folder.path().join(name), tar).unwrap();

    let mut sandbox = sandbox(folder.path());
    let seen = trace(&mut sandbox);
    assert!(seen.open.is_empty(), "{:#?}", seen.open);
    let verbs = ["exec", "restart", "run"].map(String::from);
    assert_eq!(seen.verbs, BTreeSet::from(verbs));
}

/// The sandbox, about to run the script in this folder.
fn sandbox(folder: &Path) -> Child {
    let path = std::env::var("PATH").unwrap();
    let mut child = Command::new("sh")
        .args(["-c", SANDBOX])
        .env("PATH", format!("{}:{path}", folder.display()))
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    write!(stdin, "\n{SCRIPT}").unwrap();
    child
}

/// Observations of children that are in a container.
#[derive(Default)]
struct Seen {
    /// The verbs that had one.
    verbs: BTreeSet<String>,
    /// Files that a child had open, and must not.
    open: BTreeSet<String>,
}

/// Follows a process and all that it starts until its end, which is to be a
/// good one, and looks before and after each system call.
fn trace(child: &mut Child) -> Seen {
    let pid = Pid::from_raw(child.id() as i32);
    let all = Options::PTRACE_O_EXITKILL
        | Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_TRACEFORK
        | Options::PTRACE_O_TRACEVFORK
        | Options::PTRACE_O_TRACECLONE;
    ptrace::seize(pid, all).unwrap();
    ptrace::interrupt(pid).unwrap();
    // Other threads' children are other tests'.
    let ours = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
    let mut seen = Seen::default();
    loop {
        let (stopped, signal) = match waitpid(None, Some(ours)).unwrap() {
            WaitStatus::Exited(it, status) if it == pid => {
                assert_eq!(status, 0, "the script of the test");
                return seen;
            }
            WaitStatus::PtraceSyscall(it) => {
                let _ = seen.look(it);
                (it, None)
            }
            WaitStatus::PtraceEvent(it, ..) => (it, None),
            WaitStatus::Stopped(it, signal) => (it, Some(signal)),
            _ => continue,
        };
        // It may have been killed meanwhile.
        let _ = ptrace::syscall(stopped, signal);
    }
}

impl Seen {
    /// Looks at a process, if it is a child of `container` in a container. It
    /// may end any time.
    fn look(&mut self, pid: Pid) -> std::io::Result<()> {
        let proc = PathBuf::from(format!("/proc/{pid}"));
        if !fs::read_link(proc.join("exe"))?.ends_with("container")
            || is_same(&proc.join("root"), Path::new("/"))?
        {
            return Ok(());
        }
        let words = fs::read_to_string(proc.join("cmdline"))?;
        let verb = words.split('\0').nth(1).unwrap_or_default();
        let call = fs::read_to_string(proc.join("syscall"))?;
        // `import` has the image as `/`, too: it follows the archive's paths.
        // To join a namespace, and to close what is open, follows none.
        let number = call.split(' ').next().and_then(|it| it.parse().ok());
        let none = [SYS_setns, SYS_close_range].map(Some);
        if verb == "import" || none.contains(&number) {
            return Ok(());
        }
        self.verbs.insert(verb.into());
        for entry in fs::read_dir(proc.join("fd"))? {
            let fd = entry?.path();
            if let Some(target) = of_the_machine(&proc, &fd)? {
                let number = fd.file_name().unwrap_or_default();
                let what = format!("{words}: {number:?} {target:?} in {call}");
                self.open.insert(what);
            }
        }
        Ok(())
    }
}

/// Returns the file of a descriptor, unless the file is in the process's own
/// mounts or has no path, as a /dev/shm that will be the container's.
fn of_the_machine(proc: &Path, fd: &Path) -> std::io::Result<Option<PathBuf>> {
    let target = fs::read_link(fd)?;
    if !target.is_absolute() || is_same(fd, Path::new("/dev/shm"))? {
        return Ok(None);
    }
    let number = fd.file_name().unwrap_or_default();
    let info = fs::read_to_string(proc.join("fdinfo").join(number))?;
    let mount = info.lines().find_map(|it| it.strip_prefix("mnt_id:"));
    let mounts = fs::read_to_string(proc.join("mountinfo"))?;
    let mut mounts = mounts.lines().filter_map(|it| it.split(' ').next());
    let inside = mounts.any(|it| Some(it) == mount.map(str::trim));
    Ok(Some(target).filter(|_| !inside))
}

fn is_same(one: &Path, other: &Path) -> std::io::Result<bool> {
    let identity = |path| fs::metadata(path).map(|it| (it.dev(), it.ino()));
    Ok(identity(one)? == identity(other)?)
}
