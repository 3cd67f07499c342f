//! container - what is known of a container, in the form `docker inspect` has
//!
//! See: `docker inspect`, and the state of the OCI runtime specification

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::process;

/// Where writable layers and logs are.
pub const FOLDER: &str = "/var/lib/container/containers";

const PATH: &str =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// One container.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Container {
    /// 64 hexadecimal digits.
    pub id: String,
    pub created: String,
    pub path: String,
    pub args: Vec<String>,
    pub state: State,
    /// `sha256:` and the image's ID.
    pub image: String,
    pub log_path: PathBuf,
    /// Begins with a slash.
    pub name: String,
    pub driver: String,
    pub host_config: HostConfig,
    pub config: Config,
    pub network_settings: NetworkSettings,
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
    Exited,
}

/// What became of its process.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct State {
    pub status: Status,
    pub running: bool,
    /// 0: none.
    pub pid: i32,
    /// When the kernel started it: another process may get its PID one day,
    /// but not both. This field is ours.
    pub start_time: u64,
    pub exit_code: i32,
    pub error: String,
    pub started_at: String,
    pub finished_at: String,
}

impl Default for State {
    fn default() -> Self {
        let never = "0001-01-01T00:00:00Z";
        Self {
            status: Status::Creating,
            running: false,
            pid: 0,
            start_time: 0,
            exit_code: 0,
            error: String::new(),
            started_at: never.into(),
            finished_at: never.into(),
        }
    }
}

/// What was asked for around it. Of a mode, `host` keeps the namespace of the
/// caller, `container:ID` joins that container's, all else is a new one.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct HostConfig {
    pub network_mode: String,
    pub ipc_mode: String,
    pub pid_mode: String,
    #[serde(rename = "UTSMode")]
    pub uts_mode: String,
    pub port_bindings: Ports,
    pub auto_remove: bool,
    pub privileged: bool,
}

/// Which ports of the machine lead to `80/tcp`. None: no port does.
pub type Ports = BTreeMap<String, Option<Vec<Binding>>>;

/// An address and a port of the machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Binding {
    pub host_ip: String,
    pub host_port: String,
}

/// What was asked for inside of it.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Config {
    pub hostname: String,
    pub tty: bool,
    pub open_stdin: bool,
    /// What was asked for; the rest is the process's.
    pub env: Option<Vec<String>>,
    pub cmd: Vec<String>,
    pub image: String,
    pub working_dir: String,
    /// `80/tcp`, and an empty object.
    pub exposed_ports: BTreeMap<String, serde_json::Value>,
}

/// What it has got of the network.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NetworkSettings {
    /// The handle of its network namespace.
    pub sandbox_key: String,
    pub ports: Ports,
    #[serde(flatten)]
    pub address: Address,
    pub networks: BTreeMap<String, Endpoint>,
}

/// Its place in a network.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Endpoint {
    /// The veth on the bridge is named after it.
    #[serde(rename = "EndpointID")]
    pub id: String,
    #[serde(flatten)]
    pub address: Address,
}

/// Docker shows these twice.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Address {
    pub gateway: String,
    #[serde(rename = "IPAddress")]
    pub ip_address: String,
    #[serde(rename = "IPPrefixLen")]
    pub ip_prefix_len: u8,
    pub mac_address: String,
}

impl Config {
    /// What its process finds set: docker's variables, then those asked for.
    pub fn environment(&self, tty: bool) -> Vec<String> {
        let hostname = format!("HOSTNAME={}", self.hostname);
        let mut variables = vec![PATH.to_string(), hostname];
        variables.extend(tty.then(|| "TERM=xterm".into()));
        variables.push("HOME=/root".into());
        variables.extend(self.env.iter().flatten().cloned());
        variables
    }
}

impl Container {
    /// All that is known of this one is its ID.
    pub fn unknown(id: &str) -> Self {
        let rest = Self::default();
        Self {
            id: id.into(),
            ..rest
        }
    }

    /// Its name, without docker's slash.
    pub fn short_name(&self) -> &str {
        self.name.trim_start_matches('/')
    }

    /// Does somebody own it?
    pub fn is_alive(&self) -> bool {
        matches!(self.state.status, Status::Creating | Status::Running)
    }

    /// Its writable layer and its log. OCI calls it the bundle.
    pub fn folder(&self) -> PathBuf {
        PathBuf::from(FOLDER).join(&self.id)
    }

    /// Its address on the bridge.
    pub fn ip_address(&self) -> Option<Ipv4Addr> {
        self.network_settings.address.ip_address.parse().ok()
    }

    /// The end of its veth that is on the bridge, if it has been given one.
    pub fn veth(&self) -> Option<String> {
        let endpoint = self.network_settings.networks.get("bridge")?;
        Some(format!("veth{}", endpoint.id.get(..7)?))
    }

    /// From now on it has a process.
    pub fn has_process(&mut self, pid: i32) -> Result<()> {
        self.state.pid = pid;
        self.state.start_time = process::start_time(pid).unwrap_or(0);
        if donor(&self.host_config.network_mode).is_none() {
            let handle = format!("/proc/{pid}/ns/net");
            self.network_settings.sandbox_key = handle;
        }
        self.save()
    }

    /// From now on its process is the command.
    pub fn is_running(&mut self) -> Result<()> {
        self.state.status = Status::Running;
        self.state.running = true;
        self.state.started_at = now();
        self.save()
    }

    /// From now on it has no process, and nothing of the network; with --rm
    /// it is not any more.
    pub fn has_ended(&mut self, status: Status, exit_code: i32) -> Result<()> {
        if self.host_config.auto_remove {
            return self.remove();
        }
        self.state.status = status;
        self.state.pid = 0;
        self.state.exit_code = exit_code;
        if self.state.running {
            self.state.finished_at = now();
        }
        self.state.running = false;
        let networks = std::mem::take(&mut self.network_settings).networks;
        let networks = networks.into_keys().map(|it| (it, Endpoint::default()));
        self.network_settings.networks = networks.collect();
        self.save()
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
