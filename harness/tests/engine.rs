//! Each thing that an exercise can say of a run holds where it should, and
//! nowhere else.

use std::collections::BTreeSet;
use std::time::Duration;

use harness::course;
use harness::exercise::verdict::CheckResult;
use harness::exercise::{Exercise, ReadyMachine, Verdict, format, grade, show};

use crate::excerpt::excerpt;
use crate::faults::subject::machines;

/// An exercise with this setup and these runs.
fn exercise(setup: &str, runs: &str) -> Exercise {
    let text = format!(
        "title = 'T'\nkind = 'write'\nminutes = 1\nprogram = 'it'\n\
         asks = 'A'\nhints = ['1', '2', '3']\nafter = 'B'\n\
         random = {{ word = 'word', code = 'status' }}\n\
         setup = '''{setup}'''\n{runs}\n\
         [[feedback]]\nid = 'no'\nsays = 'no'\n\
         [[wrong]]\nprogram = 'a'\ngets = 'no'\n\
         [[wrong]]\nprogram = 'b'\ngets = 'no'\n"
    );
    format::parse(&text).unwrap()
}

fn run(line: &str, checks: &[&str]) -> String {
    let mut text = format!("[[run]]\nline = '{line}'\n");
    for (number, assertion) in checks.iter().enumerate() {
        text.push_str(&format!(
            "[[run.check]]\nid = '{line} {number}'\nwhat = 'w'\n{assertion}\n"
        ));
    }
    text
}

fn verdict(exercise: &Exercise, script: &str) -> Verdict {
    let program = format!("#!/bin/bash\n{script}\n");
    grade(exercise, program.as_bytes(), &mut machines()).unwrap()
}

/// Shows which checks hold, in order.
fn results(verdict: &Verdict) -> String {
    let all = verdict.runs.iter().flat_map(|run| &run.checks);
    all.map(|check| match check.result {
        CheckResult::Holds => '+',
        CheckResult::Fails(_) => '-',
        CheckResult::NotSeen => '.',
    })
    .collect()
}

#[track_caller]
fn assert_results(setup: &str, runs: &str, script: &str, expected: &str) {
    assert_results_of(&exercise(setup, runs), script, expected);
}

#[track_caller]
fn assert_results_of(exercise: &Exercise, script: &str, expected: &str) {
    let verdict = verdict(exercise, script);
    let shown = show::verdict(&verdict);
    assert_eq!(results(&verdict), expected, "{}", excerpt(&shown));
}

#[test]
fn memberships_are_those_of_the_command_while_it_stands_still() {
    let runs = run(
        "it $web $command $word",
        &[
            "same = { type = 'net', of = 'command', as = 'web' }",
            "differ = { type = ['net', 'uts'], of = 'command', as = 'machine' }",
            "same = { type = ['mnt', 'pid'], of = 'command', as = 'machine' }",
            "same_process = { of = 'command', as = 'program' }",
            "inner_pid = { of = 'web', is = '1' }",
            "started = true",
        ],
    );
    let setup = "hold web --net --uts --pid --fork --mount-proc";
    let right = "exec nsenter -t $1 -n -u -- \"${@:2}\"";
    assert_results(setup, &runs, right, "++++++");
    let own = "exec unshare --net --uts --mount --pid --fork -- \"${@:2}\"";
    assert_results(setup, &runs, own, "-+--++");
    let child = "nsenter -t $1 -n -u -- \"${@:2}\"; exit 0";
    assert_results(setup, &runs, child, "+++-++");
    assert_results(setup, &runs, "exit 0", "-...+-");
}

#[test]
fn interfaces_are_those_the_command_can_use() {
    let runs = run(
        "it $command",
        &[
            "interface = { of = 'command', name = '$word', \
             address = '10.1.2.3', state = 'up' }",
            "interface = { of = 'command', name = 'lo', state = 'down' }",
            "interface = { of = 'machine', name = 'eth0', \
             address = '10.0.2.15/24' }",
        ],
    );
    let in_own = |more: &str| {
        format!(
            "exec unshare --net bash -c \
             \"ip link add \\$word type dummy; {more} exec $1\""
        )
    };
    let setup = "export word";
    // The program is not told the variables: it looks for the name.
    let pass = "w=$(ls /run/word.*); w=${w##*.}; export word=$w; c=$1;";
    let setup = format!("{setup}\n: >/run/word.$word");
    let up = "ip link set \\$word up; ip addr add 10.1.2.3/8 dev \\$word;";
    let veth = |more: &str| {
        in_own(more)
            .replace("type dummy", "type veth peer name other")
            .replace("exec $1", "exec $c")
    };
    let right = format!("{up} ip link set other up;");
    let script = format!("{pass} {}", veth(&right));
    assert_results(&setup, &runs, &script, "+++");
    let script = format!("{pass} {}", veth(up));
    assert_results(&setup, &runs, &script, "-++");
    assert_results(&setup, &runs, "exec $1", "--+");
}

#[test]
fn outputs_and_statuses_are_those_of_the_program() {
    let runs = run(
        "it $word $code",
        &[
            "stdout = '$word'",
            "stdout_has = '$word'",
            "stderr_has = 'not $word'",
            "stdout_as = 'echo $word'",
            "exit = '$code'",
            "outside = { run = 'cat /run/it', prints = '$word' }",
            "outside = { run = 'test -e /run/it', exit = '0' }",
        ],
    );
    let right = "echo $1; echo not $1 >&2; echo $1 >/run/it; exit $2";
    assert_results("", &runs, right, "+++++++");
    let wrong = "echo a$1; exit 0";
    assert_results("", &runs, wrong, "-+-----");
}

