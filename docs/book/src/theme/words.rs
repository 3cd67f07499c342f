//! Words that the pages' scripts show.

mod exercise;
mod live;

use serde::Serialize;
use tr::tr;

use exercise::Exercise;
use live::Live;

/// All words in one language: `window.bookWords`. A name in braces stays for
/// the scripts, which put a value in its place.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Words {
    /// The menu bar, and mdBook's own buttons.
    #[serde(flatten)]
    menu: Menu,
    /// Console blocks.
    #[serde(flatten)]
    console: Console,
    /// The machine in the page.
    #[serde(flatten)]
    live: Live,
    /// An exercise in the page.
    #[serde(flatten)]
    exercise: Exercise,
    /// The search.
    #[serde(flatten)]
    search: Search,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Menu {
    close: String,
    contents: String,
    contents_toggle: String,
    keys: String,
    keys_help: String,
    keys_pages: String,
    language: String,
    next: String,
    pages: String,
    pages_beside: String,
    previous: String,
    print: String,
    scrolls: String,
    skip: String,
    theme: String,
    theme_dark: String,
    theme_light: String,
    theme_system: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Console {
    copied: String,
    copy: String,
    copy_all: String,
    copy_all_help: String,
    copy_failed: String,
    copy_help: String,
    copy_of: String,
    copy_of_help: String,
    expect: String,
    expect_help: String,
    expect_output: String,
    expect_picture: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Search {
    search: String,
    search_failed: String,
    search_hint: String,
    search_keys: String,
    search_many: String,
    search_more: String,
    search_none: String,
    search_one: String,
    search_results: String,
}

impl Words {
    pub(super) fn new() -> Self {
        Self {
            menu: Menu::new(),
            console: Console::new(),
            live: Live::new(),
            exercise: Exercise::new(),
            search: Search::new(),
        }
    }
}

impl Menu {
    fn new() -> Self {
        Self {
            close: tr!("Close"),
            contents: tr!("Contents"),
            contents_toggle: tr!("Show or hide the contents"),
            keys: tr!("Keys"),
            keys_help: tr!("Show these keys"),
            keys_pages: tr!("Previous or next page"),
            language: tr!("This page in the other language"),
            next: tr!("Next page"),
            pages: tr!("Neighbouring pages, below the text"),
            pages_beside: tr!("Neighbouring pages, beside the text"),
            previous: tr!("Previous page"),
            print: tr!("Print the whole book"),
            scrolls: tr!("More to the right"),
            skip: tr!("Skip to the text"),
            theme: tr!("Light or dark"),
            theme_dark: tr!("Dark"),
            theme_light: tr!("Light"),
            theme_system: tr!("Like the system"),
        }
    }
}

impl Console {
    fn new() -> Self {
        let terminal = "{terminal}";
        Self {
            copied: tr!("Copied"),
            copy: tr!("Copy"),
            copy_all: tr!("Copy all"),
            copy_all_help: tr!("Copy the commands of all terminals"),
            copy_failed: tr!("Not copied"),
            copy_help: tr!("Copy the commands"),
            copy_of: tr!("Copy {terminal}", terminal = terminal),
            copy_of_help: tr!(
                "Copy the commands of the terminal {terminal}",
                terminal = terminal
            ),
            expect: tr!("What do you expect?"),
            expect_help: tr!("Hide what commands print until you ask for it"),
            expect_output: tr!("What do you expect? Show it"),
            expect_picture: tr!("What has changed? Show the picture"),
        }
    }
}

impl Search {
    fn new() -> Self {
        let n = "{n}";
        let shown = "{shown}";
        Self {
            search: tr!("Search"),
            search_failed: tr!(
                "search-data.js could not be loaded: make the book again"
            ),
            search_hint: tr!("Words, or parts of words"),
            search_keys: tr!("Arrow keys choose, Enter opens, Esc closes"),
            search_many: tr!("{n} places", n = n),
            search_more: tr!(
                "{n} places, of which the first {shown} are shown",
                n = n,
                shown = shown
            ),
            search_none: tr!("Nothing found: try fewer or shorter words"),
            search_one: tr!("One place"),
            search_results: tr!("Places in the book"),
        }
    }
}
