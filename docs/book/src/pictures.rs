//! Pictures that a page shows through HTML of its own. The book has them beside
//! its pages, wherever they are in the repository.

use std::path::Path;

use pulldown_cmark::{Event, Options, Parser};

/// Attributes that name a picture's file.
const NAMES: [&str; 2] = ["src=\"", "srcset=\""];

/// Returns a text whose pictures are beside the page.
pub fn beside(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut from = 0;
    let events = Parser::new_ext(text, Options::ENABLE_TABLES);
    for (event, place) in events.into_offset_iter() {
        if let Event::Html(_) | Event::InlineHtml(_) = event {
            written.push_str(&text[from..place.start]);
            written.push_str(&in_html(&text[place.clone()]));
            from = place.end;
        }
    }
    written + &text[from..]
}

fn in_html(html: &str) -> String {
    let mut written = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, value, after)) = first_value(rest) {
        written.push_str(before);
        written.push_str(file_name(value));
        rest = after;
    }
    written + rest
}

/// Splits HTML around the first value that names a file.
fn first_value(html: &str) -> Option<(&str, &str, &str)> {
    let begins = |name: &&str| Some(html.find(*name)? + name.len());
    let at = NAMES.iter().filter_map(begins).min()?;
    let end = at + html[at..].find('"')?;
    Some((&html[..at], &html[at..end], &html[end..]))
}

fn file_name(path: &str) -> &str {
    if path.contains(':') {
        return path;
    }
    let name = Path::new(path).file_name().and_then(|it| it.to_str());
    name.unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_another_folder_is_beside_the_page() {
        let text = "`src=\"a/b\"`\n\n<picture>\n  <source srcset=\"a/b.svg\">\n  \
                    <img src=\"../c.svg\" alt=\"x\">\n</picture>\n\nend\n";
        assert_eq!(
            beside(text),
            "`src=\"a/b\"`\n\n<picture>\n  <source srcset=\"b.svg\">\n  \
             <img src=\"c.svg\" alt=\"x\">\n</picture>\n\nend\n"
        );
    }
}
