//! One open session with the Linux of a stage, and commands that go through it.
//!
//! With ssh, the session is the master of a shared connection (ssh_config(5),
//! `ControlMaster`): who was let in once need not ask again, and a command is
//! there after one way there and back. The session ends with this process, also
//! if it is killed: then its standard input closes.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, PipeReader};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use tr::tr;

use super::vagrant;
use super::way::Way;

/// Variable with the path of a file for ssh's option -F.
pub const SSH_CONFIG: &str = "NAMESPACE_WORKSHOP_SSH_CONFIG";

/// Options of every ssh here: nothing of the user's configuration makes the
/// stream another one than the command's.
const PLAIN: [&str; 6] = [
    "ClearAllForwardings=yes",
    "ForwardX11=no",
    "ForwardAgent=no",
    "RequestTTY=no",
    "RemoteCommand=none",
    "PermitLocalCommand=no",
];

/// Options of the session that carries the others. A Linux that is slow need not
/// answer for a minute.
const OF_MASTER: [&str; 5] = [
    "ControlMaster=yes",
    "ControlPersist=no",
    "ServerAliveInterval=15",
    "ServerAliveCountMax=4",
    "ConnectTimeout=20",
];

/// Longest path of a socket (unix(7)), less what ssh adds while it makes one.
const LONGEST_SOCKET: usize = 108 - 18;

/// Time for the first answer. A person may have to type a password.
const FIRST_ANSWER: Duration = Duration::from_secs(180);

/// Beginning of the first line that the script prints.
const MARK: &str = "namespace-workshop";

/// Connection to a Linux.
pub struct Connection {
    way: Way,
    /// Release of the kernel there, as `uname -r` prints it.
    pub release: String,
    road: Road,
}

/// What carries a command there.
enum Road {
    /// An open session of ssh.
    Ssh(Master),
    /// Words before each command.
    Words(Vec<String>),
}

/// A destination of ssh, and the file for its option -F.
struct Destination {
    host: String,
    config: Option<PathBuf>,
}

/// The session that carries the others.
struct Master {
    destination: Destination,
    socket: PathBuf,
    child: Child,
    /// Its end is the session's end.
    input: Option<ChildStdin>,
}

impl Connection {
    /// Opens a session, and asks what is there. Starts the machine of Vagrant
    /// unless it is up.
    ///
    /// # Errors
    ///
    /// There is no way in, or no Linux of this computer's architecture there.
    pub fn open(way: &Way, workspace: &Path, cache: &Path) -> Result<Self> {
        let (answer, road) = match way {
            Way::Vagrant => {
                let config = Some(vagrant::start(workspace, cache)?);
                let host = vagrant::HOST.to_owned();
                Road::over_ssh(Destination { host, config }, cache)
            }
            Way::Ssh(host) => Road::over_ssh(Destination::of_user(host), cache),
            Way::Command(words) => Road::of_words(words),
        }?;
        let release = understood(&answer)?;
        Ok(Self {
            way: way.clone(),
            release,
            road,
        })
    }

    /// Returns the way there.
    pub fn way(&self) -> &Way {
        &self.way
    }

    /// Returns a command that runs a script of sh there. Its standard streams
    /// are the script's.
    pub fn command(&self, script: &str) -> Command {
        match &self.road {
            Road::Ssh(master) => master.command(script),
            Road::Words(words) => after(words, script),
        }
    }
}

impl Road {
    fn over_ssh(to: Destination, cache: &Path) -> Result<(String, Self)> {
        let (answer, master) = Master::open(to, socket(cache)?)?;
        Ok((answer, Self::Ssh(master)))
    }

    fn of_words(words: &[String]) -> Result<(String, Self)> {
        let mut command = after(words, &script("true"));
        command.stdin(Stdio::null());
        let (answer, mut child) = first_answer(command)?;
        let _ = child.wait();
        Ok((answer, Self::Words(words.to_vec())))
    }
}

impl Destination {
    /// Returns a destination in the user's configuration, or in the file that
    /// the variable names.
    fn of_user(host: &str) -> Self {
        let config = env::var_os(SSH_CONFIG).filter(|it| !it.is_empty());
        Self {
            host: host.to_owned(),
            config: config.map(PathBuf::from),
        }
    }
}

/// Returns a command that runs a script of sh after these words.
fn after(words: &[String], script: &str) -> Command {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).args(["sh", "-c", script]);
    command
}

impl Master {
    fn open(to: Destination, socket: PathBuf) -> Result<(String, Self)> {
        let mut command = to.ssh(&socket, &OF_MASTER);
        command.arg(quoted(&script("exec cat >/dev/null")));
        command.stdin(Stdio::piped());
        // Ctrl-C at the terminal ends this process, and so the session.
        let (answer, mut child) = first_answer(command)?;
        let input = child.stdin.take();
        let master = Self {
            destination: to,
            socket,
            child,
            input,
        };
        Ok((answer, master))
    }

    fn command(&self, script: &str) -> Command {
        let mut command =
            self.destination.ssh(&self.socket, &["ControlMaster=no"]);
        command.arg(quoted(script));
        command
    }
}

impl Drop for Master {
    fn drop(&mut self) {
        drop(self.input.take());
        // It ends when its last session has ended. If that hangs, so would we.
        for _ in 0..200 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.socket);
    }
}

