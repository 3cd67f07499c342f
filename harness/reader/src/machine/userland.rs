//! Whose programs the machine gets: this computer's, or those of a tree, such
//! as `vm/apt SUITE tree FOLDER PACKAGE...` unpacks.
//!
//! A tree is looked at as if it were `/`: a link in it, absolute ones too,
//! leads to a file in it, and nothing of this computer is in the machine.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use lddtree::DependencyAnalyzer;

use super::sources::Sources;
use super::{kernel, programs};

/// The variable that names a tree.
const VARIABLE: &str = "MACHINE_USERLAND";

/// Where the cache has the tree that stands in for this computer's programs.
const FETCHED: &str = "userlands/system";

/// Where a tree's programs are.
const FOLDERS: [&str; 4] = ["usr/sbin", "sbin", "usr/bin", "bin"];

/// Where every loader looks, beside the folders that are configured.
const LIBRARIES: [&str; 4] = ["lib", "usr/lib", "lib64", "usr/lib64"];

/// How many links may lead to a file: as many as the kernel follows.
const MOST_LINKS: usize = 40;

/// A root with programs and their libraries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Userland {
    /// The tree; none for this computer.
    tree: Option<PathBuf>,
}

/// A file that the machine gets: where it is, and where it shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The path on this computer.
    pub from: PathBuf,
    /// The path in the machine.
    pub to: String,
}

impl Userland {
    /// The tree that `MACHINE_USERLAND` names, else this computer; where that
    /// lacks a program, the tree that `just setup` has fetched.
    pub fn find() -> Result<Self> {
        let named = env::var_os(VARIABLE).filter(|value| !value.is_empty());
        if let Some(folder) = named {
            return Self::tree(Path::new(&folder));
        }
        let own = Self { tree: None };
        let fetched = kernel::cache()?.join(FETCHED);
        match fetched.is_dir() && !programs::missing(&own).is_empty() {
            true => Self::tree(&fetched),
            false => Ok(own),
        }
    }

    /// The programs of an unpacked tree.
    pub fn tree(folder: &Path) -> Result<Self> {
        let tree = fs::canonicalize(folder)
            .with_context(|| format!("{VARIABLE}={}", folder.display()))?;
        ensure!(tree.is_dir(), "{VARIABLE}={}: no folder", folder.display());
        Ok(Self { tree: Some(tree) })
    }

    /// The tree; none for this computer.
    pub fn root(&self) -> Option<&Path> {
        self.tree.as_deref()
    }

    /// The path of a program on this computer. A tree's are in its folders; this
    /// computer's are in `PATH`, and where administrators' tools are: an
    /// ordinary user's `PATH` often leaves those folders out.
    pub fn program(
        &self,
        name: &str,
        looked_at: &mut Sources,
    ) -> Result<PathBuf> {
        if let Some(tree) = &self.tree {
            let found = FOLDERS
                .iter()
                .filter_map(|folder| resolve(tree, &format!("{folder}/{name}")))
                .inspect(|path| looked_at.note(path))
                .find(|path| path.is_file());
            return found.with_context(|| {
                format!(
                    "{VARIABLE}={}: no program {name} in its {}",
                    tree.display(),
                    FOLDERS.join(", ")
                )
            });
        }
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path)
            .chain(
                ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].map(PathBuf::from),
            )
            .map(|folder| folder.join(name))
            .inspect(|path| looked_at.note(path))
            .find(|path| path.is_file())
            .with_context(|| {
                format!("{name} is not installed: just setup brings it")
            })
    }

    /// All that a program needs to start, without the program: its loader,
    /// and its libraries.
    pub fn libraries(
        &self,
        program: &Path,
        looked_at: &mut Sources,
    ) -> Result<Vec<Placed>> {
        match &self.tree {
            Some(tree) => libraries_in(tree, program, looked_at),
            None => libraries_here(program, looked_at),
        }
    }

    /// A file of `/`, if it is there.
    pub fn file(&self, path: &str) -> Option<PathBuf> {
        let root = self.root().unwrap_or(Path::new("/"));
        resolve(root, path).filter(|path| path.is_file())
    }

    /// Runs a program of a tree with the tree's own loader and libraries: this
    /// computer's may be older than the program.
    pub fn command(&self, program: &Path) -> Result<Command> {
        let Some(tree) = &self.tree else {
            return Ok(Command::new(program));
        };
        let mut files =
            libraries_in(tree, program, &mut Sources::default())?.into_iter();
        // A static program has neither.
        let Some(loader) = files.next() else {
            return Ok(Command::new(program));
        };
        // By path: where a link leads in the tree, the loader cannot know.
        let libraries = env::join_paths(files.map(|file| file.from))?;
        let mut command = Command::new(loader.from);
        command
            .args(["--inhibit-cache", "--preload"])
            .arg(libraries);
        command.arg(program);
        Ok(command)
    }
}

