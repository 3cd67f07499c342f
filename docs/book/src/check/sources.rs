//! Pages, blocks and links in the files of the repository.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use reader::course;
use reader::snapshots;

use super::fault::Fault;
use crate::pages::table;
use crate::{domains, fences, links};

pub(super) fn faults(workspace: &Path) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for path in domains::pages(workspace)? {
        let text = fs::read_to_string(&path)
            .with_context(|| path.display().to_string())?;
        let file = path.strip_prefix(workspace).unwrap_or(&path);
        faults.extend(of_page(workspace, file, &text));
    }
    for chapter in course::chapters(workspace)? {
        let lesson = chapter.read()?;
        let path = chapter.lesson_path();
        let file = path.strip_prefix(workspace).unwrap_or(&path);
        faults.extend(dead_links(workspace, file, &lesson.text));
        for step in &lesson.lesson.steps {
            let snapshot = snapshots::path(&lesson.snapshots, step);
            if !snapshot.exists() {
                let what = format!(
                    "step {} has no snapshot, so no run has verified it: run \
                     `just bless {}`",
                    step.number, chapter.number
                );
                faults.push(Fault::new(file.display(), what));
            }
        }
    }
    Ok(faults)
}

fn of_page(workspace: &Path, file: &Path, text: &str) -> Vec<Fault> {
    let mut faults = dead_links(workspace, file, text);
    for line in fences::unverified(text) {
        let what = "a console block that no run verifies: show commands of a \
                    lesson, or give the reason: ```console not-run=\"REASON\"";
        let place = format!("{}:{line}", file.display());
        faults.push(Fault::new(place, what));
    }
    let is_page = file.starts_with("docs/src");
    if is_page && !table::files().any(|it| Path::new(it) == file) {
        let what = "in no book: add it to docs/book/src/pages/table.rs";
        faults.push(Fault::new(file.display(), what));
    }
    faults
}

fn dead_links(workspace: &Path, file: &Path, text: &str) -> Vec<Fault> {
    let targets = links::files(text, file).into_iter();
    let dead = targets.filter(|(_, path)| !workspace.join(path).exists());
    dead.map(|(target, _)| {
        let what = format!("a link to {target}, which does not exist");
        Fault::new(file.display(), what)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sources_of_this_repository_have_no_fault() {
        let found = faults(&course::workspace()).unwrap();
        assert_eq!(found, []);
    }

    #[test]
    fn a_step_without_a_snapshot_is_a_fault() {
        let workspace = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let file = workspace.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        put("README.md", "# Course\n");
        put("docs/src/style.md", "# Style\n");
        put(
            "chapters/01-a/README.md",
            "# A\n\n## Look\n\n```console\nhost# ls\n```\n",
        );
        let found = faults(workspace.path()).unwrap();
        let [fault] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!(fault.file, "chapters/01-a/README.md");
        assert!(fault.what.starts_with("step 1 has no snapshot"), "{fault}");
        put("chapters/01-a/snapshots/01-look.snap", "---\na\n---\nb\n");
        assert_eq!(faults(workspace.path()).unwrap(), []);
    }

    fn whats(file: &str, text: &str) -> Vec<String> {
        let workspace = course::workspace();
        let faults = of_page(&workspace, Path::new(file), text);
        faults.iter().map(Fault::to_string).collect()
    }

    #[test]
    fn a_page_that_no_table_names_is_a_fault() {
        assert_eq!(whats("docs/src/style.md", "# Style\n"), [""; 0]);
        let [fault] = &whats("docs/src/other.md", "# Other\n")[..] else {
            panic!("one fault");
        };
        assert!(
            fault.starts_with("docs/src/other.md: in no book"),
            "{fault}"
        );
    }

    #[test]
    fn a_console_block_without_a_reason_is_a_fault() {
        let text = "# Style\n\n```console\n$ ls\n```\n";
        let found = whats("docs/src/style.md", text);
        assert!(found[0].starts_with("docs/src/style.md:3: a console"));
    }

    #[test]
    fn a_link_to_a_file_that_is_not_there_is_a_fault() {
        let text = "# Style\n\n[a](nothing.md#x), [b](faults.md).\n";
        let found = whats("docs/src/style.md", text);
        assert_eq!(
            found,
            ["docs/src/style.md: a link to nothing.md#x, which does not exist"]
        );
    }
}
