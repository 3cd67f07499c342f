//! Help, and refusals in docker's words: all that container says before it does
//! anything. Both are the same for every user, and leave nothing behind.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use assert_cmd::assert::Assert;
use assert_cmd::cargo::{cargo_bin, cargo_bin_cmd};
use predicates::str::{contains, starts_with};

fn container(words: &[&str]) -> Assert {
    let mut command = cargo_bin_cmd!("container");
    command.env("RUST_BACKTRACE", "1").args(words).assert()
}

/// The end of an option's refusal.
fn usage(verb: &str, words: &str) -> String {
    format!(
        "\nUsage:  container {verb} [OPTIONS]{words}\n\n\
         Run 'container {verb} --help' for more information\n"
    )
}

const RUN: &str = " IMAGE [COMMAND] [ARG...]";

/// `container run OPTIONS busybox true` is refused, with a pointer to --help.
fn run_is_refused(options: &[&str], message: &str) {
    container(&[&["run"], options, &["busybox", "true"]].concat())
        .code(125)
        .stdout("")
        .stderr(format!(
            "container: {message}\n\n\
             Run 'container run --help' for more information\n"
        ));
}

#[test]
fn help_lists_dockers_verbs() {
    let assert = container(&["--help"]).success().stderr("");
    let help = String::from_utf8_lossy(&assert.get_output().stdout).to_string();
    for verb in [
        "run", "exec", "ps", "inspect", "logs", "stop", "kill", "start",
        "restart", "rm", "import", "images",
    ] {
        assert!(help.contains(&format!("\n  {verb} ")), "{verb}: {help}");
    }
}

#[test]
fn help_of_run_fits_80_columns_and_h_is_the_hostname() {
    let assert = container(&["run", "--help"]).success().stderr("");
    let help = String::from_utf8_lossy(&assert.get_output().stdout).to_string();
    assert!(help.contains("-h, --hostname"), "{help}");
    assert!(
        help.lines().all(|line| line.chars().count() <= 80),
        "{help}"
    );
}

#[test]
fn an_unknown_flag_ends_with_125() {
    container(&["run", "--rm", "--nosuchflag", "busybox"])
        .code(125)
        .stdout("")
        .stderr(format!("unknown flag: --nosuchflag\n{}", usage("run", RUN)));
    let shorthand = "unknown shorthand flag";
    container(&["ps", "-z"])
        .code(125)
        .stdout("")
        .stderr(format!("{shorthand}: 'z' in -z\n{}", usage("ps", "")));
    container(&["-x"]).code(125).stdout("").stderr(format!(
        "{shorthand}: 'x' in -x\n\n\
         Usage:  container [OPTIONS] COMMAND [ARG...]\n\n\
         Run 'container --help' for more information\n"
    ));
}

#[test]
fn arguments_that_are_missing_are_counted() {
    // Docker sees two kinds of verbs here, and so has two words.
    container(&["run"]).code(1).stdout("").stderr(
        "container: 'container run' requires at least 1 argument\n\n\
         Usage:  container run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\n\
         See 'container run --help' for more information\n",
    );
    for words in [&["logs"][..], &["logs", "a", "b"]] {
        container(words).code(1).stdout("").stderr(format!(
            "container: 'container logs' requires 1 argument\n{}",
            usage("logs", " CONTAINER")
        ));
    }
    container(&["ps", "web"]).code(1).stdout("").stderr(format!(
        "container: 'container ps' accepts no arguments\n{}",
        usage("ps", "")
    ));
    for words in [&["exec", "web"], &["import", "image.tar"]] {
        container(words)
            .code(1)
            .stderr(contains("requires at least 2 arguments\n"));
    }
    for verb in ["inspect", "stop", "kill", "start", "restart", "rm"] {
        container(&[verb])
            .code(1)
            .stderr(contains("requires at least 1 argument\n"));
    }
}

#[test]
fn an_unknown_verb_is_named() {
    container(&["foo"]).code(1).stdout("").stderr(
        "container: unknown command: container foo\n\n\
         Run 'container --help' for more information\n",
    );
}

