//! The settings of a lesson: `KEY: VALUE` lines in a comment at its top.

use super::problem::Problem;
use super::{Version, Watch, console::is_name};
use crate::labels::is_reserved;

/// Beginning of the comment.
pub(super) const OPENING: &str = "<!-- lesson";
const CLOSING: &str = "-->";

/// Content of the comment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub minutes: Option<u32>,
    pub kernel: Option<Version>,
    pub terminals: Vec<String>,
    pub watch: Vec<Watch>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            minutes: None,
            kernel: None,
            terminals: vec!["host".into()],
            watch: Vec::new(),
        }
    }
}

/// Parses the comment. Adds each problem, with its line in the comment (from
/// 0), to `problems`.
pub(super) fn parse(
    comment: &str,
    problems: &mut Vec<(usize, Problem)>,
) -> Settings {
    let mut settings = Settings::default();
    let Some((body, _)) = comment.split_once(CLOSING) else {
        problems.push((0, Problem::SettingsUnclosed));
        return settings;
    };
    let mut seen = Vec::new();
    for (n, line) in body.lines().enumerate() {
        let line = if n == 0 { &line[OPENING.len()..] } else { line };
        if line.trim().is_empty() {
            continue;
        }
        let outcome = match line.split_once(':') {
            Some((key, _)) if seen.contains(&key.trim()) => {
                Err(Problem::SettingTwice(key.trim().into()))
            }
            Some((key, value)) => {
                seen.push(key.trim());
                set(&mut settings, key.trim(), value.trim())
            }
            None => Err(Problem::NotASetting(line.trim().into())),
        };
        problems.extend(outcome.err().map(|problem| (n, problem)));
    }
    let names = settings.terminals.iter();
    let names = names.chain(settings.watch.iter().map(|watch| &watch.label));
    problems.extend(name_problems(names).map(|problem| (0, problem)));
    settings
}

fn set(settings: &mut Settings, key: &str, value: &str) -> Result<(), Problem> {
    match key {
        "minutes" => settings.minutes = Some(minutes(value)?),
        "kernel" => settings.kernel = Some(kernel(value)?),
        "terminals" => settings.terminals = each(value, terminal)?,
        "watch" => settings.watch = each(value, watch)?,
        _ => return Err(Problem::UnknownSetting(key.into())),
    }
    Ok(())
}

fn minutes(value: &str) -> Result<u32, Problem> {
    let wanted = "a whole number above 0";
    let number = value.parse().ok().filter(|&n| n > 0);
    number.ok_or_else(|| bad("minutes", value, wanted))
}

fn kernel(value: &str) -> Result<Version, Problem> {
    let wanted = "the first release that will do, as in `7.0`";
    Version::read(value).ok_or_else(|| bad("kernel", value, wanted))
}

fn terminal(value: &str) -> Result<String, Problem> {
    let wanted = "names in small letters, digits and -, as in `host, web`";
    let name = is_name(value).then(|| value.to_string());
    name.ok_or_else(|| bad("terminals", value, wanted))
}

fn watch(value: &str) -> Result<Watch, Problem> {
    let wanted = "LABEL=COMMAND, as in `web=httpd`; a command's name in \
                  /proc/PID/comm has at most 15 bytes";
    let parts = value.split_once('=').filter(|(label, command)| {
        is_name(label) && (1..=15).contains(&command.len())
    });
    let (label, command) = parts.ok_or_else(|| bad("watch", value, wanted))?;
    Ok(Watch {
        label: label.into(),
        command: command.into(),
    })
}

fn each<T>(
    value: &str,
    read: impl Fn(&str) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    value.split(',').map(|item| read(item.trim())).collect()
}

fn bad(key: &'static str, value: &str, wanted: &'static str) -> Problem {
    Problem::BadValue {
        key,
        value: value.into(),
        wanted,
    }
}

fn name_problems<'a>(
    names: impl Iterator<Item = &'a String>,
) -> impl Iterator<Item = Problem> {
    let mut seen = Vec::new();
    names.filter_map(move |name| {
        if is_reserved(name) {
            return Some(Problem::Reserved(name.clone()));
        }
        if seen.contains(&name) {
            return Some(Problem::NameTwice(name.clone()));
        }
        seen.push(name);
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(comment: &str) -> Vec<(usize, String)> {
        let mut problems = Vec::new();
        parse(comment, &mut problems);
        problems
            .into_iter()
            .map(|(line, problem)| (line, problem.to_string()))
            .collect()
    }

    #[test]
    fn all_settings_are_read() {
        let mut problems = Vec::new();
        let settings = parse(
            "<!-- lesson\nminutes: 20\nkernel: 7.0\nterminals: host, web\n\
             watch: web-server=httpd, db = x\n-->\n",
            &mut problems,
        );
        assert_eq!(problems.len(), 1, "`db = x` has spaces");
        assert_eq!(settings.minutes, Some(20));
        assert_eq!(settings.kernel, Version::read("7.0"));
        assert_eq!(settings.terminals, ["host", "web"]);

        let settings =
            parse("<!-- lesson\nwatch: web=httpd\n-->", &mut Vec::new());
        assert_eq!(settings.terminals, ["host"]);
        assert_eq!(settings.kernel, None);
        assert_eq!(settings.watch[0].label, "web");
        assert_eq!(settings.watch[0].command, "httpd");
    }

    #[test]
    fn every_bad_line_is_reported_at_its_line() {
        let found = problems(
            "<!-- lesson\nminutes: soon\ncolour: blue\nterminals\n\
             minutes: 3\n-->",
        );
        let lines: Vec<_> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 2, 3, 4]);
        assert!(found[0].1.contains("`soon` will not do for `minutes`"));
        assert!(found[1].1.contains("unknown setting `colour`"));
        assert!(found[2].1.contains("not `terminals`"));
        assert!(found[3].1.contains("twice"));
    }

    #[test]
    fn a_kernel_is_named_by_the_two_numbers_of_its_release() {
        for wrong in ["7", "7.0.1", "v7.0", "newest", ""] {
            let found = problems(&format!("<!-- lesson\nkernel: {wrong}\n-->"));
            assert_eq!(found[0].0, 1);
            assert!(found[0].1.contains("for `kernel`"), "{found:?}");
        }
    }

    #[test]
    fn a_name_is_given_once_and_is_no_label_of_normalised_output() {
        let found = problems(
            "<!-- lesson\nterminals: host, p1\nwatch: host=httpd\n-->",
        );
        assert!(found[0].1.contains("`p1` is taken"), "{found:?}");
        assert!(found[1].1.contains("`host` is given twice"), "{found:?}");
    }

    #[test]
    fn the_kernel_knows_no_command_s_name_beyond_15_bytes() {
        assert_eq!(problems("<!-- lesson\nwatch: a=123456789012345\n-->"), []);
        for command in ["1234567890123456", ""] {
            let found =
                problems(&format!("<!-- lesson\nwatch: a={command}\n-->"));
            assert!(found[0].1.contains("at most 15 bytes"));
        }
    }

    #[test]
    fn settings_that_never_end_are_reported() {
        let found = problems("<!-- lesson\nminutes: 3\n");
        assert!(found[0].1.contains("close them with `-->`"));
    }
}
