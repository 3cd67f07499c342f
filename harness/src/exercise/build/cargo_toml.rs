//! Cargo.toml and Cargo.lock of a package, from those of the repository.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use toml::{Table, Value};

/// Crates that programs may use, besides the standard library.
const DEPENDENCIES: [&str; 3] = ["anyhow", "libc", "nix"];

/// Returns the Cargo.toml of a package that may use the same crates as the
/// chapters.
pub fn manifest(workspace: &Path, name: &str) -> Result<Table> {
    let repository = repository(workspace)?;
    let all = &repository["workspace"]["dependencies"];
    let mut dependencies = Table::new();
    for name in DEPENDENCIES {
        let version = all[name].clone();
        dependencies.insert(name.into(), version);
    }
    let mut nix = Table::new();
    nix.insert("version".into(), all["nix"].clone());
    nix.insert("features".into(), nix_features(workspace)?);
    dependencies.insert("nix".into(), nix.into());
    let mut package = Table::new();
    package.insert("name".into(), name.into());
    package.insert("edition".into(), "2024".into());
    let mut manifest = Table::new();
    manifest.insert("package".into(), package.into());
    manifest.insert("dependencies".into(), dependencies.into());
    Ok(manifest)
}

/// Returns the profile for the machine's programs.
pub fn profile(workspace: &Path) -> Result<Value> {
    let mut profiles = Table::new();
    let all = &repository(workspace)?["profile"];
    profiles.insert("machine".into(), all["machine"].clone());
    Ok(profiles.into())
}

/// Copies the repository's Cargo.lock to a workspace of its own, so that
/// nothing has to be fetched. A newer copy is kept: cargo removes from it the
/// packages that are not needed.
pub fn copy_lock(workspace: &Path, folder: &Path) -> Result<()> {
    let from = workspace.join("Cargo.lock");
    let to = folder.join("Cargo.lock");
    let modified = |path: &Path| fs::metadata(path)?.modified();
    let current = match (modified(&from), modified(&to)) {
        (Ok(from), Ok(to)) => from <= to,
        _ => false,
    };
    if !current {
        fs::copy(from, to).context("Cargo.lock")?;
    }
    Ok(())
}

fn repository(workspace: &Path) -> Result<Table> {
    read(&workspace.join("Cargo.toml"))
}

fn read(path: &Path) -> Result<Table> {
    let text = fs::read_to_string(path);
    let shown = || path.display().to_string();
    text.with_context(shown)?.parse().with_context(shown)
}

/// Returns all features of nix that any chapter uses.
fn nix_features(workspace: &Path) -> Result<Value> {
    let mut features = Vec::new();
    for chapter in crate::course::chapters(workspace)? {
        let manifest = read(&chapter.folder.join("Cargo.toml"))?;
        let nix = manifest.get("dependencies").and_then(|it| it.get("nix"));
        let own = nix.and_then(|nix| nix.get("features")?.as_array());
        features.extend(own.into_iter().flatten().cloned());
    }
    features.sort_by_key(ToString::to_string);
    features.dedup();
    Ok(features.into())
}

/// Returns the repository's own lints, as flags.
pub(super) fn lints(workspace: &Path) -> Result<Vec<String>> {
    let repository = repository(workspace)?;
    let mut flags = vec!["-Dwarnings".to_owned()];
    for (tool, prefix) in [("rust", ""), ("clippy", "clippy::")] {
        let lints = repository["workspace"]["lints"][tool].as_table();
        for name in lints.into_iter().flat_map(Table::keys) {
            flags.push(format!("-D{prefix}{name}"));
        }
    }
    Ok(flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_early_has_the_features_of_what_programs_use() {
        let workspace = crate::course::workspace();
        let own = "harness/exercise-programs/Cargo.toml";
        let early = read(&workspace.join(own)).unwrap();
        let features = nix_features(&workspace).unwrap();
        assert_eq!(early["dependencies"]["nix"]["features"], features);
        for name in DEPENDENCIES {
            assert!(early["dependencies"].get(name).is_some(), "{name}");
        }
    }
}
