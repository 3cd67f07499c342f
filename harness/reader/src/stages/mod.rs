//! Stages: machines on a Linux that is already up, reached by ssh or by another
//! command. The same files and the same PID 1 as QEMU's machine.
//!
//! # Layout
//!
//! * here: [`Stages`], which makes them
//! * [`way`]: the way to that Linux, and the kind of machine that was chosen
//! * [`connection`]: one open session, and the commands that go through it
//! * `vagrant`: the machine of Vagrant, started unless it is up
//! * `parcel`: the files that are sent there, once each

pub mod connection;
mod parcel;
mod vagrant;
pub mod way;

use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use tr::tr;

use crate::machine::agent::Agent;
use crate::machine::{Failure, Fate, Machine};
use crate::progress;
use connection::Connection;
use parcel::{LACKS, Parcel};

/// Makes stages on one Linux. A clone shares the connection and the agent.
#[derive(Clone)]
pub struct Stages {
    connection: Arc<Connection>,
    parcels: Arc<Vec<Parcel>>,
    /// The process that leads to all stages, once there is a first one.
    agent: Arc<Mutex<Option<Arc<Agent>>>>,
}

impl Stages {
    /// Returns the stages of a Linux, with these files: PID 1, the archive of
    /// the root file system, and the chapters' programs by their paths.
    pub fn new(
        connection: Connection,
        guest: &[u8],
        root: &[u8],
        programs: &[(String, Vec<u8>)],
    ) -> Self {
        let mut parcels = vec![Parcel::guest(guest), Parcel::archive(root)];
        parcels.extend(programs.iter().map(Parcel::program));
        Self {
            connection: Arc::new(connection),
            parcels: Arc::new(parcels),
            agent: Arc::default(),
        }
    }

    /// Returns the connection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Makes a stage. Sends first what is not there yet.
    pub fn machine(&self) -> Result<Machine, Failure> {
        match self.start() {
            Err(failure) if lacks_files(&failure) => {
                self.bring().map_err(|error| {
                    Failure::before_boot(&error, Fate::NoStage)
                })?;
                self.start()
            }
            result => result,
        }
    }

    fn start(&self) -> Result<Machine, Failure> {
        let agent = self.agent();
        let agent = agent
            .map_err(|error| Failure::before_boot(&error, Fate::NoStage))?;
        Machine::on_stage(&agent, self.connection.command("true"))
    }

    /// Returns the process that leads to stages. Starts another one if that has
    /// ended.
    fn agent(&self) -> Result<Arc<Agent>> {
        let mut last =
            self.agent.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(agent) if !agent.is_over() => Ok(Arc::clone(agent)),
            _ => {
                let script = parcel::script_that_starts(&self.parcels);
                let command = self.connection.command(&script);
                let agent = Agent::start(command, self.connection.clone())?;
                Ok(Arc::clone(last.insert(agent)))
            }
        }
    }

    /// Sends all files that are not there.
    fn bring(&self) -> Result<()> {
        let script = parcel::script_that_lists_lacking(&self.parcels);
        let mut command = self.connection.command(&script);
        let output = command.stdin(Stdio::null()).output();
        let output = output.context("the list of what is there")?;
        let lacking = String::from_utf8_lossy(&output.stdout).into_owned();
        let lacking: Vec<&str> = lacking.lines().collect();
        self.must_be_a_place_for_stages()?;
        let wanted = |parcel: &&Parcel| lacking.contains(&parcel.name());
        let wanted: Vec<&Parcel> = self.parcels.iter().filter(wanted).collect();
        let bytes: usize = wanted.iter().map(|parcel| parcel.length()).sum();
        let size = bytes.div_ceil(1_000_000);
        progress::once(tr!("Sending {size} MB, which happens once", size));
        for parcel in wanted {
            self.send(parcel)?;
        }
        Ok(())
    }

    /// Asks what is missing there. Nothing of the question stays.
    fn must_be_a_place_for_stages(&self) -> Result<()> {
        let mut command = self.connection.command(parcel::SCRIPT_THAT_ASKS);
        let output = self.parcels[0].send(&mut command)?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).trim().to_owned();
        ensure!(output.status.success(), said);
        Ok(())
    }

    fn send(&self, parcel: &Parcel) -> Result<()> {
        let mut command = self.connection.command(&parcel.script_that_keeps());
        let said = parcel.send(&mut command)?;
        let name = parcel.name();
        ensure!(
            said.status.success(),
            "{}",
            tr!(
                "{name} could not be written there: {why}",
                name,
                why = String::from_utf8_lossy(&said.stderr).trim()
            )
        );
        Ok(())
    }
}

fn lacks_files(failure: &Failure) -> bool {
    matches!(&failure.fate, Fate::NoStage(reason) if reason == LACKS)
}
