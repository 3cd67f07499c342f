//! Selects the kernel's modules for the machine, and orders them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Modules the machine needs, unless they are built in: first for its own
/// devices, then for the subjects of the lessons.
const NEEDED: [&str; 7] = [
    "virtio_pci",
    "virtio_console",
    "virtio_net",
    "pvpanic_pci",
    "veth",
    "bridge",
    "overlay",
];

/// The kernel's lists of its modules.
pub(super) const LISTS: [&str; 2] = ["modules.dep", "modules.builtin"];

/// Returns the paths of the needed modules and of their dependencies, relative
/// to the folder. Each path stands after its dependencies.
pub fn in_order(folder: &Path) -> Result<Vec<String>> {
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).with_context(|| format!("{}", path.display()))
    };
    let [dep, builtin] = LISTS;
    resolve(&NEEDED, &read(dep)?, &read(builtin)?)
        .with_context(|| format!("the kernel of {}", folder.display()))
}

fn resolve(
    needed: &[&str],
    modules_dep: &str,
    modules_builtin: &str,
) -> Result<Vec<String>> {
    let builtin: BTreeSet<String> = modules_builtin.lines().map(name).collect();
    let mut paths = BTreeMap::new();
    let mut dependencies = BTreeMap::new();
    for line in modules_dep.lines() {
        let Some((path, rest)) = line.split_once(':') else {
            continue;
        };
        paths.insert(name(path), path);
        dependencies.insert(path, rest.split_whitespace().collect::<Vec<_>>());
    }
    let mut order = Vec::new();
    for module in needed {
        match paths.get(*module) {
            Some(path) => visit(path, &dependencies, &mut order),
            None if builtin.contains(*module) => {}
            None => bail!("it has no module {module}, and not built in either"),
        }
    }
    Ok(order)
}

/// Adds a module after its dependencies: a depth-first search.
fn visit<'a>(
    path: &'a str,
    dependencies: &BTreeMap<&'a str, Vec<&'a str>>,
    order: &mut Vec<String>,
) {
    if order.iter().any(|known| known == path) {
        return;
    }
    for dependency in dependencies.get(path).into_iter().flatten() {
        visit(dependency, dependencies, order);
    }
    order.push(path.to_owned());
}

/// Returns a module's name: `veth` for `kernel/drivers/net/veth.ko.xz`. `-` and
/// `_` are the same.
fn name(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split(".ko").next().unwrap_or(file).replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEP: &str = "\
kernel/virtio/virtio-console.ko: kernel/virtio/ring.ko kernel/virtio/virtio.ko
kernel/virtio/virtio.ko: kernel/virtio/ring.ko
kernel/virtio/ring.ko:
kernel/net/veth.ko.xz:
";

    #[test]
    fn a_module_stands_after_everything_it_depends_on() {
        let order = resolve(&["virtio_console", "veth"], DEP, "").unwrap();
        assert_eq!(
            order,
            [
                "kernel/virtio/ring.ko",
                "kernel/virtio/virtio.ko",
                "kernel/virtio/virtio-console.ko",
                "kernel/net/veth.ko.xz",
            ]
        );
    }

    #[test]
    fn a_module_may_be_built_in_but_not_absent() {
        let builtin = "kernel/net/bridge/bridge.ko\n";
        assert!(resolve(&["bridge"], DEP, builtin).unwrap().is_empty());
        let error = resolve(&["overlay"], DEP, builtin).unwrap_err();
        assert!(error.to_string().contains("overlay"));
    }
}