#[test]
fn a_signal_and_an_end_that_never_comes_are_told_apart() {
    let runs = run("it", &["signal = 'SIGSEGV'", "exit = '139'"]);
    assert_results("", &runs, "kill -SEGV $$", "++");
    assert_results("", &runs, "exit 3", "--");
    // A program that does not end fails a check that nobody wrote, unless the
    // exercise allows it.
    let may_last = run("it", &["timed_out = true"]);
    for (runs, expected) in [(runs, "-.-"), (may_last, "+")] {
        let mut exercise = exercise("", &runs);
        exercise.limit = Duration::from_secs(3);
        assert_results_of(&exercise, "while :; do :; done", expected);
    }
}

#[test]
fn a_run_after_a_failed_one_is_not_made() {
    let runs = run("it $word", &["stdout = '$word'"])
        + &run("it again", &["stdout = 'again'"]);
    assert_results("", &runs, "echo $1", "++");
    assert_results("", &runs, "echo again", "-");
}

#[test]
fn a_run_as_nobody_has_no_rights() {
    let line = "line = 'it $command'\nas = 'nobody'";
    let runs =
        run("it $command", &["stdout_has = 'CapEff:\t0000000000000000'"])
            .replace("line = 'it $command'", line);
    let script = "grep CapEff /proc/self/status; id -u; exec $1";
    assert_results("", &runs, script, "+");
}

#[test]
fn a_command_in_the_background_can_be_looked_at_too() {
    let runs = run(
        "it $command",
        &["started = true", "inner_pid = { of = 'command', is = '1' }"],
    );
    let script = "unshare --pid --fork -- $1 </dev/null >/dev/null 2>&1 &";
    // It is seen once the program has ended, if it stood by then.
    let script = format!("{script}\nuntil pgrep -x ${{1##*/}}; do :; done");
    assert_results("", &runs, &script, "++");
}

#[test]
fn a_held_process_may_be_a_member_of_anothers_namespaces_and_be_ended() {
    let runs = run(
        "it",
        &[
            "same = { type = ['net', 'uts'], of = 'side', as = 'web' }",
            "differ = { type = 'ipc', of = 'side', as = 'web' }",
            "same = { type = 'pid', of = 'side', as = 'machine' }",
            "outside = { run = 'test -e /proc/$web', exit = '0' }",
            "outside = { run = 'test -e /proc/$gone', exit = '1' }",
        ],
    );
    let setup = |options: &str| {
        format!(
            "hold web --net --uts\n\
             hold side --in $web \"{options}\" --ipc\n\
             hold gone --net\nend gone"
        )
    };
    assert_results(&setup("--net --uts"), &runs, "exit 0", "+++++");
    assert_results(&setup("--net"), &runs, "exit 0", "-++++");
    let never_ended = setup("--net --uts").replace("\nend gone", "");
    assert_results(&never_ended, &runs, "exit 0", "++++-");
}

#[test]
fn a_witness_is_looked_at_if_the_program_starts_it() {
    let runs = run(
        "it",
        &["differ = { type = 'net', of = 'pause', as = 'machine' }"],
    );
    let start = |how: &str| {
        format!(
            "{how} pause </dev/null >/dev/null 2>&1 &\n\
             until pgrep -x pause; do :; done"
        )
    };
    let setup = "witness pause";
    assert_results(setup, &runs, &start("unshare --net --"), "+");
    assert_results(setup, &runs, &start(""), "-");
    assert_results(setup, &runs, "exit 0", "-");
}

#[test]
fn what_setup_exports_is_known_below_and_runs_are_not_alike() {
    let runs = run("it", &["stdout_as = 'echo $own $web $word $code'"]);
    let setup = "hold web\nexport own=\"a 'b'\"";
    let exercise = exercise(setup, &runs);
    let printed = |_| {
        let verdict = verdict(&exercise, "echo nothing");
        match &verdict.runs[0].checks[0].result {
            CheckResult::Fails(mismatch) => mismatch.expected.clone(),
            other => panic!("{other:?}"),
        }
    };
    let printed = [0; 5].map(printed);
    for line in &printed {
        assert!(line.starts_with("a 'b' 2"), "{line}");
    }
    assert_eq!(BTreeSet::from_iter(&printed).len(), printed.len());
    // There are 97 statuses: two runs have the same one now and then.
    for place in 2..5 {
        let word =
            |line: &String| line.split(' ').nth(place).map(str::to_owned);
        let words: BTreeSet<_> = printed.iter().map(word).collect();
        assert!(words.len() > 1, "{printed:?}");
    }
}

#[test]
fn a_setup_that_fails_is_nobodys_wrong_answer() {
    let exercise = exercise("false", &run("it", &["exit = '0'"]));
    let program = b"#!/bin/bash\n";
    let error = grade(&exercise, program, &mut machines()).unwrap_err();
    assert_eq!(harness::outcome::code(&error), 70);
}

#[test]
fn a_grader_has_the_next_machine_ready_whatever_became_of_the_last() {
    let runs = run("it $word", &["stdout = '$word'"]);
    let exercise = exercise("hold web --net", &runs);
    let mut ready = ReadyMachine::new(&course::workspace(), &exercise, None);
    for (script, expected) in [
        ("echo $1", "+"),
        ("reboot -f", ".-"),
        ("echo no", "-"),
        ("echo $1", "+"),
    ] {
        let program = format!("#!/bin/bash\n{script}\n");
        let report = ready.grade(program.as_bytes()).unwrap();
        assert_eq!(results(&report.verdict), expected, "{script}");
        assert!(report.kernel.contains('.'), "{}", report.kernel);
    }
}
