//! create - from options and image to a container that is not started yet

use std::fs;
use std::path::{Component, Path, PathBuf};

use nix::unistd::gethostname;

use crate::docker::cli::Run;
use crate::error::{Named, Result, refused};
use crate::files::claim::Claim;
use crate::files::container::{Container, donor, now};
use crate::files::image::Image;
use crate::files::store::{Store, new_folder, random_id};
use crate::files::{environment, etc, networks};
use crate::kernel::devices::Device;
use crate::kernel::namespaces::{self, Donors};
use crate::kernel::network::NETWORKING;
use crate::kernel::word::Word;
use crate::kernel::{devices, network};

/// Makes the container, for us alone: not written down yet, and not running.
pub fn create(store: &mut Store, run: &Run) -> Result<(Container, Claim)> {
    let image = Image::find(&run.words[0].to_string())?;
    let id = random_id()?;
    let mut asked = run.clone();
    let resolved = |mode: &mut Option<String>| match mode {
        Some(it) => resolve(store, it),
        None => Ok(()),
    };
    let name = name(store, &id, run.name.as_deref())?;
    resolved(&mut asked.ipc)?;
    resolved(&mut asked.pid)?;
    let cmd = match &run.words[1..] {
        [] => image.config.cmd.into_iter().map(Word::from).collect(),
        words => words.to_vec(),
    };
    if cmd.is_empty() {
        return Err(refused("no command specified"));
    }
    let (claim, bundle) = new_folder(&id)?;
    for layer in ["upper", "work"] {
        fs::create_dir(bundle.join(layer)).named("mkdir", layer)?;
    }
    let container = Container {
        oci_version: "1.2.0".into(),
        created: now(),
        image: image.id,
        env: environment::asked(run),
        hostname: hostname(run, &id),
        working_dir: working_dir(run)?,
        exposed_ports: image.config.exposed_ports.into_keys().collect(),
        bundle,
        asked,
        name,
        cmd,
        id,
        ..Container::default()
    };
    store.containers.push(container.clone());
    Ok((container, claim))
}

/// Nobody else's. Docker makes one up, if it has to; we take the ID's.
fn name(store: &Store, id: &str, wish: Option<&str>) -> Result<String> {
    let Some(wish) = wish.filter(|it| !it.is_empty()) else {
        return Ok(format!("unnamed_box_{}", &id[..6]));
    };
    match store.containers.iter().find(|it| it.name == wish) {
        None => Ok(wish.into()),
        Some(Container { id, .. }) => Err(refused(format!(
            "Conflict. The container name \"/{wish}\" is already in use by \
             container \"{id}\". You have to remove (or rename) that container \
             to be able to reuse that name."
        ))),
    }
}

/// Docker's default is the ID's beginning; who keeps the machine's UTS or net
/// namespace is called as the machine is. A joiner's is found when it starts.
fn hostname(run: &Run, id: &str) -> Word {
    match &run.hostname {
        Some(hostname) if !hostname.bytes().is_empty() => hostname.clone(),
        _ if run.uts.as_deref() == Some("host") || run.network() == "host" => {
            gethostname().unwrap_or_default().into()
        }
        _ => id[..12].into(),
    }
}

/// Names no folder twice, as in `/tmp/../tmp/.`: it is a name, not a way.
fn working_dir(run: &Run) -> Result<Word> {
    let Some(asked) = run.workdir.as_ref().filter(|it| !it.bytes().is_empty())
    else {
        return Ok(Word::default());
    };
    let path = Path::new(asked);
    if !path.is_absolute() {
        let why = "is invalid, it needs to be an absolute path";
        let what = format!("the working directory '{asked}' {why}");
        return Err(refused(what));
    }
    let mut clean = PathBuf::from("/");
    for part in path.components() {
        match part {
            Component::ParentDir => drop(clean.pop()),
            part => clean.push(part),
        }
    }
    Ok(clean.into_os_string().into())
}

/// Of `container:NAME` makes `container:ID`; that container must exist.
fn resolve(store: &Store, mode: &mut String) -> Result<()> {
    if let Some(name) = donor(mode) {
        *mode = format!("container:{}", store.find(name)?.id);
    }
    Ok(())
}

/// What a start needs to know of the machine and of other containers.
pub struct Plan {
    pub donors: Donors,
    /// The image's files.
    pub rootfs: PathBuf,
    /// Files below /etc, and what they say.
    pub etc: etc::Files,
    /// Those of the machine, for who has all privileges.
    pub devices: Vec<Device>,
}

/// Gives the container its place among others, for this start.
pub fn connect(store: &Store, container: &mut Container) -> Result<Plan> {
    networks::check_second(&container.asked.network)?;
    if let Some(mode) = container.asked.network.first_mut() {
        let what = namespaces::joining("network");
        resolve(store, mode).map_err(|it| it.within(&what))?;
    }
    let donors = Donors::find(store, container)?;
    let mode = container.asked.network().to_owned();
    let donor = donor(&mode).map(|id| store.find(id)).transpose()?;
    let uts = container.asked.uts.as_deref();
    match (mode.as_str(), donor) {
        (_, Some(donor)) if uts != Some("host") => {
            container.hostname = donor.hostname.clone();
        }
        ("bridge", _) => {
            let taken = store.containers.iter().filter_map(|it| it.ip);
            container.ip = Some(network::lease(taken)?);
            container.endpoint = random_id()?;
        }
        ("host" | "none", _) | (_, Some(_)) => {}
        _ => {
            let what = format!("network {mode} not found");
            return Err(refused(format!("{NETWORKING}: {what}")));
        }
    }
    let name = container.asked.words[0].to_string();
    let image = Image::of(&name, &container.image)?;
    Ok(Plan {
        donors,
        rootfs: image.rootfs(),
        etc: etc::of(store, container),
        devices: match container.asked.privileged {
            true => devices::of_the_machine(),
            false => vec![],
        },
    })
}