#[test]
fn a_word_that_is_no_text_is_refused_in_the_same_words() {
    let byte = OsStr::from_bytes(b"\xff");
    let refused = |words: &[&OsStr], code, message: &'static str| {
        let mut command = cargo_bin_cmd!("container");
        let assert = command.args(words).assert().code(code).stdout("");
        assert.stderr(starts_with(message));
    };
    refused(
        &[byte],
        1,
        "container: unknown command: container \u{fffd}\n",
    );
    let name = ["run".as_ref(), "--name".as_ref(), byte, "busybox".as_ref()];
    refused(
        &name,
        125,
        "container: Invalid container name (\u{fffd}), only",
    );
    let mode = ["run".as_ref(), "--uts".as_ref(), byte, "busybox".as_ref()];
    refused(&mode, 125, "container: --uts: invalid UTS mode\n");
}

#[test]
fn flags_behind_the_image_are_the_commands() {
    // Were --nosuchflag ours, it would be refused first.
    container(&["run", "--uts", "no", "busybox", "ls", "--nosuchflag"])
        .code(125)
        .stderr(starts_with("container: --uts: invalid UTS mode\n"));
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let container_mode = "conflicting options: ";
    for (options, what) in [
        (
            &["-p", "4001:80", "--net", "container:web"][..],
            "port publishing and the container type network mode",
        ),
        (
            &["--hostname", "foo", "--net", "container:web"],
            "hostname and the network mode",
        ),
        (
            &["--hostname", "foo", "--uts", "host"],
            "hostname and the UTS mode",
        ),
    ] {
        run_is_refused(options, &format!("{container_mode}{what}"));
    }
}

#[test]
fn networks_of_two_kinds_are_refused() {
    run_is_refused(
        &["--net", "container:web", "--net", "nope"],
        "conflicting options: cannot attach both user-defined and \
         non-user-defined network-modes",
    );
    run_is_refused(
        &["--net", "bridge", "--net", "bridge"],
        "network \"bridge\" is specified multiple times",
    );
    run_is_refused(&["--net", ""], "no name set for network");
}

#[test]
fn a_mode_that_names_nobody_is_refused() {
    for net in ["container", "container:"] {
        run_is_refused(
            &["--net", net],
            "invalid network mode: invalid container format \
             container:<name|id>",
        );
    }
    run_is_refused(&["--uts", "container:web"], "--uts: invalid UTS mode");
    for mode in ["container:", "nope"] {
        run_is_refused(&["--pid", mode], "--pid: invalid PID mode");
    }
    run_is_refused(&["--ipc", "nope"], "invalid IPC mode: nope");
    run_is_refused(
        &["--ipc", "container:"],
        "failed to join IPC namespace: invalid name or ID supplied: \"\"",
    );
}

#[test]
fn a_bad_port_is_refused() {
    run_is_refused(&["-p", "99999:80"], "Invalid hostPort: 99999");
    run_is_refused(&["-p", "foo:80"], "Invalid hostPort: foo");
    run_is_refused(&["-p", "4000:foo"], "Invalid containerPort: foo");
    run_is_refused(&["-p", "+4000:80"], "Invalid hostPort: +4000");
    run_is_refused(&["-p", "4000:+80"], "Invalid containerPort: +80");
    run_is_refused(&["-p", "-1:80"], "Invalid hostPort: -1");
    run_is_refused(&["-p", "4000:"], "No port specified: 4000:<empty>");
    run_is_refused(&["-p", ""], "No port specified: <empty>");
}

#[test]
fn a_bad_name_is_refused() {
    for name in ["bad name!", "a", "-web", "/", "//web", "web/"] {
        run_is_refused(
            &[&format!("--name={name}")],
            &format!(
                "Invalid container name ({name}), only \
                 [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
            ),
        );
    }
}

#[test]
fn a_terminal_is_given_only_to_who_has_one() {
    container(&["run", "-it", "busybox"])
        .code(1)
        .stderr("the input device is not a TTY\n");
    container(&["exec", "-it", "web", "sh"])
        .code(1)
        .stdout("")
        .stderr("the input device is not a TTY\n");
}

#[test]
fn a_signal_nobody_knows_is_refused() {
    for signal in ["NOPE", "0", "RTMIN+99"] {
        container(&["kill", "-s", signal, "web"])
            .code(1)
            .stdout("")
            .stderr(format!(
                "Error: cannot kill container: web: invalid signal: {signal}\n"
            ));
    }
}

