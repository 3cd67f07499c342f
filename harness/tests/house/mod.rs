//! The house: how the code is laid out, and how it is written. Each rule is in
//! docs/src/style.md.
//!
//! # Layout
//!
//! * `source`: Rust files as tokens, without tests
//! * `module`: the items, imports and paths of one module
//! * `paths`: the module that a path leads to
//! * `circles`: files and folders that need each other
//! * `dialect`: spellings that save a line and cost a look
//! * `links`: the links of all Markdown files
//! * here: the rules

mod circles;
mod dialect;
mod links;
mod module;
mod paths;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;
use harness::course;
use paths::Modules;

/// The most lines of code in a file of `harness` or `vm`: no tests, no comments.
const LONGEST: usize = 350;

/// Roots of all programs and libraries of the workspace: lib.rs or main.rs.
fn roots() -> Vec<PathBuf> {
    let manifest = course::workspace().join("Cargo.toml");
    let mut command = MetadataCommand::new();
    let metadata = command.manifest_path(manifest).no_deps().exec().unwrap();
    let targets = metadata.packages.iter().flat_map(|it| &it.targets);
    let programs = targets.filter(|it| it.is_bin() || it.is_lib());
    programs
        .map(|it| it.src_path.clone().into_std_path_buf())
        .collect()
}

fn shown(path: &Path) -> String {
    let path = path.strip_prefix(course::workspace()).unwrap_or(path);
    let path: PathBuf = path.components().collect();
    path.display().to_string()
}

/// Circles that may be, each with a file of it: in these two chapters the types
/// and the errors of the program stand on its page, main.rs, and the files
/// beside the page use them.
const ALLOWED_CIRCLES: [(&str, &str); 2] = [
    ("chapters/01-list-namespaces/src", "main.rs"),
    ("chapters/02-unshare/src", "main.rs"),
];

#[test]
fn no_files_or_folders_of_a_crate_need_each_other() {
    let mut needed = BTreeSet::new();
    let mut found = Vec::new();
    for root in roots() {
        let src = root.parent().unwrap();
        for circle in circles::all(&Modules::read(&root), src) {
            let place = shown(&src.join(circle.folder()));
            let allowed = ALLOWED_CIRCLES.iter().find(|(folder, file)| {
                *folder == place && circle.names().contains(file)
            });
            match allowed {
                Some(allowed) => drop(needed.insert(allowed)),
                None => found.push(format!("{place}: {circle}")),
            }
        }
    }
    assert!(found.is_empty(), "circles:\n{}", found.join("\n"));
    let unneeded: Vec<_> = ALLOWED_CIRCLES
        .iter()
        .filter(|it| !needed.contains(it))
        .collect();
    assert!(unneeded.is_empty(), "no circle any more: {unneeded:?}");
}

#[test]
fn no_file_of_harness_or_vm_is_too_long() {
    let mut long = BTreeMap::new();
    for root in roots().iter().filter(|root| !is_chapter(root)) {
        for file in Modules::read(root).files() {
            let tokens = source::without_tests(source::read(&file));
            let lines = source::lines_of_code(&tokens);
            if lines > LONGEST {
                long.insert(shown(&file), lines);
            }
        }
    }
    assert!(long.is_empty(), "over {LONGEST} lines of code: {long:#?}");
}

fn is_chapter(root: &Path) -> bool {
    root.starts_with(course::workspace().join("chapters"))
}

#[test]
fn no_type_name_of_a_room_stands_for_two_things() {
    for room in [
        "harness/src",
        "harness/exercises/src",
        "harness/lessons/src",
        "harness/reader/src",
    ] {
        let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let folder = course::workspace().join(room);
        for root in roots().iter().filter(|it| it.parent() == Some(&folder)) {
            for (name, file) in Modules::read(root).types() {
                places.entry(name).or_default().insert(shown(&file));
            }
        }
        assert!(!places.is_empty(), "no type in {room}");
        places.retain(|_, files| files.len() > 1);
        assert!(places.is_empty(), "in two files of {room}: {places:#?}");
    }
}

#[test]
fn a_page_is_a_page() {
    for (file, most) in [
        ("harness/src/main.rs", 120),
        ("chapters/06-container/src/main.rs", 90),
        ("chapters/06-container/src/run.rs", 150),
    ] {
        let text = fs::read_to_string(course::workspace().join(file)).unwrap();
        let lines = text.lines().count();
        assert!(lines <= most, "{file}: {lines} lines, {most} are the most");
    }
}

