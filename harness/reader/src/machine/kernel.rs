//! Finds a kernel for the machine.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use language::mark;
use tr::tr;

/// Source of a kernel that the user has named.
pub const NAMED: &str = "MACHINE_KERNEL";

/// Source of a kernel that `just setup` has fetched.
pub const CACHE: &str = mark!("the cache");

/// A kernel and its modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kernel {
    /// Image that QEMU boots.
    pub image: PathBuf,
    /// Folder that contains `modules.dep`.
    pub modules: PathBuf,
    /// Place where the kernel was found, for a person.
    pub source: &'static str,
}

impl Kernel {
    /// Returns the name of the image's folder: the kernel's release, in the
    /// cache.
    pub fn folder(&self) -> Cow<'_, str> {
        let folder = self.image.parent().and_then(Path::file_name);
        folder.map_or("".into(), OsStr::to_string_lossy)
    }

    /// Returns the kernel's release. A kernel's modules are in RELEASE/modules
    /// in the cache, and in /lib/modules/RELEASE elsewhere.
    pub fn release(&self) -> Cow<'_, str> {
        let named = match self.modules.file_name() {
            Some(name) if name == "modules" => self.modules.parent(),
            _ => Some(self.modules.as_path()),
        };
        let release = named.and_then(Path::file_name);
        release.map_or("".into(), OsStr::to_string_lossy)
    }

    /// Whether the user has named this kernel.
    pub fn is_named(&self) -> bool {
        self.source == NAMED
    }
}

/// Returns the cache folder, with the kernels that `just setup` has fetched and
/// other things that need not be made twice.
pub fn cache() -> Result<PathBuf> {
    let folder = cache_folder()?;
    let other = folder.exists() && !folder.is_dir();
    ensure!(
        !other,
        "{}",
        tr!(
            "the cache, {folder}, is no folder; NAMESPACE_WORKSHOP_CACHE can \
             name one",
            folder = folder.display()
        )
    );
    Ok(folder)
}

/// Reads a variable. An empty variable counts as not set.
fn set(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn cache_folder() -> Result<PathBuf> {
    if let Some(folder) = set("NAMESPACE_WORKSHOP_CACHE") {
        return Ok(folder.into());
    }
    let base = match set("XDG_CACHE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => {
            let home = set("HOME").with_context(|| {
                tr!("HOME is not set, so there is no cache folder; set \
                     NAMESPACE_WORKSHOP_CACHE to one")
            })?;
            Path::new(&home).join(".cache")
        }
    };
    Ok(base.join("namespace-workshop"))
}

/// Finds the kernel named by `MACHINE_KERNEL`, else the newest in the cache,
/// else this computer's own.
pub fn find() -> Result<Kernel> {
    if let Some(image) = set("MACHINE_KERNEL") {
        return named(PathBuf::from(image));
    }
    fetched()?.pop().or_else(running).with_context(|| {
        tr!("No kernel for the machine yet.\n  just setup     \
             fetches one with this system's package manager, without \
             installing it\n  MACHINE_KERNEL=… MACHINE_MODULES=…     name a \
             bzImage and a /lib/modules/RELEASE folder of your own")
    })
}

fn named(image: PathBuf) -> Result<Kernel> {
    let modules = set("MACHINE_MODULES").map(PathBuf::from);
    let modules = modules.with_context(|| {
        tr!(
            "MACHINE_KERNEL is set but MACHINE_MODULES is not: set it to the \
             kernel's /lib/modules/RELEASE folder"
        )
    })?;
    File::open(&image)
        .with_context(|| format!("MACHINE_KERNEL={}", image.display()))?;
    ensure!(
        modules.join("modules.dep").is_file(),
        "MACHINE_MODULES={}: {}",
        modules.display(),
        tr!("there is no modules.dep in it")
    );
    Ok(Kernel {
        image,
        modules,
        source: NAMED,
    })
}

/// Returns the kernels in the cache, the newest last.
pub fn fetched() -> Result<Vec<Kernel>> {
    let kernels = cache()?.join("kernels");
    let Ok(folders) = fs::read_dir(&kernels) else {
        return Ok(Vec::new());
    };
    let mut releases: Vec<String> = folders
        .flatten()
        .filter(|entry| entry.path().join("modules/modules.dep").is_file())
        .filter(|entry| entry.path().join("vmlinuz").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    releases.sort_by(|a, b| by_version(a, b));
    let kernel = |release: String| Kernel {
        image: kernels.join(&release).join("vmlinuz"),
        modules: kernels.join(&release).join("modules"),
        source: CACHE,
    };
    Ok(releases.into_iter().map(kernel).collect())
}

fn running() -> Option<Kernel> {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").ok()?;
    let modules = Path::new("/lib/modules").join(release.trim());
    let images = [
        PathBuf::from(format!("/boot/vmlinuz-{}", release.trim())),
        modules.join("vmlinuz"),
    ];
    // Ubuntu's image is readable only by root, so it cannot be used.
    let image = images.into_iter().find(|path| File::open(path).is_ok())?;
    modules.join("modules.dep").is_file().then_some(Kernel {
        image,
        modules,
        source: mark!("this computer's own"),
    })
}

/// Compares two releases by their numbers: `6.12.5` is newer than `6.1.192`.
/// The comparison stops at the first word: the 64 of `amd64` does not count.
pub fn by_version(a: &str, b: &str) -> Ordering {
    let numbers = |release: &str| -> Vec<u64> {
        release
            .split(|c: char| !c.is_ascii_alphanumeric())
            .map_while(|part| part.parse().ok())
            .collect()
    };
    numbers(a).cmp(&numbers(b)).then_with(|| a.cmp(b))
}

/// Reads a module and unpacks `.ko.gz`, `.ko.xz` and `.ko.zst`, so that the
/// machine need not.
pub fn read_module(path: &Path) -> Result<Vec<u8>> {
    use std::io::Read;
    let packed =
        fs::read(path).with_context(|| format!("{}", path.display()))?;
    let mut module = Vec::new();
    let context = || format!("unpack {}", path.display());
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("ko") => return Ok(packed),
        Some("gz") => {
            flate2::read::GzDecoder::new(packed.as_slice())
                .read_to_end(&mut module)
                .with_context(context)?;
        }
        Some("xz") => {
            lzma_rs::xz_decompress(&mut packed.as_slice(), &mut module)
                .with_context(context)?;
        }
        Some("zst") => {
            ruzstd::decoding::StreamingDecoder::new(packed.as_slice())
                .map_err(|error| anyhow::anyhow!("{error}"))
                .with_context(context)?
                .read_to_end(&mut module)
                .with_context(context)?;
        }
        _ => bail!("{}: not a kernel module", path.display()),
    }
    Ok(module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_compared_by_number() {
        let in_order = [
            "6.1.0-48-cloud-amd64",
            "6.1.0-56-cloud-amd64",
            "6.9.1",
            "6.12.117+deb12-cloud-amd64",
            "7.3-cloud-amd64",
            "7.3.4+deb13-cloud-amd64",
        ];
        let mut releases = in_order;
        releases.reverse();
        releases.sort_by(|a, b| by_version(a, b));
        assert_eq!(releases, in_order);
    }
}
