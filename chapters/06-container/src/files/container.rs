//! container - what is known of a container
//!
//! See: the state of the OCI runtime specification; `inspect` has docker's form

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::docker::cli::Run;
use crate::docker::value;
use crate::error::{Error, Result};
use crate::files::claim::Restart;
use crate::files::store::{self, is_id};
use crate::kernel::word::Word;
use crate::kernel::{cgroup, network, process};

/// One container. The first five are those OCI wants to have.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    pub oci_version: String,
    /// 64 hexadecimal digits.
    pub id: String,
    pub status: Status,
    /// 0: none.
    pub pid: i32,
    /// Its writable layer and its log.
    pub bundle: PathBuf,

    /// What it was asked to be; `container:NAME` has become `container:ID`.
    pub asked: Run,
    pub name: String,
    pub image: String,
    pub cmd: Vec<Word>,
    /// What was asked for; the rest is the process's.
    pub env: Option<Vec<Word>>,
    pub hostname: Word,
    pub working_dir: Word,
    pub exposed_ports: Vec<String>,

    pub created: String,
    pub started: Option<String>,
    pub finished: Option<String>,
    /// When the kernel started the process: another one may get its PID one
    /// day, but not both.
    pub start_time: u64,
    pub exit_code: i32,
    pub error: String,
    /// The veth on the bridge is named after it.
    pub endpoint: String,
    /// The kernel asks which devices it may open, see [`crate::kernel::device_filter`].
    #[serde(default)]
    pub has_device_filter: bool,
    pub ip: Option<Ipv4Addr>,
    pub ports: Ports,
}

/// Which ports of the machine lead to `80/tcp`. None: no port does.
pub type Ports = BTreeMap<String, Option<Vec<Binding>>>;

/// An address and a port of the machine, in docker's form.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Binding {
    pub host_ip: String,
    pub host_port: String,
}

/// In docker's words. OCI says `stopped` where docker says `exited`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Its owner is at work on it.
    #[default]
    Creating,
    /// It did not start.
    Created,
    Running,
    #[serde(rename = "stopped")]
    Exited,
}

impl Container {
    /// Does somebody own it?
    pub fn is_alive(&self) -> bool {
        matches!(self.status, Status::Creating | Status::Running)
    }

    /// A handle of its process, if there still is this one.
    pub fn process(&self) -> Option<OwnedFd> {
        let handle = process::open(self.pid)?;
        let same = process::start_time(self.pid) == Some(self.start_time);
        same.then_some(handle)
    }

    /// The end of its veth that is on the bridge, if it has been given one.
    pub fn veth(&self) -> Option<String> {
        Some(format!("veth{}", self.endpoint.get(..7)?))
    }

    /// From now on it has a process.
    pub fn has_process(&mut self, pid: i32) -> Result<()> {
        self.pid = pid;
        self.start_time = process::start_time(pid).unwrap_or(0);
        self.save()
    }

    /// From now on its process is the command.
    pub fn is_running(&mut self) -> Result<()> {
        self.status = Status::Running;
        self.started = Some(now());
        (self.exit_code, self.error) = Default::default();
        self.save()
    }

    /// From now on it has no process, and nothing of the network; with --rm
    /// it is not any more, unless somebody is about to start it again.
    pub fn has_ended(&mut self, exit_code: i32) -> Result<()> {
        let folder = store::state_folder(&self.id);
        if self.asked.rm && !Restart::is_announced(&folder) {
            return store::forget(&self.id);
        }
        if self.status == Status::Running {
            self.finished = Some(now());
        }
        self.status = match self.started {
            Some(_) => Status::Exited,
            None => Status::Created,
        };
        (self.pid, self.exit_code) = (0, exit_code);
        (self.ip, self.endpoint, self.ports) = Default::default();
        self.save()
    }

    /// It has not started, for this reason. With docker it stays, as it was
    /// before. What could not be taken back is said besides.
    pub fn has_not_started(&mut self, error: Error) -> Error {
        self.error = error.to_string();
        let before = Some(self.exit_code).filter(|it| *it != 0);
        let status = error.status.map(i32::from).or(before).unwrap_or(128);
        let cleaned = self.clean_up();
        match cleaned.and(self.has_ended(status)) {
            Ok(()) => error,
            Err(more) => error.and(&more),
        }
    }

    /// Takes back what may outlive its process: cgroup, link on the bridge.
    /// The second one, too, if the first one cannot be.
    pub fn clean_up(&self) -> Result<()> {
        let removed = cgroup::remove(&self.id);
        let veth = self.veth();
        removed.and(veth.map_or(Ok(()), |it| network::disconnect(&it)))
    }

    /// Is it what the file of the container with this ID may say? If not, this
    /// field is wrong.
    pub fn is_plausible(
        &self,
        id: &str,
        folder: &Path,
    ) -> std::result::Result<(), &'static str> {
        let time = |it: &String| humantime::parse_rfc3339(it).is_ok();
        let mut times = self.started.iter().chain(&self.finished);
        let endpoint = self.endpoint.is_empty() || is_id(&self.endpoint);
        for (field, right) in [
            ("id", self.id == id && is_id(id)),
            ("bundle", self.bundle == folder),
            ("pid", self.pid >= 0),
            ("asked.words", !self.asked.words.is_empty()),
            ("cmd", !self.cmd.is_empty()),
            (
                "name",
                value::name(&self.name).is_ok_and(|it| it == self.name),
            ),
            ("created", time(&self.created)),
            ("started or finished", times.all(time)),
            ("endpoint", endpoint),
        ] {
            if !right {
                return Err(field);
            }
        }
        Ok(())
    }
}

/// The container a mode names: `container:NAME` or `container:ID`.
pub fn donor(mode: &str) -> Option<&str> {
    mode.strip_prefix("container:")
}

/// The time, as docker writes it.
pub fn now() -> String {
    humantime::format_rfc3339_nanos(SystemTime::now()).to_string()
}
