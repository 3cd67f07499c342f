//! The first page of the repository says what is so: its picture is what the
//! player shows, and its numbers are those of the lessons.

use std::fs;

use harness::course;
use tempfile::TempDir;

use crate::english;
use crate::excerpt::excerpt;

const PICTURES: [&str; 2] = ["player-light.svg", "player-dark.svg"];

fn page() -> String {
    fs::read_to_string(course::workspace().join("README.md")).unwrap()
}

#[test]
fn the_picture_is_what_the_player_shows() {
    let drawn = TempDir::new().unwrap();
    let mut command = english::harness();
    let output = command.arg("picture").arg(drawn.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}", excerpt(&said));
    for name in PICTURES {
        let kept = course::workspace().join("docs/src").join(name);
        let kept = fs::read_to_string(kept).unwrap();
        let now = fs::read_to_string(drawn.path().join(name)).unwrap();
        assert!(kept == now, "docs/src/{name} is old: just picture draws it");
        assert!(kept.len() < 40_000, "{name} has {} bytes", kept.len());
        assert!(page().contains(&format!("docs/src/{name}")), "{name}");
    }
}

#[test]
fn the_lessons_take_as_long_as_the_first_page_says() {
    let chapters = course::chapters(&course::workspace()).unwrap();
    let lessons = chapters.iter().map(|chapter| chapter.read().unwrap());
    let minutes: u32 = lessons.filter_map(|file| file.lesson.minutes).sum();
    let words = format!("The lessons take {minutes} minutes");
    assert!(page().contains(&words), "no {words:?}");
}

#[test]
fn the_first_page_lists_every_chapter() {
    let page = page();
    for chapter in course::chapters(&course::workspace()).unwrap() {
        let folder = chapter.folder.file_name().unwrap().display();
        let number = chapter.number;
        let row = format!("| [{number}](chapters/{folder}/README.md) |");
        assert!(page.contains(&row), "no {row:?}");
    }
}

#[test]
fn the_first_page_is_one_screen() {
    let lines = page().lines().count();
    assert!(lines <= 66, "{lines} lines");
}
