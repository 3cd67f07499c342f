//! A container in the machine: on a kernel from before Linux 7.0 and on the
//! newest, and on each beside a thousand mounts more.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::c_program;
use super::containers::{BARE, BARE_C, CRUN_NET};
use super::oci::{Bundle, which};
use super::page::{Goal, Section};
use super::rounds::{self, Contender, say};
use crate::binaries;
use crate::machine::Machine;
use crate::machine::kernel::{self, Kernel};
use crate::machines::Machines;
use protocol::ExitStatus;

const CONTAINER: &str = "`container run --rm busybox true`";
const BARE_MANY: &str = "the bare C program, 1,000 mounts more";
const CONTAINER_MANY: &str = "`container run`, 1,000 mounts more";
const CRUN_MANY: &str = "`crun run`, with a cable, 1,000 mounts more";

/// Folder in the machine.
const FOLDER: &str = "/run/bench";

/// The part of a machine that all contenders need.
const PREPARE: &str = "set -e
    cd /run/bench; mkdir root crun; mv config.json crun
    tar xf /usr/share/images/busybox.tar -C root
    mkdir /sys/fs/cgroup/bare
    ip link add bare0 type bridge
    ip address add 172.18.0.1/16 dev bare0
    ip link set bare0 up
    ./container import /usr/share/images/busybox.tar busybox >&2";

/// Ten times as many mounts as before, and again: each doubles their number.
const MOUNT_MANY: &str = "set -e
    mkdir /run/many; mount -t tmpfs many /run/many
    mount --make-rprivate /run/many
    for it in {1..10}; do
        mkdir /run/many/$it; mount --rbind /run/many /run/many/$it
    done
    mount --make-rshared /run/many";

/// The contenders: name, name beside many mounts, command.
const COMMANDS: [(&str, &str, &str); 3] = [
    (
        BARE,
        BARE_MANY,
        "./bare bare0 /sys/fs/cgroup/bare root /bin/true",
    ),
    (
        CONTAINER,
        CONTAINER_MANY,
        "./container run --rm busybox true",
    ),
    (
        CRUN_NET,
        CRUN_MANY,
        "cd crun; LD_LIBRARY_PATH=../lib ../crun.bin run it",
    ),
];

/// Upper limit for one run in the machine's time.
const LIMIT: Duration = Duration::from_secs(60);

/// Measures on the newest kernel of each side of Linux 7.0 that was fetched.
pub(super) fn measure(workspace: &Path, rounds: usize) -> Result<Vec<Section>> {
    let (since, before): (Vec<_>, Vec<_>) =
        kernel::fetched()?.into_iter().partition(is_since_7_0);
    let newest = [before, since].into_iter().filter_map(|mut it| it.pop());
    let files = Files::collect(workspace)?;
    newest
        .map(|kernel| section(workspace, kernel, &files, rounds))
        .collect()
}

fn is_since_7_0(kernel: &Kernel) -> bool {
    kernel::by_version(&kernel.folder(), "7.0").is_ge()
}

fn section(
    workspace: &Path,
    kernel: Kernel,
    files: &Files,
    rounds: usize,
) -> Result<Section> {
    let title =
        format!("A container, in the machine, Linux {}", kernel.folder());
    say(&title);
    let new = is_since_7_0(&kernel);
    let mut machines = Machines::open_with(workspace, kernel)?;
    machines.waits = false;
    let few = RefCell::new(files.machine(&mut machines)?);
    let many = RefCell::new(files.machine(&mut machines)?);
    run(&mut many.borrow_mut(), MOUNT_MANY)?;
    let beside = |machine, name, command| {
        Contender::peer(name, move || timed(machine, command))
    };
    let mut contenders: Vec<_> = COMMANDS
        .iter()
        .flat_map(|(name, name_many, command)| {
            [
                beside(&few, name, command),
                beside(&many, name_many, command),
            ]
        })
        .collect();
    let rows = rounds::run(&mut contenders, rounds, say)?;
    drop(contenders);
    let mut goals = vec![
        Goal::times_slower(&rows, CONTAINER, BARE, 1.3),
        Goal::times_faster(&rows, CONTAINER, CRUN_NET, 2.2),
    ];
    if new {
        goals.push(Goal::times_faster(&rows, CONTAINER_MANY, CRUN_MANY, 8.0));
    }
    Ok(Section {
        title,
        about: ABOUT.into(),
        rounds,
        base: BARE.into(),
        rows,
        goals,
    })
}

