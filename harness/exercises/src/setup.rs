//! The script that puts a machine into the state of an exercise.

use protocol::FIRST_PID;

use super::definition::Exercise;
use super::random::Values;

/// Functions that every setup can use.
const PRELUDE: &str = include_str!("hold.bash");

/// The end of every setup, which prints all exported variables.
const POSTLUDE: &str = r#"
for name in $(compgen -e); do
    printf '%s=%s\0' "$name" "${!name}" >&3
done
"#;

/// Variables that every process has, which are not the exercise's.
const USUAL: [&str; 9] = [
    "HOME",
    "LANG",
    "OLDPWD",
    "PATH",
    "PWD",
    "QUOTING_STYLE",
    "SHELL",
    "SHLVL",
    "USER",
];

/// A setup that has not been run yet.
#[derive(Debug)]
pub struct Setup {
    values: Values,
    script: String,
}

impl Setup {
    /// Chooses new values for an exercise.
    pub fn choose(exercise: &Exercise) -> Self {
        let mut values = Values::choose(&exercise.random);
        let command = values.new_word();
        values.set("command", &command);
        // These get a value once there is such a process.
        values.set("command_pid", "");
        values.set("program_pid", "");
        let script = format!(
            "first_pid={FIRST_PID}\n{PRELUDE}{}witness \"$command\"\n{}\n{POSTLUDE}",
            values.assignments(),
            exercise.setup
        );
        Self { values, script }
    }

    /// Returns the command line, for root.
    pub fn command(&self) -> [&str; 5] {
        ["bash", "-euo", "pipefail", "-c", &self.script]
    }

    /// Returns all values, with those that the script has printed at its end.
    pub fn values(self, printed: &[u8]) -> Values {
        let mut values = self.values;
        let exported = String::from_utf8_lossy(printed);
        for variable in exported.split_terminator('\0') {
            let Some((name, value)) = variable.split_once('=') else {
                continue;
            };
            if !USUAL.contains(&name) && name != "_" {
                values.set(name, value);
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format;

    const TEXT: &str = r#"
title = "T"
kind = "find"
minutes = 5
asks = "A"
hints = ["1", "2", "3"]
after = "B"
random = { keeper = "word" }
setup = "hold $keeper --net"
answer = "$keeper"
finds = "true"
[[feedback]]
id = "else"
says = "no"
"#;

    #[test]
    fn values_are_new_and_those_of_the_script_count() {
        let exercise = format::parse(TEXT).unwrap();
        let setup = Setup::choose(&exercise);
        let keeper = setup.values.get("keeper").unwrap().to_owned();
        let script = setup.command()[4];
        assert!(script.contains(&format!("keeper='{keeper}'\n")));
        assert!(script.contains("\nhold $keeper --net\n"));
        let printed = format!("HOME=/\0{keeper}=25111\0_=x\0");
        let values = setup.values(printed.as_bytes());
        assert_eq!(values.get(&keeper), Some("25111"));
        assert_eq!(values.get("HOME"), None);
        assert_eq!(values.get("_"), None);
        let other = Setup::choose(&exercise).values;
        assert_ne!(other.get("keeper"), Some(&*keeper));
    }
}