/// What a person reads of it.
impl fmt::Display for Userland {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let release = ["etc/os-release", "usr/lib/os-release"]
            .iter()
            .find_map(|path| self.file(path))
            .and_then(|path| fs::read_to_string(path).ok());
        let name = release.as_deref().and_then(pretty_name);
        let name = name.unwrap_or("an unknown distribution");
        match &self.tree {
            Some(tree) if tree.ends_with(FETCHED) => write!(
                f,
                "{name} ({}, because this computer lacks some)",
                tree.display()
            ),
            Some(tree) => {
                write!(f, "{name} ({VARIABLE}={})", tree.display())
            }
            None => write!(f, "{name} (this computer's own)"),
        }
    }
}

/// The name in an os-release(5).
fn pretty_name(text: &str) -> Option<&str> {
    let line = text.lines().find_map(|l| l.strip_prefix("PRETTY_NAME="))?;
    Some(line.trim_matches('"'))
}

/// The libraries of a program of this computer.
fn libraries_here(
    program: &Path,
    looked_at: &mut Sources,
) -> Result<Vec<Placed>> {
    // ldconfig(8) writes the first whenever libraries come and go.
    for path in ["/etc/ld.so.cache", "/etc/ld.so.conf"] {
        looked_at.note(Path::new(path));
    }
    let tree = read(Path::new("/"), program)?;
    let mut files = Vec::new();
    if let Some(interpreter) = tree.interpreter {
        files.push(Placed {
            from: interpreter.clone().into(),
            to: interpreter,
        });
    }
    for library in tree.libraries.into_values() {
        let from = library.realpath.with_context(|| {
            format!("{}: library {} not found", program.display(), library.name)
        })?;
        looked_at.note(&library.path);
        let to = place(&library.path.to_string_lossy());
        files.push(Placed { from, to });
    }
    Ok(files)
}

/// The loader of a program of a tree, and its libraries. Of each file lddtree reads what it
/// needs by name; where that is, is looked for here, because lddtree follows
/// absolute links out of the tree.
fn libraries_in(
    tree: &Path,
    program: &Path,
    looked_at: &mut Sources,
) -> Result<Vec<Placed>> {
    let configured = library_folders(tree);
    let kind = Kind::of(program)?;
    let mut files: Vec<Placed> = Vec::new();
    let mut known: Vec<String> = Vec::new();
    let mut readers = vec![program.to_owned()];
    while let Some(reader) = readers.pop() {
        let needs = read(tree, &reader)?;
        if let Some(to) = needs.interpreter
            && files.is_empty()
        {
            let from = resolve(tree, &to).filter(|path| path.is_file());
            let from = from.with_context(|| {
                format!("{}: no loader {to}", tree.display())
            })?;
            known.extend(to.rsplit('/').next().map(str::to_owned));
            files.push(Placed { from, to });
        }
        let own = needs.rpath.iter().filter_map(|path| {
            let inside = Path::new(path).strip_prefix(tree).ok()?;
            inside.to_str().map(str::to_owned)
        });
        let folders: Vec<String> =
            own.chain(configured.iter().cloned()).collect();
        for name in needs.needed {
            if known.contains(&name) {
                continue;
            }
            let mut places = folders.iter().filter_map(|folder| {
                let path = format!("{folder}/{name}");
                let from = resolve(tree, &path)?;
                looked_at.note(&from);
                let fits = Kind::of(&from).is_ok_and(|found| found == kind);
                fits.then(|| (from, place(&format!("/{path}"))))
            });
            let (from, to) = places.next().with_context(|| {
                format!(
                    "{}: library {name} not found in {}: unpack its package \
                     there too",
                    reader.display(),
                    tree.display()
                )
            })?;
            readers.push(from.clone());
            files.push(Placed { from, to });
            known.push(name);
        }
    }
    Ok(files)
}

