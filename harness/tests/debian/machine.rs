//! A Debian that QEMU boots from the disk of a box, with sshd on this
//! computer's loopback.
//!
//! The disk stays as it is: QEMU keeps all changes in a file without a name.
//! Each machine has a host key and a key for the user `vagrant` of its own.
//! systemd reads both as a credential (systemd.system-credentials(7)), and the
//! key that everybody knows is replaced before sshd starts.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use harness::machine::accelerator;
use harness::machine::command_line::processor;
use harness::machine::emulator::Emulator;
use harness::machine::kernel;
use tempfile::TempDir;

use crate::faults::subject::wait_for;

/// Name of the machine in the file for ssh.
pub const HOST: &str = "box";

/// Line of the console that announces sshd.
const ANSWERS: &str = "Started";
const SSHD: &str = "ssh.service";

/// Starts the words that follow, and ends them when nobody holds the other end
/// of its input any more: however its parent ends, and whichever thread of the
/// parent has started it.
const GUARD: &str = "setpriv --pdeathsig KILL -- \"$@\" </dev/null & \
                     cat >/dev/null; kill -KILL $! 2>/dev/null; wait";

/// A Debian that is up. Dropping it ends QEMU.
pub struct DebianMachine {
    guard: Child,
    folder: TempDir,
}

impl DebianMachine {
    /// Boots the box of a suite, and returns when its sshd has let a user in.
    ///
    /// # Panics
    ///
    /// There is no such box, QEMU ends, or sshd refuses the key.
    pub fn boot(suite: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        new_key(&path("key"));
        new_key(&path("host_key"));
        write_privately(&path("smbios"), &credential(&path("")));
        let mut guard = start(&disk_of(suite), folder.path());
        wait_for_sshd(&mut guard);
        let machine = Self { guard, folder };
        machine.write_config();
        let output = machine.ssh("true");
        assert!(output.status.success(), "{output:?}");
        machine
    }

    /// Path of a configuration of ssh that knows [`HOST`].
    pub fn ssh_config(&self) -> PathBuf {
        self.folder.path().join("ssh_config")
    }

    /// Runs a command in the machine, as the user `vagrant`.
    pub fn ssh(&self, command: &str) -> Output {
        let mut ssh = Command::new("ssh");
        ssh.arg("-F").arg(self.ssh_config()).args([HOST, command]);
        ssh.output().expect("ssh: apt-get install openssh-client")
    }

