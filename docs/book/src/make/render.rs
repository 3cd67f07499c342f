//! mdBook, and its settings.

use std::path::Path;

use anyhow::Result;
use language::Language;
use mdbook_driver::MDBook;
use mdbook_driver::config::{Config, HtmlConfig};
use tr::tr;

use crate::theme;

/// Turns the folder of a language into HTML.
pub(super) fn render(from: &Path, to: &Path, language: Language) -> Result<()> {
    let mut config = Config::default();
    config.book.title = Some(tr!("Linux namespaces, proved"));
    config.book.language = Some(language.tag().to_owned());
    config.build.build_dir = to.to_owned();
    // They would read `{{#...}}` in a page as their own commands.
    config.build.use_default_preprocessors = false;
    config.set("output.html", html())?;
    MDBook::load_with_config(from, config)?.build()
}

fn html() -> HtmlConfig {
    let mut html = HtmlConfig::default();
    html.default_theme = Some("light".to_owned());
    html.preferred_dark_theme = Some("navy".to_owned());
    // Words stay as they are written.
    html.smart_punctuation = false;
    html.no_section_label = true;
    html.hash_files = false;
    html.input_404 = Some(String::new());
    // A button to run a block would send it to another host.
    html.playground.runnable = false;
    html.playground.copyable = false;
    html.additional_css = theme::styles();
    html.additional_js = theme::scripts();
    html
}