/// Where a library is in the machine. A merged /usr has each library in two
/// places, and which of them is named first differs between distributions.
fn place(path: &str) -> String {
    let merged = path.starts_with("/usr/lib");
    let place = if merged { &path["/usr".len()..] } else { path };
    place.to_owned()
}

/// What a file needs by name.
fn read(root: &Path, file: &Path) -> Result<lddtree::DependencyTree> {
    DependencyAnalyzer::new(root.to_owned())
        .analyze(file)
        .with_context(|| format!("libraries of {}", file.display()))
}

/// The folders in which a tree's loader looks, without a `/` in front.
fn library_folders(tree: &Path) -> Vec<String> {
    let mut files: Vec<PathBuf> = resolve(tree, "etc/ld.so.conf.d")
        .and_then(|folder| fs::read_dir(folder).ok())
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files.extend(resolve(tree, "etc/ld.so.conf"));
    let texts = files
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok());
    let mut folders: Vec<String> = texts
        .flat_map(|text| {
            let lines = text.lines().map(str::trim);
            let folders = lines.filter_map(|line| line.strip_prefix('/'));
            folders.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    folders.extend(LIBRARIES.map(str::to_owned));
    folders
}

/// Which processor's file: the class, the byte order and the machine of its
/// ELF header.
#[derive(PartialEq, Eq)]
struct Kind([u8; 4]);

impl Kind {
    fn of(path: &Path) -> Result<Self> {
        use std::io::Read;
        let mut head = [0; 20];
        fs::File::open(path)
            .and_then(|mut file| file.read_exact(&mut head))
            .with_context(|| format!("{}", path.display()))?;
        ensure!(head.starts_with(b"\x7fELF"), "{}: no ELF", path.display());
        Ok(Self([head[4], head[5], head[18], head[19]]))
    }
}

/// The file at a path of a root, with links followed as if the root were `/`.
/// None if a link leads in circles; whether the file exists is not said.
fn resolve(root: &Path, path: &str) -> Option<PathBuf> {
    follow(root, Path::new(path)).ok()
}

fn follow(root: &Path, path: &Path) -> Result<PathBuf> {
    let names = |path: &Path| -> Vec<OsString> {
        let parts = path.components().rev();
        parts
            .filter_map(|part| match part {
                Component::Normal(name) => Some(name.to_owned()),
                Component::ParentDir => Some("..".into()),
                _ => None,
            })
            .collect()
    };
    let mut left = names(path);
    let mut done: Vec<OsString> = Vec::new();
    let mut links = 0;
    while let Some(name) = left.pop() {
        if name == ".." {
            done.pop();
            continue;
        }
        done.push(name);
        let here: PathBuf = done.iter().collect();
        let Ok(target) = fs::read_link(root.join(here)) else {
            continue;
        };
        links += 1;
        if links > MOST_LINKS {
            bail!("{}: too many links", path.display());
        }
        done.pop();
        if target.is_absolute() {
            done.clear();
        }
        left.extend(names(&target));
    }
    Ok(root.join(done.iter().collect::<PathBuf>()))
}

#[cfg(test)]
mod tests;