    /// Runs a command that succeeds, and returns its output.
    #[track_caller]
    pub fn says(&self, command: &str) -> String {
        let output = self.ssh(command);
        assert!(output.status.success(), "{command}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Waits until QEMU has ended.
    pub fn has_ended(&self) {
        let monitor = self.folder.path().join("monitor");
        wait_for("QEMU's end", || UnixStream::connect(&monitor).err());
    }

    /// Plugs the cable of its network in, `on`, or out, `off`.
    pub fn network(&self, state: &str) {
        let monitor = self.folder.path().join("monitor");
        let answer = asked(&monitor, &format!("set_link net {state}"));
        assert!(!answer.contains("Error"), "{answer}");
    }

    fn write_config(&self) {
        let folder = self.folder.path();
        let host_key = fs::read_to_string(folder.join("host_key.pub")).unwrap();
        let known = format!("{HOST} {host_key}");
        fs::write(folder.join("known_hosts"), known).unwrap();
        let port = forwarded_port(&folder.join("monitor"));
        let folder = folder.display();
        let text = format!(
            "Host {HOST}\n  HostName 127.0.0.1\n  Port {port}\n  \
             User vagrant\n  IdentityFile {folder}/key\n  \
             IdentitiesOnly yes\n  IdentityAgent none\n  \
             UserKnownHostsFile {folder}/known_hosts\n  \
             HostKeyAlias {HOST}\n  StrictHostKeyChecking yes\n  \
             BatchMode yes\n  ConnectTimeout 300\n"
        );
        fs::write(self.ssh_config(), text).unwrap();
    }
}

impl Drop for DebianMachine {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // The guard has waited for QEMU.
        let _ = self.guard.wait();
    }
}

/// Returns the disk of a box, which `vm/box` makes.
fn disk_of(suite: &str) -> PathBuf {
    let disk = kernel::cache().unwrap().join("boxes").join(suite);
    let disk = disk.join("disk.qcow2");
    assert!(
        disk.is_file(),
        "{} is missing: just vagrant box --suite {suite}",
        disk.display()
    );
    disk
}

fn new_key(path: &Path) {
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", HOST, "-f"]);
    let status = keygen.arg(path).status();
    let status = status.expect("ssh-keygen: apt-get install openssh-client");
    assert!(status.success(), "{status}");
}

fn write_privately(path: &Path, text: &str) {
    let mut options = fs::File::options();
    let options = options.write(true).create_new(true).mode(0o600);
    options
        .open(path)
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
}

/// Returns lines of tmpfiles.d(5) that put both keys into the machine, as a
/// credential in a string of SMBIOS.
fn credential(folder: &Path) -> String {
    let user = encoded(&folder.join("key.pub"));
    let host = encoded(&folder.join("host_key"));
    let lines = format!(
        "f+~ /home/vagrant/.ssh/authorized_keys 600 vagrant vagrant - {user}\n\
         f+~ /etc/ssh/ssh_host_ed25519_key 600 root root - {host}\n"
    );
    let file = folder.join("tmpfiles");
    write_privately(&file, &lines);
    let lines = encoded(&file);
    format!("io.systemd.credential.binary:tmpfiles.extra={lines}")
}

fn encoded(file: &Path) -> String {
    let output = Command::new("base64")
        .arg("-w0")
        .arg(file)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Starts QEMU under its guard, with the console on the guard's output.
fn start(disk: &Path, folder: &Path) -> Child {
    let emulator = Emulator::find().unwrap();
    let cache = kernel::cache().unwrap();
    let accelerator = accelerator::choose(&cache).unwrap();
    let disk = disk.display();
    let folder = folder.display();
    let mut guard = Command::new("sh");
    guard.args(["-c", GUARD, "sh"]).args(emulator.words());
    guard.envs(emulator.variables());
    guard.args(["-nodefaults", "-no-user-config", "-display", "none"]);
    guard.arg("-no-reboot");
    guard.args(processor(accelerator.kind));
    guard.args(["-object", "memory-backend-ram,id=ram,size=512M"]);
    guard.args(["-smp", "1", "-m", "512M", "-serial", "stdio"]);
    guard.arg("-drive");
    guard.arg(format!("file={disk},format=qcow2,if=virtio,snapshot=on"));
    guard.args(["-device", "virtio-net-pci,netdev=net,romfile="]);
    // restrict: the machine reaches nothing; port 0: any that is free.
    guard.arg("-netdev");
    guard.arg("user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-:22");
    guard
        .arg("-smbios")
        .arg(format!("type=11,path={folder}/smbios"));
    guard.arg("-monitor");
    guard.arg(format!("unix:{folder}/monitor,server=on,wait=off"));
    guard.stdin(Stdio::piped()).stdout(Stdio::piped());
    guard.spawn().unwrap()
}

/// Waits for the line of the console that announces sshd. The rest of the
/// console is read beside the test: QEMU would wait for a reader.
fn wait_for_sshd(guard: &mut Child) {
    let mut console = BufReader::new(guard.stdout.take().unwrap());
    let mut all = String::new();
    loop {
        let mut line = Vec::new();
        let length = console.read_until(b'\n', &mut line).unwrap();
        assert!(
            length > 0,
            "the machine ended before its sshd was up:\n{all}"
        );
        let line = String::from_utf8_lossy(&line);
        all.push_str(&line);
        if line.contains(ANSWERS) && line.contains(SSHD) {
            break;
        }
    }
    thread::spawn(move || console.read_to_end(&mut Vec::new()));
}

/// Returns all that QEMU's monitor says to a command, and before it.
fn asked(monitor: &Path, command: &str) -> String {
    let mut monitor = UnixStream::connect(monitor).unwrap();
    // After the last command QEMU shows its prompt once more.
    monitor
        .write_all(format!("{command}\n").as_bytes())
        .unwrap();
    monitor.shutdown(Shutdown::Write).unwrap();
    let mut said = Vec::new();
    monitor.read_to_end(&mut said).unwrap();
    String::from_utf8_lossy(&said).into_owned()
}

/// Asks QEMU which port of this computer leads to the machine's port 22.
fn forwarded_port(monitor: &Path) -> u16 {
    for line in asked(monitor, "info usernet").lines() {
        let mut words = line.split_whitespace();
        if words.next() == Some("TCP[HOST_FORWARD]") {
            // File, address, port, address, port ...
            return words.nth(2).unwrap().parse().unwrap();
        }
    }
    panic!("QEMU does not say which port is forwarded");
}