/// Returns the script that tells what is there, and then does `rest`.
fn script(rest: &str) -> String {
    format!(
        "echo {MARK} \"$(uname -s)\" \"$(uname -m)\" \"$(uname -r)\"; {rest}"
    )
}

impl Destination {
    /// Returns an ssh to there, before the words that run there.
    fn ssh(&self, socket: &Path, options: &[&str]) -> Command {
        let mut command = Command::new("ssh");
        if let Some(file) = &self.config {
            command.arg("-F").arg(file);
        }
        let mut path = OsString::from("ControlPath=");
        // ssh expands a percent sign and what follows it.
        path.push(socket.to_string_lossy().replace('%', "%%"));
        command.arg("-o").arg(path);
        for option in PLAIN.iter().chain(options) {
            command.args(["-o", option]);
        }
        command.arg("--").arg(&self.host);
        command
    }
}

/// Returns the words by which any login shell runs the script with sh.
fn quoted(script: &str) -> String {
    format!("exec sh -c '{}'", script.replace('\'', "'\\''"))
}

/// Runs a command until the first line of its standard output.
fn first_answer(mut command: Command) -> Result<(String, Child)> {
    let (output, of_child) = std::io::pipe().context("pipe")?;
    let (errors, errors_of_child) = std::io::pipe().context("pipe")?;
    command.stdout(of_child).stderr(errors_of_child);
    let name = command.get_program().display().to_string();
    let mut child = command.spawn().with_context(|| match name.as_str() {
        "ssh" => tr!("ssh is missing here: in the package openssh-client"),
        name => format!("exec({name})"),
    })?;
    drop(command); // closes the copies of the child's ends here
    let complaints = beside(errors, |errors| {
        let lines = BufReader::new(errors).lines().map_while(Result::ok);
        lines.collect::<Vec<_>>().join("\n")
    });
    let line = beside(output, |output| {
        let mut output = BufReader::new(output);
        let mut line = String::new();
        output.read_line(&mut line).map(|_| line)
    });
    let Ok(line) = line.recv_timeout(FIRST_ANSWER) else {
        let _ = child.kill();
        let _ = child.wait();
        let seconds = FIRST_ANSWER.as_secs();
        bail!("{}", tr!("no answer within {seconds} s", seconds));
    };
    let line = line.unwrap_or_default();
    if line.is_empty() {
        let status = child.wait().context("wait")?;
        let second = Duration::from_secs(1);
        let why = complaints.recv_timeout(second).unwrap_or_default();
        let why = why.trim();
        ensure!(!why.is_empty(), "{name}: {status}");
        return Err(anyhow!("{why}"));
    }
    Ok((line, child))
}

/// Reads a pipe in a thread, and sends the result.
fn beside<T: Send + 'static>(
    pipe: PipeReader,
    read: impl FnOnce(PipeReader) -> T + Send + 'static,
) -> mpsc::Receiver<T> {
    let (sender, result) = mpsc::channel();
    thread::spawn(move || sender.send(read(pipe)));
    result
}

/// Returns the kernel's release from the first line.
fn understood(line: &str) -> Result<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [MARK, system, machine, release] = words[..] else {
        let line = line.trim();
        bail!(
            "{}",
            tr!(
                "its shell prints before the command does: {line}; make its \
                 startup files silent",
                line
            )
        );
    };
    let own = env::consts::ARCH;
    ensure!(
        system == "Linux" && machine == own,
        "{}",
        tr!(
            "it is {system} on {machine}, the machine's programs are for \
             Linux on {own}",
            system,
            machine,
            own
        )
    );
    Ok(release.to_owned())
}

/// Returns a path for the socket of this process: in the cache, or else in the
/// folder for temporary files, if the path would be too long.
fn socket(cache: &Path) -> Result<PathBuf> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let own = std::process::id();
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = cache.join("ssh");
    std::fs::create_dir_all(&folder)
        .with_context(|| folder.display().to_string())?;
    let name = format!("{own}-{number}");
    let path = folder.join(&name);
    let fits =
        |path: &Path| path.as_os_str().as_bytes().len() <= LONGEST_SOCKET;
    if fits(&path) {
        return Ok(path);
    }
    let folder = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let path = folder.map(|it| it.join(format!("namespace-workshop-{name}")));
    path.filter(|path| fits(path)).with_context(|| {
        tr!(
            "{cache} is too long for a socket in it; \
             NAMESPACE_WORKSHOP_CACHE can name another folder",
            cache = cache.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_tells_the_kernel_or_why_there_is_none() {
        let arch = env::consts::ARCH;
        let line = format!("{MARK} Linux {arch} 6.12.1-amd64\n");
        assert_eq!(understood(&line).unwrap(), "6.12.1-amd64");
        let line = format!("{MARK} Darwin {arch} 24.1\n");
        let why = understood(&line).unwrap_err().to_string();
        assert!(why.contains("Darwin"), "{why}");
        let why = understood("Welcome to the lab!\n").unwrap_err().to_string();
        assert!(why.contains("Welcome to the lab!"), "{why}");
    }

    #[test]
    fn a_script_reaches_sh_as_it_is() {
        let script = "printf '%s' \"$HOME's\" | wc -c";
        let run = |words: &str| {
            let output = Command::new("sh").args(["-c", words]).output();
            String::from_utf8(output.unwrap().stdout).unwrap()
        };
        assert_eq!(run(&quoted(script)), run(script));
    }
}
