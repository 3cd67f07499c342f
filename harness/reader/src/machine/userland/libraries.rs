//! Finds the libraries that a program needs to start.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use lddtree::DependencyAnalyzer;

use super::super::sources::Sources;
use super::links::resolve;

/// Folders in which every loader looks, besides the configured ones.
const LIBRARIES: [&str; 4] = ["lib", "usr/lib", "lib64", "usr/lib64"];

/// A file for the machine: its path here, and its path there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Path on this computer.
    pub from: PathBuf,
    /// Path in the machine.
    pub to: String,
}

/// Returns the loader and the libraries of a program of this computer.
pub(super) fn libraries_here(
    program: &Path,
    looked_at: &mut Sources,
) -> Result<Vec<Placed>> {
    // ldconfig(8) rewrites the first file whenever libraries come and go.
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

/// Returns the loader and the libraries of a program of a tree. lddtree reads
/// the names of what each file needs. The files are looked up here, because
/// lddtree follows absolute links out of the tree.
pub(super) fn libraries_in(
    tree: &Path,
    program: &Path,
    looked_at: &mut Sources,
) -> Result<Vec<Placed>> {
    let configured = library_folders(tree);
    let kind = Processor::of(program)?;
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
                let fits =
                    Processor::of(&from).is_ok_and(|found| found == kind);
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

/// Returns the place of a library in the machine. A merged /usr has each
/// library at two paths, and distributions differ in which one they name.
pub(super) fn place(path: &str) -> String {
    let merged = path.starts_with("/usr/lib");
    let place = if merged { &path["/usr".len()..] } else { path };
    place.to_owned()
}

/// Reads which libraries a file needs.
fn read(root: &Path, file: &Path) -> Result<lddtree::DependencyTree> {
    DependencyAnalyzer::new(root.to_owned())
        .analyze(file)
        .with_context(|| format!("libraries of {}", file.display()))
}

/// Returns the folders in which a tree's loader looks, without a leading `/`.
pub(super) fn library_folders(tree: &Path) -> Vec<String> {
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

/// Processor that a file is for: class, byte order and machine in its ELF
/// header.
#[derive(PartialEq, Eq)]
struct Processor([u8; 4]);

impl Processor {
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
