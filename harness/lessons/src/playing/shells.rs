//! The shells of a terminal, and their names in the lesson.

use super::misfit::Misfit;
use crate::labels::NamedProcess;
use crate::lesson::Command;

/// One terminal: a shell, and the shells started in it.
#[derive(Debug)]
pub struct Shells {
    name: String,
    /// Living shells, outermost first; empty once the terminal is closed.
    stack: Vec<NamedProcess>,
}

impl Shells {
    /// Returns the shells of a terminal that has just been opened: one, with
    /// this PID.
    pub fn new(name: &str, shell: i32) -> Self {
        let first = NamedProcess {
            pid: shell,
            label: name.to_owned(),
        };
        Self {
            name: name.to_owned(),
            stack: vec![first],
        }
    }

    /// Returns the terminal's name in the lesson.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the label of the shell that waits; `None` if the terminal is
    /// closed.
    pub fn waiting(&self) -> Option<&str> {
        self.stack.last().map(|shell| shell.label.as_str())
    }

    /// Refuses a command whose prompt is that of another shell than the one that
    /// waits.
    ///
    /// # Errors
    ///
    /// Another shell waits, or the terminal is closed.
    pub fn are_waiting_for(&self, command: &Command) -> Result<(), Misfit> {
        let waiting = self.waiting().ok_or_else(|| Misfit::closed(command))?;
        if self.stack.len() != 1 + command.nested.len() {
            return Err(Misfit::wrong_prompt(command, waiting));
        }
        Ok(())
    }

    /// Records that a shell has prompted: a new one, the same, or one further
    /// out. `names` are the nested shells at the terminal's next command.
    pub fn prompted(&mut self, pid: i32, names: Option<&[String]>) {
        match self.stack.iter().position(|shell| shell.pid == pid) {
            Some(index) => self.stack.truncate(index + 1),
            None => {
                let nested = names
                    .and_then(|names| names.get(self.stack.len() - 1))
                    .map_or("shell", String::as_str);
                let outer = self.stack.last().map(|shell| &shell.label);
                let label = match outer {
                    Some(outer) => format!("{outer}:{nested}"),
                    None => self.name.clone(),
                };
                self.stack.push(NamedProcess { pid, label });
            }
        }
    }

    /// Records that the first shell has ended.
    pub fn closed(&mut self) {
        self.stack.clear();
    }

    /// Returns the living shells.
    pub fn labelled(&self) -> Vec<NamedProcess> {
        self.stack.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shells() -> Shells {
        Shells::new("host", 25_000)
    }

    fn labels(shells: &Shells) -> Vec<String> {
        shells
            .labelled()
            .into_iter()
            .map(|shell| shell.label)
            .collect()
    }

    #[test]
    fn a_shell_started_in_a_shell_is_named_by_the_next_prompt() {
        let mut shells = shells();
        shells.prompted(25_010, Some(&["web".to_owned()]));
        assert_eq!(labels(&shells), ["host", "host:web"]);
        let names = ["web".to_owned(), "db".to_owned()];
        shells.prompted(25_020, Some(&names));
        assert_eq!(labels(&shells), ["host", "host:web", "host:web:db"]);
    }

    #[test]
    fn leaving_a_shell_goes_back_to_the_one_it_was_started_in() {
        let mut shells = shells();
        shells.prompted(25_010, Some(&["web".to_owned()]));
        shells.prompted(25_000, None);
        assert_eq!(labels(&shells), ["host"]);
    }
}
