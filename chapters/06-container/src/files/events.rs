//! events - what happens to a container, and is written down by its owner
//!
//! See: docs/src/container-states.md

use crate::error::{Error, Result};
use crate::files::claim::Restart;
use crate::files::container::{Container, Status, now};
use crate::files::place::{forget, state_folder};
use crate::kernel::{cgroup, network, process};

impl Container {
    /// Notes that the owner prepares the container, for the first time or once
    /// more.
    pub fn is_starting(&mut self) -> Result<()> {
        self.status = Status::Creating;
        self.save()
    }

    /// Notes that the container has a process.
    pub fn has_process(&mut self, pid: i32) -> Result<()> {
        self.pid = pid;
        self.start_time = process::start_time(pid).unwrap_or(0);
        self.save()
    }

    /// Notes that the process is the command.
    pub fn is_running(&mut self) -> Result<()> {
        self.status = Status::Running;
        self.started = Some(now());
        (self.exit_code, self.error) = Default::default();
        self.save()
    }

    /// Notes that the container has no process any more, and no network. With
    /// `--rm` it is removed, unless somebody is about to start it again.
    pub fn has_ended(&mut self, exit_code: i32) -> Result<()> {
        let folder = state_folder(&self.id);
        if self.asked.rm && !Restart::is_announced(&folder) {
            return forget(&self.id);
        }
        if self.status == Status::Running {
            self.finished = Some(now());
        }
        self.status = match self.started {
            Some(_) => Status::Exited,
            None => Status::Created,
        };
        (self.pid, self.exit_code) = (0, exit_code);
        (self.ip, self.endpoint, self.ports) = Default::default();
        self.save()
    }

    /// Notes why the container has not started. With docker it stays, as it
    /// was before. The error tells, too, what could not be taken back.
    pub fn has_not_started(&mut self, error: Error) -> Error {
        self.error = error.to_string();
        let before = Some(self.exit_code).filter(|it| *it != 0);
        let status = error.status.map(i32::from).or(before).unwrap_or(128);
        let cleaned = self.clean_up();
        match cleaned.and(self.has_ended(status)) {
            Ok(()) => error,
            Err(more) => error.and(&more),
        }
    }

    /// Removes the cgroup and the veth on the bridge, which may outlive the
    /// process. The veth goes even if the cgroup does not.
    pub fn clean_up(&self) -> Result<()> {
        let removed = cgroup::remove(&self.id);
        let veth = self.veth();
        removed.and(veth.map_or(Ok(()), |it| network::disconnect(&it)))
    }
}
