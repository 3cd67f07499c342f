//! The machine's files as one archive, reproducible: same inputs, same bytes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::cpio::Archive;
use super::kernel::{self, Kernel};
use super::{images, modules, programs};

/// Small files every Linux machine has.
const FILES: [(&str, &str); 5] = [
    (
        "/etc/passwd",
        "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    ),
    ("/etc/group", "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n"),
    ("/etc/hosts", "127.0.0.1\tlocalhost host\n"),
    ("/www/index.html", "Hello World\n"),
    ("/root/.bashrc", include_str!("bashrc")),
];

const FOLDERS: [&str; 9] = [
    "/dev", "/proc", "/sys", "/run", "/tmp", "/mnt", "/root", "/var", "/etc",
];

/// All files but PID 1.
pub struct Files(Archive);

/// Collects them.
pub fn collect(kernel: &Kernel) -> Result<Files> {
    let mut archive = Archive::default();
    for folder in FOLDERS {
        archive.folder(folder);
    }
    for (path, contents) in FILES {
        archive.file(path, 0o644, contents.as_bytes().to_vec());
    }
    add_modules(&mut archive, kernel)?;
    programs::add(&mut archive)?;
    images::add(&mut archive)?;
    Ok(Files(archive))
}

impl Files {
    /// Adds PID 1; gives the archive's bytes.
    pub fn with_init(self, guest: &Path) -> Result<Vec<u8>> {
        let Self(mut archive) = self;
        let init =
            fs::read(guest).with_context(|| format!("{}", guest.display()))?;
        archive.file("/init", 0o755, init);
        Ok(archive.into_bytes())
    }
}

fn add_modules(archive: &mut Archive, kernel: &Kernel) -> Result<()> {
    let mut order = String::new();
    for module in modules::in_order(&kernel.modules)? {
        let contents = kernel::read_module(&kernel.modules.join(&module))?;
        let unpacked = module.split(".ko").next().unwrap_or(&module);
        let path = format!("/lib/modules/{unpacked}.ko");
        archive.file(&path, 0o644, contents);
        order.push_str(&path);
        order.push('\n');
    }
    archive.file("/etc/modules.order", 0o644, order.into_bytes());
    Ok(())
}

/// Writes the archive into a folder under the name its contents give it,
/// unless it is there already. What is there is whole, because it was renamed
/// into place.
pub fn store(folder: &Path, bytes: &[u8]) -> Result<PathBuf> {
    let digest = Sha256::digest(bytes);
    let name: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let path = folder.join(format!("{name}.cpio"));
    let length = bytes.len() as u64;
    if fs::metadata(&path).is_ok_and(|meta| meta.len() == length) {
        return Ok(path);
    }
    fs::create_dir_all(folder)
        .with_context(|| format!("{}", folder.display()))?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(&path)?;
    Ok(path)
}
