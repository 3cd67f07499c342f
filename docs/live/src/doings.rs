//! What a call has brought about.

use protocol::{Event, Request, StreamId};

use crate::envelope::Bytes;
use crate::frames;
use crate::news::News;

/// Stream of the first terminal. The next ones follow.
pub const FIRST_TERMINAL: StreamId = 1;

/// Bytes to send, and news.
#[derive(Debug, Default)]
pub struct Doings {
    /// Bytes for PID 1.
    pub send: Vec<u8>,
    /// What has happened, in order.
    pub news: Vec<News>,
    /// Bytes that the news refer to.
    pub bytes: Bytes,
}

impl Doings {
    /// Adds a request to the bytes for PID 1.
    ///
    /// # Errors
    ///
    /// The request is too long for a frame.
    pub fn ask(&mut self, request: &Request) -> Result<(), String> {
        self.send.extend(frames::encode(request)?);
        Ok(())
    }

    /// Tells an event that is not of the lesson.
    ///
    /// # Errors
    ///
    /// None that is known: every event has a form in JSON.
    pub fn tell(&mut self, event: Event) -> Result<(), String> {
        let news = match event {
            Event::Failed { reason } => News::Failed { reason },
            other => News::Event {
                event: frames::value(&other, &mut self.bytes)?,
            },
        };
        self.news.push(news);
        Ok(())
    }
}
