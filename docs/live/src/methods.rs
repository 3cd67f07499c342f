//! The methods, by their numbers. `live.mjs` has the same numbers.

use protocol::{Frames, Request};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::book::{Book, Files};
use crate::doings::Doings;
use crate::envelope::{self, Bytes};
use crate::exercise::{Chosen, Finding};
use crate::frames;
use crate::machine::Machine;

/// Error of a call for an exercise before there is one.
const NO_EXERCISE: &str = "choose an exercise first";

/// Everything that lasts from call to call.
#[derive(Debug, Default)]
pub struct Live {
    frames: Frames,
    book: Option<Book>,
    machine: Option<Machine>,
    finding: Option<Finding>,
}

/// Time and random bytes for a machine.
#[derive(Debug, Deserialize)]
struct Begin {
    /// Time of day, in milliseconds since 1970, UTC.
    time: f64,
    /// Random bytes.
    entropy: [u8; 32],
}

/// What a person types in a terminal; the bytes stand behind the JSON.
#[derive(Debug, Deserialize)]
struct Typed {
    terminal: String,
}

/// An answer of a person to an exercise.
#[derive(Debug, Deserialize)]
struct Given {
    answer: String,
}

impl Live {
    /// Calls the method with this number.
    ///
    /// # Errors
    ///
    /// There is no such method, or the request is not one of the method's.
    pub fn call(
        &mut self,
        method: u32,
        request: &[u8],
    ) -> Result<Vec<u8>, String> {
        match method {
            1 => {
                let (request, _): (Request, _) = envelope::read(request)?;
                frames::encode(&request)
            }
            2 => self.decode(request),
            3 => self.open(request),
            4 => self.begin(request),
            5 => self.next(),
            6 => self.playing(|book, machine, doings| {
                machine.hear(book, request, doings)
            }),
            7 => self.playing(|book, machine, doings| {
                machine.run_next(book, doings)
            }),
            8 => {
                let (typed, bytes): (Typed, _) = envelope::read(request)?;
                self.playing(|book, machine, doings| {
                    machine.type_own(book, &typed.terminal, bytes, doings)
                })
            }
            9 => {
                let (request, _): (Request, _) = envelope::read(request)?;
                self.playing(|_, _, doings| doings.ask(&request))
            }
            10 => self.exercise(request),
            11 => {
                let finding = self.finding.take().ok_or(NO_EXERCISE)?;
                self.finding = Some(finding.prepared(request));
                envelope::write(&Value::Null, &Bytes::default())
            }
            12 => {
                self.finding()?.found(request)?;
                envelope::write(&Value::Null, &Bytes::default())
            }
            13 => {
                let (given, _): (Given, _) = envelope::read(request)?;
                let judged = self.finding()?.answer(&given.answer)?;
                envelope::write(&judged, &Bytes::default())
            }
            _ => Err(format!("there is no method {method}")),
        }
    }

    fn decode(&mut self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let events = frames::events(&mut self.frames, bytes)?;
        let mut bytes = Bytes::default();
        let values = events
            .iter()
            .map(|event| frames::value(event, &mut bytes))
            .collect::<Result<Vec<_>, _>>()?;
        envelope::write(&values, &bytes)
    }

    fn open(&mut self, request: &[u8]) -> Result<Vec<u8>, String> {
        let (files, _): (Files, _) = envelope::read(request)?;
        let book = Book::open(files)?;
        let contents = book.contents();
        self.book = Some(book);
        self.machine = None;
        envelope::write(&contents, &Bytes::default())
    }

    fn begin(&mut self, request: &[u8]) -> Result<Vec<u8>, String> {
        let (begin, _): (Begin, _) = envelope::read(request)?;
        let book = self.book.as_ref().ok_or("open a lesson first")?;
        let nanoseconds = (begin.time * 1e6) as u64;
        self.machine = Some(Machine::new(book, nanoseconds, begin.entropy));
        written(Doings::default())
    }

    fn exercise(&mut self, request: &[u8]) -> Result<Vec<u8>, String> {
        let (chosen, _): (Chosen, _) = envelope::read(request)?;
        let finding = Finding::choose(chosen);
        let commands = finding.commands();
        self.finding = Some(finding);
        envelope::write(&commands, &Bytes::default())
    }

    fn finding(&self) -> Result<&Finding, String> {
        Ok(self.finding.as_ref().ok_or(NO_EXERCISE)?)
    }

    fn next(&self) -> Result<Vec<u8>, String> {
        let book = self.book.as_ref().ok_or("open a lesson first")?;
        let index = self.machine.as_ref().map_or(0, Machine::next);
        let command = book.lesson.commands().nth(index);
        let next = command.map_or(Value::Null, |command| {
            let step = book.step_of(index).map(|step| step.number);
            json!({
                "step": step,
                "command": index,
                "terminal": command.terminal,
            })
        });
        envelope::write(&next, &Bytes::default())
    }

    fn playing(
        &mut self,
        act: impl FnOnce(&Book, &mut Machine, &mut Doings) -> Result<(), String>,
    ) -> Result<Vec<u8>, String> {
        let book = self.book.as_ref().ok_or("open a lesson first")?;
        let machine =
            self.machine.as_mut().ok_or("begin with a machine first")?;
        let mut doings = Doings::default();
        act(book, machine, &mut doings)?;
        written(doings)
    }
}

fn written(doings: Doings) -> Result<Vec<u8>, String> {
    let Doings {
        send,
        news,
        mut bytes,
    } = doings;
    let send = bytes.add(&send);
    envelope::write(&json!({"send": send, "news": news}), &bytes)
}
