//! The program that makes all stages of a run, and carries their streams on its
//! own standard input and output.
//!
//! It has one process. A stage has no way to it: the stage's PID namespace does
//! not show it, PID 1 executes `/init` with no descriptor but those of its own
//! stream, and the bytes of a stage are carried unread.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::AsFd;

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::{read, write};
use protocol::stages::{FromStages, MOST_BYTES, StageId, ToStages};
use protocol::{Event, Frames};

use super::held::{self, Happened, Held, POLLED};
use super::outcome::UNAVAILABLE;
use super::site::Site;
use super::{birth, supervisor};

/// The program's state.
pub struct Agent {
    /// What stages need, or the reason why there can be none.
    site: Result<Site>,
    stages: BTreeMap<StageId, Held>,
    frames: Frames,
}

/// What has happened.
struct News {
    input: bool,
    stages: Vec<(StageId, Happened)>,
}

impl Agent {
    /// Returns the program's state without any stage.
    pub fn new(site: Result<Site>) -> Self {
        Self {
            site,
            stages: BTreeMap::new(),
            frames: Frames::default(),
        }
    }

    /// Serves until the stream closes. Then nothing is left of any stage.
    pub fn serve(&mut self) -> Result<()> {
        let served = self.serve_until_the_end();
        // Close all streams first, so that all stages end at once.
        self.stages.values_mut().for_each(Held::close);
        let all = std::mem::take(&mut self.stages);
        all.into_values().for_each(|held| drop(held.wait()));
        served
    }

    fn serve_until_the_end(&mut self) -> Result<()> {
        loop {
            let news = self.wait()?;
            for (stage, happened) in news.stages {
                self.look_at(stage, happened)?;
            }
            if news.input && !self.receive()? {
                return Ok(());
            }
        }
    }

    fn wait(&self) -> Result<News> {
        let input = io::stdin();
        let mut fds = vec![PollFd::new(input.as_fd(), PollFlags::POLLIN)];
        fds.extend(self.stages.values().flat_map(Held::poll_fds));
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => {
                return Ok(News {
                    input: false,
                    stages: Vec::new(),
                });
            }
            result => result.context("poll")?,
        };
        let any = |fd: &PollFd| fd.any().unwrap_or(false);
        let happened = |fds: &[PollFd]| Happened {
            stream: any(&fds[0]),
            errors: any(&fds[1]),
            ended: any(&fds[2]),
        };
        let of_stages = fds[1..].chunks(POLLED).map(happened);
        Ok(News {
            input: any(&fds[0]),
            stages: self.stages.keys().copied().zip(of_stages).collect(),
        })
    }

    /// Carries what a stage has written, and what waits for it.
    fn look_at(&mut self, stage: StageId, happened: Happened) -> Result<()> {
        let Some(held) = self.stages.get_mut(&stage) else {
            return Ok(());
        };
        if happened.errors {
            held.hear();
        }
        let mut bytes = Vec::new();
        if happened.stream {
            held.write();
            bytes = held.read();
        }
        if !bytes.is_empty() {
            // There may be more, so its end comes later.
            self.send(&FromStages::Bytes { stage, bytes })
        } else if happened.ended {
            self.bury(stage)
        } else {
            Ok(())
        }
    }

    /// Reads what the harness has sent. Returns `false` when it is gone.
    fn receive(&mut self) -> Result<bool> {
        let mut bytes = [0; MOST_BYTES];
        let count = match read(io::stdin(), &mut bytes) {
            Err(Errno::EINTR) => return Ok(true),
            count => count.context("read from the harness")?,
        };
        self.frames.push(&bytes[..count]);
        while let Some(message) = self.frames.take()? {
            match message {
                ToStages::Make { stage } => self.make(stage)?,
                ToStages::Bytes { stage, bytes } => {
                    if let Some(held) = self.stages.get_mut(&stage) {
                        held.give(&bytes);
                    }
                }
                ToStages::End { stage } => {
                    if let Some(held) = self.stages.get_mut(&stage) {
                        held.close();
                    }
                }
            }
        }
        Ok(count > 0)
    }

    fn make(&mut self, stage: StageId) -> Result<()> {
        match self.begin() {
            Ok(held) => {
                self.stages.insert(stage, held);
                Ok(())
            }
            Err(error) => self.refuse(stage, &error),
        }
    }

    /// Makes a stage's cgroup, and starts its supervisor.
    fn begin(&mut self) -> Result<Held> {
        let site = match &self.site {
            Ok(site) => site,
            Err(reason) => anyhow::bail!("{reason:#}"),
        };
        let (streams, ends) = held::both_ends()?;
        let cgroup = site.cgroup()?;
        if let Some(supervisor) = birth::fork()? {
            return Ok(Held::new(supervisor, cgroup, streams));
        }
        // The supervisor. A stage's stream closes with its last copy: keep none
        // of the others, nor of the agent's own.
        drop(streams);
        self.stages.clear();
        let status = match ends.become_standard() {
            Ok(()) => supervisor::run(&cgroup, &site.archives),
            Err(_) => 1,
        };
        std::process::exit(status);
    }

    /// Says why there is no such stage, as PID 1 would.
    fn refuse(&mut self, stage: StageId, error: &anyhow::Error) -> Result<()> {
        let reason = format!("{error:#}");
        let bytes = protocol::encode(&Event::Failed { reason })?;
        self.send(&FromStages::Bytes { stage, bytes })?;
        self.send(&FromStages::Ended {
            stage,
            status: UNAVAILABLE,
            said: String::new(),
        })
    }

    /// Reports the end of a stage, of which nothing is left then.
    fn bury(&mut self, stage: StageId) -> Result<()> {
        let Some(held) = self.stages.remove(&stage) else {
            return Ok(());
        };
        let (status, said) = held.wait();
        self.send(&FromStages::Ended {
            stage,
            status,
            said,
        })
    }

    fn send(&mut self, message: &FromStages) -> Result<()> {
        let frame = protocol::encode(message)?;
        let mut left = &frame[..];
        while !left.is_empty() {
            match write(io::stdout(), left) {
                Ok(count) => left = &left[count..],
                Err(Errno::EINTR) => {}
                Err(errno) => Err(errno).context("write to the harness")?,
            }
        }
        Ok(())
    }
}
