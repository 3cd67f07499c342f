//! create - from options and image to a container that is not started yet

use std::fs;
use std::path::{Component, Path, PathBuf};

use nix::unistd::gethostname;

use crate::attached::terminal;
use crate::docker::options::Run;
use crate::error::{Named, Result, refused};
use crate::files::asked::Asked;
use crate::files::claim::Claim;
use crate::files::container::{Container, now};
use crate::files::environment;
use crate::files::image::Image;
use crate::files::networks::{self, Network};
use crate::files::place::random_id;
use crate::files::plan::{self, Planned};
use crate::files::store::{Store, new_folder};
use crate::kernel::namespaces::Mode;
use crate::kernel::word::Word;
use crate::output;

/// Makes a container, which is ours to start; prints its ID with `-d`.
pub fn create(run: &Run) -> Result<Planned> {
    let asked = asked(run);
    check(run, &asked)?;
    if !run.detach {
        terminal::check(run.tty, run.interactive)?;
    }
    if *asked.network() == Network::Host && !run.publish.is_empty() {
        let mode = "when using host network mode";
        output::say(format!("WARNING: Published ports are discarded {mode}"));
    }
    let mut store = Store::open()?;
    let (container, claim) = make(&mut store, run, asked)?;
    if run.detach {
        output::line(&container.id);
    }
    plan::plan(store, container, claim)
}

/// The options that count again at each start.
fn asked(run: &Run) -> Asked {
    let ipc = run.ipc.clone().unwrap_or_default();
    Asked {
        interactive: run.interactive,
        tty: run.tty,
        rm: run.rm,
        privileged: run.privileged,
        publish: run.publish.clone(),
        networks: run.network.clone(),
        ipc: ipc.mode,
        shareable: ipc.shareable,
        pid: run.pid.clone().unwrap_or_default(),
        uts: run.uts.clone().unwrap_or_default(),
        words: run.words.clone(),
    }
}

/// Refuses options that contradict each other, before anything is done.
fn check(run: &Run, asked: &Asked) -> Result<()> {
    let joins = matches!(asked.network(), Network::Of(_));
    let named = run.hostname.as_ref();
    let named = named.is_some_and(|it| !it.bytes().is_empty());
    let conflict = |what| Err(refused(format!("conflicting options: {what}")));
    if let Some(why) = networks::refusal(&asked.networks) {
        Err(refused(why))
    } else if asked.network().lacks_its_container() {
        let what = "invalid network mode: invalid container format";
        Err(refused(format!("{what} container:<name|id>")))
    } else if named && joins {
        conflict("hostname and the network mode")
    } else if named && asked.uts == Mode::Host {
        conflict("hostname and the UTS mode")
    } else if !asked.publish.is_empty() && joins {
        conflict("port publishing and the container type network mode")
    } else {
        Ok(())
    }
}

/// Makes a container that is not written down yet, and claims it.
fn make(
    store: &mut Store,
    run: &Run,
    mut asked: Asked,
) -> Result<(Container, Claim)> {
    let image = Image::find(&asked.image())?;
    let id = random_id()?;
    let name = name(store, &id, run.name.as_deref())?;
    let find = |name: &String| store.find(name).map(|it| it.id.clone());
    asked.ipc = asked.ipc.find(find)?;
    asked.pid = asked.pid.find(find)?;
    let cmd = match &asked.words[1..] {
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
        env: environment::asked(&run.env),
        hostname: hostname(run, &asked, &id),
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

/// A name that no other container has. Docker makes one up if it has to; here
/// the name is made of the ID.
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

/// Docker's default is the ID's beginning, or the machine's hostname if the
/// container keeps the machine's uts or net namespace. The hostname of a donor
/// is found when the container starts.
fn hostname(run: &Run, asked: &Asked, id: &str) -> Word {
    match &run.hostname {
        Some(hostname) if !hostname.bytes().is_empty() => hostname.clone(),
        _ if asked.uts == Mode::Host || *asked.network() == Network::Host => {
            gethostname().unwrap_or_default().into()
        }
        _ => id[..12].into(),
    }
}

/// The working directory, without the detours of `/tmp/../tmp/.`.
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
