//! All modules of a crate, and the module that a path leads to. Re-exports are
//! followed; other crates lead nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::TokenTree;

use super::module::Module;
use super::source::{read, without_tests};

/// The most re-exports in a row that are followed.
const DEEPEST: usize = 8;

/// All modules of a crate by their paths; the root's path is empty.
#[derive(Default)]
pub struct Modules {
    all: BTreeMap<Vec<String>, (PathBuf, Module)>,
}

/// The module that a path leads to, and the names behind it.
struct Target {
    module: Vec<String>,
    rest: Vec<String>,
}

impl Modules {
    /// Reads a crate, tests left out, from its lib.rs or main.rs.
    pub fn read(root: &Path) -> Self {
        let mut modules = Self::default();
        let tokens = without_tests(read(root));
        let below = root.parent().unwrap();
        modules.add(Vec::new(), root, below, &tokens);
        modules
    }

    fn add(
        &mut self,
        path: Vec<String>,
        file: &Path,
        below: &Path,
        tokens: &[TokenTree],
    ) {
        let mut module = Module::read(tokens);
        for (name, block) in std::mem::take(&mut module.children) {
            let mut inner = path.clone();
            inner.push(name.clone());
            let folder = below.join(&name);
            if let Some(tokens) = block {
                self.add(inner, file, &folder, &tokens);
                continue;
            }
            let mut own = folder.with_extension("rs");
            if !own.exists() {
                own = folder.join("mod.rs");
            }
            self.add(inner, &own, &folder, &without_tests(read(&own)));
        }
        self.all.insert(path, (file.to_path_buf(), module));
    }

    /// Returns all files.
    pub fn files(&self) -> BTreeSet<PathBuf> {
        self.all.values().map(|(file, _)| file.clone()).collect()
    }

    /// Returns all types, each with its file.
    pub fn types(&self) -> Vec<(String, PathBuf)> {
        let modules = self.all.values();
        modules
            .flat_map(|(file, module)| {
                let types = module.types.iter();
                types.map(move |name| (name.clone(), file.clone()))
            })
            .collect()
    }

    /// Returns all uses of one file by another: the user, the used file, and
    /// the path in the code.
    pub fn uses(&self) -> Vec<(PathBuf, PathBuf, String)> {
        let mut all = Vec::new();
        for (path, (file, module)) in &self.all {
            for used in &module.paths {
                let targets = self.targets(path, used);
                let name = used.join("::");
                all.extend(targets.map(|to| (file.clone(), to, name.clone())));
            }
            for (this, method) in &module.calls {
                let used = [this.clone(), method.clone()];
                let targets = self.targets(path, &used);
                let name = format!("{this}::{method}");
                all.extend(targets.map(|to| (file.clone(), to, name.clone())));
            }
        }
        all
    }

    /// Returns the file that a path leads to, and the one that holds a method
    /// at its end.
    fn targets(
        &self,
        from: &[String],
        path: &[String],
    ) -> impl Iterator<Item = PathBuf> {
        let mut all = BTreeSet::new();
        if let Some(target) = self.resolve(from, path, 0) {
            if let [this, method, ..] = target.rest.as_slice() {
                let key = (this.clone(), method.clone());
                all.extend(self.files_of_method(&target.module, &key));
            }
            all.insert(self.all[&target.module].0.clone());
        }
        all.into_iter()
    }

    fn files_of_method(
        &self,
        home: &[String],
        key: &(String, String),
    ) -> Vec<PathBuf> {
        let this = std::slice::from_ref(&key.0);
        let elsewhere = self.all.iter().filter(|(path, (_, module))| {
            *path != home
                && module.methods.contains(key)
                && self
                    .resolve(path, this, 0)
                    .is_some_and(|it| it.module == home)
        });
        elsewhere.map(|(_, (file, _))| file.clone()).collect()
    }

    fn resolve(
        &self,
        from: &[String],
        path: &[String],
        depth: usize,
    ) -> Option<Target> {
        match path.first()?.as_str() {
            "crate" => Some(self.walk(Vec::new(), &path[1..], depth)),
            "self" => Some(self.walk(from.to_vec(), &path[1..], depth)),
            "super" => {
                let up = path.iter().take_while(|it| *it == "super").count();
                let base = from.get(..from.len().checked_sub(up)?)?;
                Some(self.walk(base.to_vec(), &path[up..], depth))
            }
            _ => self.walk_known(from.to_vec(), path, depth),
        }
    }

    /// Follows a path from a module; an unknown name is an item of it.
    fn walk(&self, at: Vec<String>, path: &[String], depth: usize) -> Target {
        let known = self.walk_known(at.clone(), path, depth);
        known.unwrap_or(Target {
            module: at,
            rest: path.to_vec(),
        })
    }

    /// Follows a path whose first name the module has to know.
    fn walk_known(
        &self,
        at: Vec<String>,
        path: &[String],
        depth: usize,
    ) -> Option<Target> {
        let (_, module) = self.all.get(&at)?;
        let name = path.first().filter(|_| depth < DEEPEST)?;
        let mut child = at.clone();
        child.push(name.clone());
        // A function may have a module's name; the module then goes on.
        if path.len() > 1 && self.all.contains_key(&child) {
            return Some(self.walk(child, &path[1..], depth));
        }
        if module.items.contains(name) {
            return Some(Target {
                module: at,
                rest: path.to_vec(),
            });
        }
        if let Some(target) = self.walk_alias(&at, path, depth) {
            return Some(target);
        }
        if self.all.contains_key(&child) {
            return Some(self.walk(child, &path[1..], depth));
        }
        let mut globs = module.globs.iter();
        globs.find_map(|glob| {
            let of = self.resolve(&at, glob, depth + 1)?.module;
            (of != at).then(|| self.walk_known(of, path, depth + 1))?
        })
    }

    /// Follows a name from `use`.
    fn walk_alias(
        &self,
        at: &[String],
        path: &[String],
        depth: usize,
    ) -> Option<Target> {
        let alias = self.all[at].1.aliases.get(&path[0])?;
        let long = [alias, &path[1..]].concat();
        (*alias != path[..1]).then(|| self.resolve(at, &long, depth + 1))?
    }
}
