//! Bundles for crun and runc: a folder with a root file system and a
//! `config.json`, which the runtime itself generates.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tar::Archive;

use crate::machine::images;
use crate::machine::userland::Userland;

/// Unpacks busybox's root file system into a folder.
pub(super) fn unpack_root(folder: &Path) -> Result<()> {
    let [(_, busybox), _] = images::tars(&Userland::find()?)?;
    let mut tar = Archive::new(Cursor::new(busybox));
    tar.unpack(folder).context("unpack busybox.tar")
}

/// A runtime and its bundle.
pub(super) struct Bundle {
    runtime: &'static str,
    folder: PathBuf,
}

impl Bundle {
    /// Makes a bundle from the runtime's own proposal, changed in four places:
    /// the command is `true`, the root file system is `root`, limits are
    /// removed (to set them takes rights that root may lack here), and `hook`
    /// runs once the namespaces exist.
    pub(super) fn make(
        runtime: &'static str,
        folder: &Path,
        root: &Path,
        hook: Option<&[&str]>,
    ) -> Result<Self> {
        let folder = folder.to_owned();
        let bundle = Self { runtime, folder };
        fs::create_dir_all(&bundle.folder)?;
        bundle.call(&["spec"])?;
        let path = bundle.folder.join("config.json");
        let text = fs::read_to_string(&path).context("config.json")?;
        let mut config: Value = serde_json::from_str(&text)?;
        config["process"]["terminal"] = json!(false);
        config["process"]["args"] = json!(["/bin/true"]);
        remove(&mut config["process"], "rlimits");
        remove(&mut config["linux"], "resources");
        config["root"] = json!({"path": root, "readonly": false});
        if let Some([program, ..]) = hook {
            let hook = json!([{"path": program, "args": hook}]);
            config["hooks"] = json!({"createRuntime": hook});
        }
        fs::write(&path, config.to_string()).context("config.json")?;
        Ok(bundle)
    }

    /// Replaces the command.
    pub(super) fn set_command(&self, words: &[&str]) -> Result<()> {
        let path = self.folder.join("config.json");
        let text = fs::read_to_string(&path).context("config.json")?;
        let mut config: Value = serde_json::from_str(&text)?;
        config["process"]["args"] = json!(words);
        fs::write(&path, config.to_string()).context("config.json")
    }

    /// Starts a container and waits for its end.
    pub(super) fn run(&self) -> Result<()> {
        self.call(&["run", "bench"])
    }

    fn call(&self, arguments: &[&str]) -> Result<()> {
        let mut command = Command::new(self.runtime);
        command.args(arguments).current_dir(&self.folder);
        succeed(&mut command)
    }
}

fn remove(object: &mut Value, key: &str) {
    object.as_object_mut().map(|it| it.remove(key));
}

/// Finds a program in `PATH`.
pub(super) fn which(program: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut paths = std::env::split_paths(&path).map(|it| it.join(program));
    let found = paths.find(|it| it.is_file());
    found.with_context(|| format!("not installed ({program})"))
}

/// Runs a command without input. If the command fails, the error holds what it
/// wrote to standard error.
pub(super) fn succeed(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let output = match command.stderr(Stdio::piped()).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            bail!("not installed ({name})")
        }
        output => output.with_context(|| format!("exec({name})"))?,
    };
    let words = String::from_utf8_lossy(&output.stderr);
    let status = output.status;
    ensure!(status.success(), "{name}: {status}: {}", words.trim());
    Ok(())
}
