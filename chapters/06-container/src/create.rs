//! create - from options and image to a container that is not started yet

use std::collections::BTreeMap;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use nix::sched::CloneFlags;
use nix::unistd::gethostname;

use crate::cli::Run;
use crate::container::{Config, Container, Endpoint, HostConfig, donor, now};
use crate::error::{Error, Result, refused};
use crate::image::Image;
use crate::namespaces::{self, Donors};
use crate::store::{Claim, Store, random_id};
use crate::{log, network, publish};

const ADJECTIVES: [&str; 16] = [
    "amber", "brave", "calm", "clever", "eager", "gentle", "happy", "keen",
    "kind", "lively", "lucid", "merry", "nimble", "quiet", "sunny", "witty",
];
const NAMES: [&str; 16] = [
    "babbage", "boole", "curie", "dijkstra", "euler", "franklin", "gauss",
    "hamilton", "hopper", "kepler", "lovelace", "noether", "ritchie",
    "shannon", "thompson", "turing",
];

/// Records the container, and makes it ours. Nothing of it runs.
pub fn create(store: &mut Store, run: &Run) -> Result<(Container, Claim)> {
    let id = random_id()?;
    let image = Image::find(&run.words[0])?;
    let name = name(store, &id, run.name.as_deref())?;
    let asked = |mode: &Option<String>| mode.clone().unwrap_or_default();
    let ipc = run.ipc.as_deref().unwrap_or("private");
    let host_config = HostConfig {
        network_mode: run.network().into(),
        ipc_mode: ipc_mode(store, ipc)?,
        pid_mode: resolve(store, &asked(&run.pid)).map_err(Error::with_help)?,
        uts_mode: asked(&run.uts),
        port_bindings: publish::bindings(&run.publish)?,
        auto_remove: run.rm,
        privileged: run.privileged,
    };
    let cmd = match &run.words[1..] {
        [] => image.config.cmd.clone(),
        words => words.to_vec(),
    };
    let Some((path, args)) = cmd.split_first() else {
        return Err(refused("No command specified").with_help());
    };
    let hostname = hostname(run, &host_config, &id);
    let workdir = run.workdir.clone().unwrap_or(image.config.working_dir);
    let mut container = Container {
        created: now(),
        path: path.clone(),
        args: args.to_vec(),
        image: image.id,
        name: format!("/{name}"),
        driver: "overlay".into(),
        config: Config {
            env: environment(run, &image.config.env),
            hostname,
            tty: run.tty,
            open_stdin: run.interactive,
            cmd,
            image: run.words[0].clone(),
            working_dir: workdir,
            exposed_ports: image.config.exposed_ports,
        },
        host_config,
        id,
        ..Container::default()
    };
    container.log_path = container.folder().join(log::FILE);
    let claim = store.add(&container)?;
    Ok((container, claim))
}

fn name(store: &Store, id: &str, wish: Option<&str>) -> Result<String> {
    let taken =
        |name: &str| store.containers.iter().find(|it| it.short_name() == name);
    let Some(wish) = wish else {
        let digits = |range| usize::from_str_radix(&id[range], 16).unwrap_or(0);
        let name = format!(
            "{}_{}",
            ADJECTIVES[digits(0..4) % ADJECTIVES.len()],
            NAMES[digits(4..8) % NAMES.len()]
        );
        let unique = format!("{name}_{}", &id[..6]);
        return Ok(if taken(&name).is_some() { unique } else { name });
    };
    match taken(wish) {
        None => Ok(wish.into()),
        Some(other) => Err(refused(format!(
            "Conflict. The container name \"/{wish}\" is already in use by \
             container \"{}\". You have to remove (or rename) that container \
             to be able to reuse that name",
            other.id
        ))
        .with_help()),
    }
}

/// Docker's default is the ID's beginning; who keeps the machine's UTS or net
/// namespace is called as the machine is. A joiner's is found when it starts.
fn hostname(run: &Run, host_config: &HostConfig, id: &str) -> String {
    match run.hostname.as_deref() {
        Some(hostname) if !hostname.is_empty() => hostname.into(),
        _ if host_config.uts_mode == "host"
            || host_config.network_mode == "host" =>
        {
            gethostname().unwrap_or_default().to_string_lossy().into()
        }
        _ => id[..12].into(),
    }
}

