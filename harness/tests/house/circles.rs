//! Files and folders of one folder that need each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use super::paths::Modules;

/// Files and folders of one folder, each of which needs all others.
pub struct Circle {
    folder: PathBuf,
    names: BTreeSet<String>,
    uses: BTreeSet<Use>,
}

/// A file that uses something of another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Use {
    from: PathBuf,
    to: PathBuf,
    path: String,
}

impl Circle {
    /// Returns the folder, from the folder of the crate's root.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the names of the files and folders.
    pub fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.names().join(", ");
        writeln!(f, "{names} need each other:")?;
        let mut last = None;
        for Use { from, to, path } in &self.uses {
            // One path is enough for each pair.
            if last.replace((from, to)) != Some((from, to)) {
                let from = from.display();
                writeln!(f, "    {from} uses {path} of {}", to.display())?;
            }
        }
        Ok(())
    }
}

/// Finds the circles of every folder below `src`. A folder stands for all that
/// is in it, `mod.rs` for the items that stand in that very file.
pub fn all(modules: &Modules, src: &Path) -> Vec<Circle> {
    let mut folders: BTreeMap<PathBuf, BTreeSet<Use>> = BTreeMap::new();
    for (from, to, path) in modules.uses() {
        let from = place(&from, src);
        let to = place(&to, src);
        if from != to {
            let folder = in_common(&from, &to);
            let found = Use { from, to, path };
            folders.entry(folder).or_default().insert(found);
        }
    }
    let all = folders.iter();
    all.flat_map(|(folder, uses)| in_folder(folder, uses))
        .collect()
}

/// Returns a file's path from `src`; `x.rs` beside a folder `x` is `x/mod.rs`.
fn place(file: &Path, src: &Path) -> PathBuf {
    let mut place = file.to_path_buf();
    let folder = file.with_extension("");
    if folder.is_dir() {
        place = folder.join("mod.rs");
    }
    place.strip_prefix(src).unwrap().to_path_buf()
}

fn in_common(one: &Path, other: &Path) -> PathBuf {
    let pairs = one.components().zip(other.components());
    pairs
        .take_while(|(a, b)| a == b)
        .map(|(common, _)| common)
        .collect()
}

fn in_folder(folder: &Path, uses: &BTreeSet<Use>) -> Vec<Circle> {
    let name = |path: &Path| {
        let rest = path.strip_prefix(folder).unwrap();
        let first = rest.components().next().unwrap();
        first.as_os_str().to_string_lossy().into_owned()
    };
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for found in uses {
        let needed = needs.entry(name(&found.from)).or_default();
        needed.insert(name(&found.to));
    }
    let mut groups: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for one in needs.keys() {
        let back = |it: &String| reached(&needs, it).contains(one);
        groups.insert(reached(&needs, one).into_iter().filter(back).collect());
    }
    let circles = groups.into_iter().filter(|names| names.len() > 1);
    circles
        .map(|names| Circle {
            folder: folder.to_path_buf(),
            uses: uses
                .iter()
                .filter(|it| names.contains(&name(&it.from)))
                .filter(|it| names.contains(&name(&it.to)))
                .cloned()
                .collect(),
            names,
        })
        .collect()
}

/// Returns all that is needed from one on, directly or through others.
fn reached(
    needs: &BTreeMap<String, BTreeSet<String>>,
    start: &str,
) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut todo = vec![start];
    while let Some(at) = todo.pop() {
        for next in needs.get(at).into_iter().flatten() {
            if seen.insert(next.clone()) {
                todo.push(next);
            }
        }
    }
    seen
}
