//! The first words with PID 1: the machine says who it is, hears the time, is
//! asked for the versions of tools, and opens the lesson's terminals.

use lessons::lesson::{Lesson, Tool, Versions};
use protocol::{Event, Request, StreamId, WindowSize};

use crate::doings::{Doings, FIRST_TERMINAL};

/// Stream of the first question to a tool.
const FIRST_QUESTION: StreamId = 900;

/// The first words so far.
#[derive(Debug)]
pub struct Greeting {
    hello: Request,
    kernel: String,
    versions: Versions,
    tools: Vec<Tool>,
    /// Number of tools that were asked, and what the last one has said.
    asked: usize,
    said: Vec<u8>,
    /// PIDs of the shells that wait in the terminals.
    shells: Vec<i32>,
}

/// A machine whose terminals are open.
#[derive(Debug)]
pub struct Opened {
    /// Release of the kernel.
    pub kernel: String,
    /// Versions that the lesson's marks name.
    pub versions: Versions,
    /// PIDs of the shells, in the order of the lesson's terminals.
    pub shells: Vec<i32>,
}

impl Greeting {
    /// Begins with the time in nanoseconds since 1970, and random bytes.
    pub fn new(lesson: &Lesson, unix_time_ns: u64, entropy: [u8; 32]) -> Self {
        Self {
            hello: Request::Hello {
                protocol: protocol::VERSION,
                unix_time_ns,
                entropy,
            },
            kernel: String::new(),
            versions: Versions::NONE,
            tools: lesson.tools().collect(),
            asked: 0,
            said: Vec::new(),
            shells: Vec::new(),
        }
    }

    /// Takes an event. Returns the machine once its terminals are open.
    ///
    /// # Errors
    ///
    /// The machine speaks another protocol, or opens no terminal.
    pub fn event(
        &mut self,
        lesson: &Lesson,
        event: Event,
        doings: &mut Doings,
    ) -> Result<Option<Opened>, String> {
        match event {
            Event::Ready { protocol, kernel } => {
                self.ready(protocol, kernel, doings)?;
            }
            Event::Done => return self.go_on(lesson, doings),
            Event::Output { id, bytes, .. } if id >= FIRST_QUESTION => {
                self.said.extend(bytes);
            }
            Event::Exit { id, .. } if id >= FIRST_QUESTION => {
                let said = String::from_utf8_lossy(&self.said).into_owned();
                if let Some(tool) = self.tools.get(self.asked) {
                    self.versions.hear(*tool, &said);
                }
                self.asked += 1;
                self.said.clear();
                return self.go_on(lesson, doings);
            }
            Event::Prompt { shell, .. } => {
                self.shells.push(shell);
                return self.go_on(lesson, doings);
            }
            Event::Exit { .. } => {
                return Err("a terminal ended before its first prompt".into());
            }
            // What a shell says before its first prompt is no part of a lesson.
            Event::Output { .. } | Event::Started { .. } => {}
            other => doings.tell(other)?,
        }
        Ok(None)
    }

    fn ready(
        &mut self,
        protocol: u32,
        kernel: String,
        doings: &mut Doings,
    ) -> Result<(), String> {
        if protocol != protocol::VERSION {
            let ours = protocol::VERSION;
            return Err(format!(
                "this machine speaks protocol {protocol}, the page {ours}"
            ));
        }
        self.versions = Versions::of_kernel(&kernel);
        self.kernel = kernel;
        doings.ask(&self.hello)
    }

    /// Asks the next tool, or opens the next terminal.
    fn go_on(
        &mut self,
        lesson: &Lesson,
        doings: &mut Doings,
    ) -> Result<Option<Opened>, String> {
        let open = self.shells.len();
        if let Some(tool) = self.tools.get(self.asked) {
            let id = FIRST_QUESTION + self.asked as StreamId;
            let argv = tool.question().iter().map(ToString::to_string);
            let argv = argv.collect();
            doings.ask(&Request::Exec { id, argv })?;
        } else if open < lesson.terminals.len() {
            let id = FIRST_TERMINAL + open as StreamId;
            let size = WindowSize::LESSON;
            doings.ask(&Request::OpenTerminal { id, size })?;
        } else {
            return Ok(Some(Opened {
                kernel: std::mem::take(&mut self.kernel),
                versions: self.versions,
                shells: std::mem::take(&mut self.shells),
            }));
        }
        Ok(None)
    }
}
