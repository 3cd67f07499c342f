//! container - one container: its state, and the file that holds it
//!
//! See: the state of the OCI runtime specification; `inspect` has docker's form

use std::fs;
use std::io::Write;
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::error::{Named, Result, refused};
use crate::files::asked::Asked;
use crate::files::place::{self, bundle, is_id, state_folder};
use crate::files::ports::Ports;
use crate::files::{folder, stranger};
use crate::kernel::network::Cable;
use crate::kernel::process;
use crate::kernel::word::Word;

/// A container's state. The first five fields are those OCI wants to have.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    pub oci_version: String,
    /// 64 hexadecimal digits.
    pub id: String,
    pub status: Status,
    /// 0: none.
    pub pid: i32,
    /// The folder of its writable layer and its log.
    pub bundle: PathBuf,

    pub asked: Asked,
    pub name: String,
    pub image: String,
    pub cmd: Vec<Word>,
    /// Variables that were asked for; the rest is the process's.
    pub env: Option<Vec<Word>>,
    pub hostname: Word,
    pub working_dir: Word,
    pub exposed_ports: Vec<String>,

    pub created: String,
    pub started: Option<String>,
    pub finished: Option<String>,
    /// The time at which the kernel started the process. Another process may
    /// get the PID one day, but not both.
    pub start_time: u64,
    pub exit_code: i32,
    pub error: String,
    /// The veth on the bridge is named after the endpoint.
    pub endpoint: String,
    /// Whether the kernel asks a program of ours which devices may be opened,
    /// see [`crate::kernel::device_filter`].
    #[serde(default)]
    pub has_device_filter: bool,
    pub ip: Option<Ipv4Addr>,
    pub ports: Ports,
}

/// In docker's words. OCI says `stopped` where docker says `exited`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The owner prepares the container.
    #[default]
    Creating,
    /// The container did not start.
    Created,
    Running,
    #[serde(rename = "stopped")]
    Exited,
}

impl Container {
    /// Reads the state of the container with this ID, if there is one.
    pub fn load(id: &str) -> Result<Option<Self>> {
        let path = state_folder(id).join("state.json");
        let Some(bytes) = stranger::read(&path)? else {
            return Ok(None);
        };
        let broken =
            |why: String| refused(format!("{}: {why}", path.display()));
        let container: Self = serde_json::from_slice(&bytes)
            .map_err(|error| broken(error.to_string()))?;
        match container.is_plausible(id, &bundle(id)) {
            Ok(()) => Ok(Some(container)),
            Err(field) => Err(broken(format!("{field} is not right"))),
        }
    }

    /// Checks a state that was read. Returns the first field that is wrong.
    fn is_plausible(
        &self,
        id: &str,
        folder: &Path,
    ) -> std::result::Result<(), &'static str> {
        let time = |it: &String| humantime::parse_rfc3339(it).is_ok();
        let mut times = self.started.iter().chain(&self.finished);
        let endpoint = self.endpoint.is_empty() || is_id(&self.endpoint);
        let name = place::name(&self.name).is_ok_and(|it| it == self.name);
        for (field, right) in [
            ("id", self.id == id && is_id(id)),
            ("bundle", self.bundle == folder),
            ("pid", self.pid >= 0),
            ("asked.words", !self.asked.words.is_empty()),
            ("cmd", !self.cmd.is_empty()),
            ("name", name),
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

    /// Writes the state aside, then puts it in place: nobody reads half a file.
    pub fn save(&self) -> Result<()> {
        let bytes = serde_json::to_vec(self).map_err(std::io::Error::from);
        let folder = state_folder(&self.id);
        if folder.is_symlink() {
            // It would be written elsewhere.
            let what = "a link in the place of a folder";
            return Err(refused(format!("{}: {what}", folder.display())));
        }
        let path = folder.join("state.json");
        let aside = path.with_extension("new");
        folder::new_file(&aside)?
            .write_all(&bytes.named("json", &self.id)?)
            .named("write", aside.display())?;
        fs::rename(&aside, &path).named("rename", path.display())
    }

    /// Whether the container has an owner, unless the owner was killed.
    pub fn is_alive(&self) -> bool {
        matches!(self.status, Status::Creating | Status::Running)
    }

    /// A handle of its process, if there still is this one.
    pub fn process(&self) -> Option<OwnedFd> {
        let handle = process::open(self.pid)?;
        let same = process::start_time(self.pid) == Some(self.start_time);
        same.then_some(handle)
    }

    /// The cable that is to be laid to it, if it has an address.
    pub fn cable(&self) -> Result<Option<Cable>> {
        let ends = self.veth().zip(self.ip);
        ends.map(|(veth, ip)| Cable::prepare(veth, ip)).transpose()
    }

    /// The end of its veth that is on the bridge, if it has been given one.
    pub fn veth(&self) -> Option<String> {
        Some(format!("veth{}", self.endpoint.get(..7)?))
    }
}

/// The time, as docker writes it.
pub fn now() -> String {
    humantime::format_rfc3339_nanos(SystemTime::now()).to_string()
}