#[test]
fn an_import_is_refused_before_anything_is_unpacked() {
    container(&["import", "-c", "FROM scratch", "image.tar", "image"])
        .code(1)
        .stderr("Error: FROM is not a valid change command\n");
    container(&["import", "image.tar", "Image"]).code(1).stderr(
        "invalid reference format: repository name (library/Image) must be \
         lowercase\n",
    );
    container(&["import", "image.tar", "../image"])
        .code(1)
        .stderr("invalid reference format\n");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("image.tar").display().to_string();
    container(&["import", &path, "image"])
        .code(1)
        .stderr(format!("Error: open({path}): No such file or directory\n"));
}

#[test]
fn help_that_cannot_be_written_is_an_error() {
    let full = OpenOptions::new().write(true).open("/dev/full");
    let mut command = Command::new(cargo_bin!("container"));
    let command = command.arg("--help").stdout(full.expect("/dev/full"));
    let output = command.output().expect("an end");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let what = "Error: write(stdout): No space left on device\n";
    assert_eq!((said.as_str(), output.status.code()), (what, Some(1)));
}

#[test]
fn help_that_nobody_reads_is_silence() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = Command::new(cargo_bin!("container"));
    let command = command.args(["run", "--help"]).stdout(writer);
    let output = command.output().expect("an end");
    assert_eq!((output.stderr, output.status.code()), (vec![], Some(0)));
}

#[test]
fn a_refusal_that_cannot_be_written_keeps_its_exit_status() {
    let full = OpenOptions::new().write(true).open("/dev/full");
    let mut command = Command::new(cargo_bin!("container"));
    let command = command.args(["run", "--nosuchflag", "busybox"]);
    let command = command.stdout(Stdio::null());
    let status = command.stderr(full.expect("/dev/full")).status();
    assert_eq!(status.expect("an end").code(), Some(125));
}

#[test]
fn a_value_that_is_none_is_refused_with_its_options_names() {
    let parse = |function, value: &str| {
        format!("strconv.{function}: parsing \"{value}\": invalid syntax")
    };
    let variable = |value| format!("invalid environment variable: {value}");
    let busybox = ["busybox", "true"];
    let words_of = |verb| match verb {
        "run" => RUN,
        "exec" => " CONTAINER COMMAND [ARG...]",
        "stop" => " CONTAINER [CONTAINER...]",
        _ => "",
    };
    for (verb, words, value, flag, why) in [
        ("run", &["-e", "="][..], "=", "-e, --env", variable("=")),
        ("run", &["-e", ""], "", "-e, --env", variable("")),
        ("run", &["-e", "=x"], "=x", "-e, --env", variable("=x")),
        ("run", &["--rm=x"], "x", "--rm", parse("ParseBool", "x")),
        ("exec", &["-t=x"], "x", "-t, --tty", parse("ParseBool", "x")),
        (
            "ps",
            &["--all=x"],
            "x",
            "-a, --all",
            parse("ParseBool", "x"),
        ),
        (
            "stop",
            &["-t", "x"],
            "x",
            "-t, --timeout",
            parse("ParseInt", "x"),
        ),
    ] {
        container(&[&[verb], words, &busybox].concat())
            .code(125)
            .stdout("")
            .stderr(format!(
                "invalid argument \"{value}\" for \"{flag}\" flag: {why}\n{}",
                usage(verb, words_of(verb))
            ));
    }
}

#[test]
fn what_is_said_twice_counts_once_and_a_switch_has_a_value() {
    // The last word is what is refused.
    for words in [
        &[
            "run",
            "--rm",
            "--rm=true",
            "--uts",
            "",
            "--uts",
            "no",
            "busybox",
        ][..],
        &[
            "run",
            "-it=false",
            "--name",
            "aa",
            "--name",
            "bb",
            "--uts=no",
            "x",
        ],
    ] {
        container(words)
            .code(125)
            .stderr(starts_with("container: --uts: invalid UTS mode\n"));
    }
    container(&["run", "-e", "--rm", "--nosuchflag", "busybox"])
        .code(125)
        .stderr(starts_with("unknown flag: --nosuchflag\n"));
}