const ABOUT: &str = "The same programs in two clones of a machine; in one of \
    them 1,024 mounts more, shared, as under systemd. A new mount namespace is \
    a copy of the machine's mounts, and pivot_root(2) is followed by \
    umount2(2) of all of them. Since Linux 7.0 `container` makes a namespace \
    in which its own root is the only mount, with open_tree(2), and copies \
    none. QEMU's -icount has counted once, on Linux 7.3, in millions of \
    instructions: beside few mounts C 5.5, `container` 11.9, `crun` 24.3; \
    beside many C 5.6, `container` 11.9, `crun` 41.6. So not even C would be \
    8 times as fast as `crun` beside 1,024 mounts.";

/// Files for the machine: paths there, and contents.
struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    fn collect(workspace: &Path) -> Result<Self> {
        let folder = TempDir::new()?;
        let bare = folder.path().join("bare");
        c_program::compile(BARE_C, &bare)?;
        let mut files = vec![
            ("bare".to_owned(), bare),
            (
                "container".to_owned(),
                binaries::build_fast(workspace, "container")?,
            ),
        ];
        // Without crun its rows say that it is missing.
        if let Ok(crun) = which("crun") {
            let hook = [&format!("{FOLDER}/bare"), "bare0", "--hook"];
            let root = format!("{FOLDER}/root");
            let root = Path::new(&root);
            Bundle::make("crun", folder.path(), root, Some(&hook))?;
            for library in libraries(&crun)? {
                let name = library.file_name().context("a library's name")?;
                let name = name.to_string_lossy();
                files.push((format!("lib/{name}"), library.clone()));
            }
            files.push(("crun.bin".into(), crun));
        }
        let config = folder.path().join("config.json");
        if !config.exists() {
            fs::write(&config, "")?;
        }
        files.push(("config.json".into(), config));
        let read = |(name, path): (String, PathBuf)| {
            let bytes = fs::read(&path);
            let bytes = bytes.with_context(|| path.display().to_string())?;
            Ok((format!("{FOLDER}/{name}"), bytes))
        };
        files.into_iter().map(read).collect::<Result<_>>().map(Self)
    }

    /// Makes a machine with all files in it.
    fn machine(&self, machines: &mut Machines) -> Result<Machine> {
        let mut machine = machines.machine()?;
        run(&mut machine, "mkdir -p /run/bench/lib")?;
        for (path, bytes) in &self.0 {
            machine.put_file(path, 0o755, bytes)?;
        }
        run(&mut machine, PREPARE)?;
        Ok(machine)
    }
}

/// Returns the libraries of a program, but for the loader.
fn libraries(program: &Path) -> Result<Vec<PathBuf>> {
    let output = Command::new("ldd").arg(program).output().context("ldd")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let of_line = |line: &str| {
        let (_, path) = line.split_once(" => /")?;
        let (path, _) = path.split_once(' ')?;
        Some(Path::new("/").join(path))
    };
    Ok(text.lines().filter_map(of_line).collect())
}

/// Times a command in the machine, once the network of the last container is
/// gone.
fn timed(machine: &RefCell<Machine>, command: &str) -> Result<f64> {
    let script = format!(
        "cd {FOLDER}
         until ! grep -qE 'veth|bare[1-9]' /proc/net/dev; do :; done
         before=$EPOCHREALTIME
         {{ {command}; }} >/dev/null || exit
         after=$EPOCHREALTIME
         echo $((${{after/./}} - ${{before/./}}))"
    );
    let said = run(&mut machine.borrow_mut(), &script)?;
    let micros: f64 = said.trim().parse().with_context(|| said.clone())?;
    Ok(micros / 1e6)
}

fn run(machine: &mut Machine, script: &str) -> Result<String> {
    let output = machine.exec(&["bash", "-s"], script.as_bytes(), LIMIT)?;
    let words = String::from_utf8_lossy(&output.stderr);
    let done = output.status == ExitStatus::Code(0);
    ensure!(done, "in the machine: {:?}: {words}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
