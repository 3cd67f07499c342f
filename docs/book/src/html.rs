//! Writes text into HTML, and reads the tags and the text of HTML.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};

/// Returns a text in which no character is markup.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A piece of a page.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// Beginning of an element.
    Start(Element),
    /// End of an element of this name.
    End(String),
    /// Text, without markup.
    Text(String),
}

/// The name and the attributes of an element.
#[derive(Debug, PartialEq, Eq)]
pub struct Element {
    /// Name, such as `img`.
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// Returns the value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Returns the pieces of a page, in order.
pub fn pieces(page: &str) -> Vec<Piece> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    let tokenizer = Tokenizer::new(Pieces::default(), TokenizerOpts::default());
    // The sink never asks for a pause, so one call reads all of the input.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[derive(Default)]
struct Pieces(RefCell<Vec<Piece>>);

impl TokenSink for Pieces {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut pieces = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                let is_script = tag.kind == TagKind::StartTag
                    && matches!(&*tag.name, "script" | "style");
                let raw = match &*tag.name {
                    "script" => html5ever::tokenizer::states::ScriptData,
                    _ => html5ever::tokenizer::states::Rawtext,
                };
                pieces.push(piece_of(tag));
                if is_script {
                    return TokenSinkResult::RawData(raw);
                }
            }
            Token::CharacterTokens(text) => match pieces.last_mut() {
                Some(Piece::Text(before)) => before.push_str(&text),
                _ => pieces.push(Piece::Text(text.to_string())),
            },
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn piece_of(tag: Tag) -> Piece {
    let name = tag.name.to_string();
    if tag.kind == TagKind::EndTag {
        return Piece::End(name);
    }
    let attributes = tag.attrs.iter();
    let attributes = attributes
        .map(|it| (it.name.local.to_string(), it.value.to_string()))
        .collect();
    Piece::Start(Element { name, attributes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_is_read_again_as_text() {
        let text = "<b a=\"1\">&amp;</b> 'x' > y";
        let page = format!("<p>{}</p>", escape(text));
        let read = pieces(&page);
        assert_eq!(read[1], Piece::Text(text.to_owned()));
        assert_eq!(read.len(), 3);
    }

    #[test]
    fn a_script_is_no_markup() {
        let read = pieces("<script>if (a<b) '<img>'</script><img alt=x>");
        let Piece::Start(image) = &read[3] else {
            panic!("{read:?}");
        };
        assert_eq!(image.attribute("alt"), Some("x"));
        assert_eq!(image.attribute("src"), None);
    }
}
