//! The messages of cargo and of the compiler.

use std::collections::BTreeMap;
use std::fs;
use std::io::BufReader;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use cargo_metadata::Message;
use cargo_metadata::diagnostic::DiagnosticLevel;

use super::compiler::{self, BuildOutput};

/// The result of building a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Built {
    /// The program.
    Program(Vec<u8>),
    /// The compiler's messages.
    DoesNotCompile(String),
}

/// The messages of a run.
#[derive(Default)]
pub(super) struct Messages {
    programs: BTreeMap<String, PathBuf>,
    /// Messages by the name of the program.
    pub(super) errors: BTreeMap<String, String>,
    /// Messages of cargo itself.
    complaint: String,
}

impl Messages {
    /// Parses the output of cargo.
    pub(super) fn parse(output: &BuildOutput) -> Result<Self> {
        let mut messages = Self {
            complaint: String::from_utf8_lossy(&output.stderr).into_owned(),
            ..Self::default()
        };
        let lines = BufReader::new(&output.stdout[..]);
        for message in Message::parse_stream(lines) {
            messages.add(message?);
        }
        Ok(messages)
    }

    fn add(&mut self, message: Message) {
        match message {
            Message::CompilerArtifact(artifact) => {
                if let Some(path) = artifact.executable {
                    let path = path.into_std_path_buf();
                    self.programs.insert(artifact.target.name, path);
                }
            }
            Message::CompilerMessage(message) => {
                let diagnostic = message.message;
                let error = matches!(
                    diagnostic.level,
                    DiagnosticLevel::Error | DiagnosticLevel::Ice
                );
                if let Some(rendered) = diagnostic.rendered.filter(|_| error) {
                    let errors = self.errors.entry(message.target.name);
                    errors.or_default().push_str(&rendered);
                }
            }
            _ => {}
        }
    }

    /// Returns the program with this name, or the errors about it.
    pub(super) fn built(&self, name: &str) -> Result<Built> {
        Ok(match self.programs.get(name) {
            Some(path) => Built::Program(
                fs::read(path).with_context(|| path.display().to_string())?,
            ),
            None => Built::DoesNotCompile(self.errors_of(name)?),
        })
    }

    fn errors_of(&self, name: &str) -> Result<String> {
        if let Some(errors) = self.errors.get(name) {
            return Ok(errors.clone());
        }
        if self.complaint.contains(&format!("(bin \"{name}\")")) {
            return Ok(compiler::stopped(name));
        }
        let own = ("cargo", &self.complaint);
        let (other, errors) = self
            .errors
            .first_key_value()
            .map_or(own, |(name, errors)| (name, errors));
        bail!("build: {name} was not built: {other}:\n{errors}")
    }
}
