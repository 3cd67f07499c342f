//! Commands of `just` in a page's prose that lead to another page: `just chapter
//! 4` to its lesson, `just exercise 3.1` to its task.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Returns a text in which such commands are links. `page` has the address for
/// a command.
pub fn linked(text: &str, page: impl Fn(&str) -> Option<String>) -> String {
    let mut written = String::with_capacity(text.len());
    let mut from = 0;
    let mut closed = 0;
    let events = Parser::new_ext(text, Options::all()).into_offset_iter();
    for (event, place) in events {
        match event {
            // A link holds no link, and a heading is one.
            Event::Start(Tag::Link { .. } | Tag::Heading { .. }) => closed += 1,
            Event::End(TagEnd::Link | TagEnd::Heading(_)) => closed -= 1,
            Event::Code(command) if closed == 0 => {
                if let Some(address) = page(&command) {
                    let source = &text[place.clone()];
                    written.push_str(&text[from..place.start]);
                    written.push_str(&format!("[{source}]({address})"));
                    from = place.end;
                }
            }
            _ => {}
        }
    }
    written + &text[from..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_a_link_but_not_in_a_link_or_a_heading() {
        let page =
            |command: &str| (command == "just x").then(|| "x.html".into());
        let text = "# `just x`\n\n`just x`, `just y`, [`just x`](z).\n\n\
                    ```sh\njust x\n```\n";
        assert_eq!(
            linked(text, page),
            "# `just x`\n\n[`just x`](x.html), `just y`, [`just x`](z).\n\n\
             ```sh\njust x\n```\n"
        );
    }
}