/// The image's variables, then the user's. None is null, as with docker.
fn environment(run: &Run, image: &[String]) -> Option<Vec<String>> {
    let ours = |name: &String| std::env::var(name).ok();
    let of_user = run.env.iter().filter_map(|it| match it.contains('=') {
        true => Some(it.clone()),
        false => ours(it).map(|value| format!("{it}={value}")),
    });
    let mut variables = Vec::new();
    for variable in image.iter().cloned().chain(of_user) {
        let end = variable.find('=').map_or(variable.len(), |it| it + 1);
        variables.retain(|it: &String| !it.starts_with(&variable[..end]));
        variables.push(variable);
    }
    Some(variables).filter(|it| !it.is_empty())
}

/// Of `container:NAME` makes `container:ID`; that container must exist.
fn resolve(store: &Store, mode: &str) -> Result<String> {
    match donor(mode) {
        Some(name) => Ok(format!("container:{}", store.find(name)?.id)),
        None => Ok(mode.into()),
    }
}

/// A container must offer its IPC namespace before others may join it.
fn ipc_mode(store: &Store, mode: &str) -> Result<String> {
    let mode = resolve(store, mode).map_err(Error::with_help)?;
    let donor = donor(&mode).and_then(|id| store.find(id).ok());
    match donor {
        Some(it) if it.host_config.ipc_mode != "shareable" => {
            Err(refused(format!(
                "can't join IPC of container {}: non-shareable IPC (hint: use \
                 IpcMode:shareable for the donor container)",
                it.id
            )))
        }
        _ => Ok(mode),
    }
}

/// What a start needs to know of the machine and of other containers.
pub struct Plan {
    pub donors: Donors,
    /// The image's files.
    pub rootfs: PathBuf,
    /// Files below /etc, and what they say.
    pub etc: [(&'static str, String); 3],
}

impl Plan {
    /// The container whose namespace of this type is joined.
    pub fn donor(&self, kind: CloneFlags) -> Option<&OwnedFd> {
        Some(&self.donors.iter().find(|(flag, _)| *flag == kind)?.1)
    }
}

/// Gives the container its place among others, for this start.
pub fn connect(store: &Store, container: &mut Container) -> Result<Plan> {
    let mode = resolve(store, &container.host_config.network_mode)?;
    container.host_config.network_mode = mode.clone();
    let donors = namespaces::donors(store, container)?;
    let donor = donor(&mode).and_then(|id| store.find(id).ok());
    match donor {
        Some(donor) if container.host_config.uts_mode != "host" => {
            container.config.hostname = donor.config.hostname.clone();
        }
        Some(_) => {}
        None => plug_in(store, container, &mode)?,
    }
    Ok(Plan {
        donors,
        rootfs: Image::rootfs(&container.config.image)?,
        etc: etc(donor.unwrap_or(container)),
    })
}

fn plug_in(store: &Store, container: &mut Container, mode: &str) -> Result<()> {
    let mut endpoint = Endpoint::default();
    let network = match mode {
        "default" | "bridge" => {
            let others = store.containers.iter();
            let taken = others.filter_map(Container::ip_address);
            endpoint.address = network::lease(taken)?;
            endpoint.id = random_id()?;
            container.network_settings.address = endpoint.address.clone();
            "bridge"
        }
        "host" | "none" => mode,
        _ => return Err(refused(format!("network {mode} not found"))),
    };
    container.network_settings.networks =
        BTreeMap::from([(network.to_string(), endpoint)]);
    Ok(())
}

/// Who joins a network has the same names for it as the donor.
fn etc(of: &Container) -> [(&'static str, String); 3] {
    let hostname = &of.config.hostname;
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let hosts = match of.ip_address() {
        Some(ip) => format!("{HOSTS}{ip}\t{hostname}\n"),
        None if of.host_config.network_mode == "host" => read("/etc/hosts"),
        None => HOSTS.into(),
    };
    [
        ("hosts", hosts),
        ("hostname", format!("{hostname}\n")),
        ("resolv.conf", read("/etc/resolv.conf")),
    ]
}

const HOSTS: &str = "127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
ff00::0\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
";