#[test]
fn every_link_of_every_page_leads_somewhere() {
    let pages = links::pages(&course::workspace());
    assert!(pages.len() > 15, "only {} pages", pages.len());
    let broken: Vec<String> = pages
        .iter()
        .flat_map(|page| {
            let broken = links::broken(page, &course::workspace());
            broken
                .into_iter()
                .map(|it| format!("{}: {it}", shown(page)))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Counts how often a spelling of `dialect` stands in all Rust files.
fn count(find: fn(&[proc_macro2::TokenTree]) -> Vec<usize>) -> Vec<String> {
    let mut all = Vec::new();
    for folder in ["chapters", "harness", "vm"] {
        let files = source::files(&course::workspace().join(folder), "rs");
        for file in files.iter().filter(|it| !shown(it).contains("/templates/"))
        {
            let lines = find(&source::read(file));
            all.extend(
                lines.iter().map(|line| format!("{}:{line}", shown(file))),
            );
        }
    }
    all
}

#[test]
fn a_bool_is_asked_with_if() {
    let found = count(dialect::matches_on_a_bool);
    assert_eq!(found, [""; 0]);
}

#[test]
fn two_values_take_two_lines() {
    let found = count(dialect::double_lets);
    assert_eq!(found, [""; 0]);
}

/// The files that call `thread::sleep` outside of tests, and those of the list
/// in architecture.md.
#[test]
fn every_file_that_sleeps_is_in_the_architecture_with_its_reason() {
    let page = course::workspace().join("docs/src/architecture.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, list) = page.split_once("## Waits").unwrap();
    let listed = list.lines().filter_map(|line| {
        let (file, _) = line.strip_prefix("| `")?.split_once('`')?;
        Some(file.to_owned())
    });
    let mut sleeping = BTreeSet::new();
    for root in roots() {
        for file in Modules::read(&root).files() {
            let tokens = source::without_tests(source::read(&file));
            if dialect::sleeps(&tokens) {
                sleeping.insert(shown(&file));
            }
        }
    }
    assert_eq!(sleeping, listed.collect::<BTreeSet<_>>());
}

#[test]
fn the_rules_find_what_they_forbid() {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("lib.rs", "mod a; mod b; mod c; mod d; mod e; pub use a::A;");
    // By import and by path.
    write("a.rs", "use crate::b::B; pub struct A(B); pub fn f() {}");
    write("b.rs", "pub struct B; fn g() { super::a::f() }");
    // By a method, through a re-export; a test is no use.
    write(
        "c.rs",
        "pub struct C; impl C { fn own(&self) { self.far() } }",
    );
    write("d/mod.rs", "mod deep; #[cfg(test)] mod t { use crate::e; }");
    write(
        "d/deep.rs",
        "use crate::c::C; impl C { pub fn far(&self) {} }",
    );
    write(
        "e.rs",
        "use crate::A; // crate::d\n/// [`crate::d`]\nstruct E(A);",
    );
    let modules = Modules::read(&folder.path().join("lib.rs"));
    let found = circles::all(&modules, folder.path());
    let names: Vec<Vec<&str>> =
        found.iter().map(circles::Circle::names).collect();
    assert_eq!(names, [["a.rs", "b.rs"], ["c.rs", "d"]]);

    let code = "/// Doc\n// comment\nfn f() {\n\n    g();\n}\n\
                #[cfg(test)]\nmod tests {\n    fn t() {}\n}\n";
    let tokens: proc_macro2::TokenStream = code.parse().unwrap();
    let tokens = source::without_tests(tokens.into_iter().collect());
    assert_eq!(source::lines_of_code(&tokens), 3);

    let code = "fn f() {\n match x { true => 1, false => 2 }\n
                let (a, b) = (1, 2);\n let (c, d) = pair(1, 2); match y { _ => 1 } }";
    let tokens: proc_macro2::TokenStream = code.parse().unwrap();
    let tokens: Vec<_> = tokens.into_iter().collect();
    assert_eq!(dialect::matches_on_a_bool(&tokens), [2]);
    assert_eq!(dialect::double_lets(&tokens), [4]);

    write("there.md", "# One two\n\n## One two\n");
    write(
        "page.md",
        "[a](there.md#one-two-1) [b](none.md) [c](there.md#three) [d](#no)\n\
         [e](http://example.org) [f](https://example.org/x) ![g](none.svg)\n\
         <img src=\"none.png\">\n",
    );
    let broken = links::broken(&folder.path().join("page.md"), folder.path());
    assert_eq!(broken.len(), 6, "{broken:#?}");
}
