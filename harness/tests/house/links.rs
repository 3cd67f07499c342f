//! The links of Markdown files: their files and headings exist. Addresses of
//! the web are held against their form only: tests need no network.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::source;

/// Returns all Markdown files of the repository.
pub fn pages(workspace: &Path) -> Vec<PathBuf> {
    let mut all = source::files(workspace, "md");
    // An unfilled page is no page yet.
    all.retain(|file| {
        !file.components().any(|it| it.as_os_str() == "templates")
    });
    all
}

/// Returns the links of a page that lead nowhere, with the reason.
pub fn broken(page: &Path, workspace: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let all = targets(&text).into_iter();
    all.filter_map(|target| {
        let reason = refuse(&target, page, workspace)?;
        Some(format!("{target}: {reason}"))
    })
    .collect()
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

fn targets(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for event in parser(text) {
        match event {
            Event::Start(
                Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. },
            ) => all.push(dest_url.into_string()),
            Event::Html(html) | Event::InlineHtml(html) => {
                all.extend(attributes(&html, &["href", "src", "srcset"]));
            }
            _ => {}
        }
    }
    all
}

/// Returns the values of these attributes in a piece of HTML.
fn attributes(html: &str, names: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for name in names {
        for part in html.split(&format!(" {name}=\"")).skip(1) {
            all.extend(part.split('"').next().map(str::to_owned));
        }
    }
    all
}

fn refuse(target: &str, page: &Path, workspace: &Path) -> Option<String> {
    if target.contains(':') {
        return refuse_address(target);
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let mut file = page.to_path_buf();
    if !path.is_empty() {
        file = page.parent()?.join(path);
    }
    let Ok(file) = file.canonicalize() else {
        return Some("there is no such file".to_owned());
    };
    if !file.starts_with(workspace.canonicalize().ok()?) {
        return Some("it is outside of the repository".to_owned());
    }
    if anchor.is_empty() || anchors(&file).contains(anchor) {
        return None;
    }
    Some("there is no such heading".to_owned())
}

fn refuse_address(target: &str) -> Option<String> {
    let Some(rest) = target.strip_prefix("https://") else {
        return Some("an address begins with https://".to_owned());
    };
    let host = rest.split(['/', '#', '?']).next()?;
    let is_good = host.contains('.') && !target.contains(char::is_whitespace);
    (!is_good).then(|| "it is no address".to_owned())
}

/// Returns the anchors of a page's headings, as Git hosts make them.
fn anchors(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut all = BTreeSet::new();
    let mut heading = None;
    for event in parser(&text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(part) | Event::Code(part) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&part);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                add_anchor(&mut all, &heading.take().unwrap_or_default());
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                all.extend(attributes(&html, &["id", "name"]));
            }
            _ => {}
        }
    }
    all
}

fn add_anchor(all: &mut BTreeSet<String>, heading: &str) {
    let kept = heading
        .to_lowercase()
        .replace(' ', "-")
        .replace(|c: char| !c.is_alphanumeric() && c != '-' && c != '_', "");
    let mut anchor = kept.clone();
    let mut count = 0;
    while !all.insert(anchor) {
        count += 1;
        anchor = format!("{kept}-{count}");
    }
}
