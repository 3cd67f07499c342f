//! Mistakes of authors, and the messages about them.

use super::*;

const RIGHT: &str = r#"
title = "T"
kind = "write"
minutes = 5
program = "join"
asks = "A"
hints = ["1", "2", "3"]
after = "B"
random = { name = "word", type = ["net", "uts"] }
setup = '''
hold target --net
'''

[[run]]
line = "join $target $command"
[[run.check]]
id = "joined"
what = "it has joined"
same = { type = "net", of = "command", as = "target" }

[[feedback]]
id = "not-joined"
if = [{ failed = "joined" }]
says = "no"
[[feedback]]
id = "else"
says = "no"

[[wrong]]
program = "wrong/a.rs"
gets = "not-joined"
[[wrong]]
program = "wrong/b.rs"
gets = "else"
"#;

const FIND: &str = r#"
title = "T"
kind = "find"
minutes = 5
asks = "A"
hints = ["1", "2", "3"]
after = "B"
setup = "hold keeper --net"
answer = "$keeper"
finds = "pgrep keeper"

[[feedback]]
id = "itself"
if = [{ answer = "1" }]
says = "no"
[[feedback]]
id = "else"
says = "no"

[[wrong]]
answer = "1"
gets = "itself"
"#;

#[test]
fn an_exercise_is_read_as_it_is_written() {
    let exercise = parse(RIGHT).unwrap();
    assert_eq!(exercise.held().collect::<Vec<_>>(), ["target"]);
    assert_eq!(exercise.starter_fails(), "joined");
    assert_eq!(exercise.checks().count(), 1);
    parse(FIND).unwrap();
}

#[test]
fn every_mistake_of_an_author_is_named() {
    for (from, to, said) in [
        (
            "minutes = 5",
            "minutes = 5\ncolour = 1",
            "unknown field `colour`",
        ),
        ("\"3\"]", "\"\"]", "a text is empty"),
        (", \"3\"]", "]", "invalid length 2"),
        (
            "kind = \"write\"",
            "kind = \"guess\"",
            "unknown variant `guess`",
        ),
        ("program = \"join\"", "", "`program` is missing"),
        ("{ name =", "{ machine =", "the name machine is reserved"),
        (
            "name = \"word\"",
            "name = \"letter\"",
            "did not match any variant",
        ),
        ("same = {", "sames = {", "unknown variant `sames`"),
        (
            "as = \"target\" }",
            "as = \"targte\" }",
            "no process is called",
        ),
        (
            "type = \"net\", of",
            "type = \"nett\", of",
            "there is no type",
        ),
        ("what = \"it has joined\"\n", "", "a check needs `what`"),
        ("\"target\" }\n", "\"target\" }\nexit = '0'\n", "joined"),
        (
            "failed = \"joined\"",
            "failed = \"left\"",
            "no check \"left\"",
        ),
        (
            "id = \"else\"",
            "id = \"not-joined\"",
            "two feedbacks named",
        ),
        (
            "gets = \"else\"",
            "gets = \"other\"",
            "no feedback \"other\"",
        ),
        (
            "says = \"no\"\n\n",
            "unless = [{ exit = '0' }]\nsays = 'no'\n",
            "the last feedback has no `if`",
        ),
        (
            "program = \"wrong/b.rs\"",
            "answer = \"b\"",
            "are `program`s",
        ),
    ] {
        assert_refused(RIGHT, from, to, said);
    }
}

#[test]
fn what_is_to_be_found_is_random_and_has_no_program() {
    for (from, to, said) in [
        ("\"$keeper\"", "\"7\"", "`answer` is not random"),
        ("finds = \"pgrep keeper\"", "", "`find` needs `finds`"),
        (
            "minutes = 5",
            "minutes = 5\nprogram = \"a\"",
            "no `program`",
        ),
        (
            "[{ answer = \"1\" }]",
            "[{ exit = \"1\" }]",
            "nothing else for find",
        ),
        (
            "answer = \"1\"\ngets",
            "program = \"a\"\ngets",
            "are `answer`s",
        ),
    ] {
        assert_refused(FIND, from, to, said);
    }
}

fn assert_refused(text: &str, from: &str, to: &str, said: &str) {
    assert!(text.contains(from), "{from}");
    let error = parse(&text.replacen(from, to, 1));
    let error = format!("{:#}", error.expect_err(to));
    assert!(error.contains(said), "{to}: {said:?} is not in {error}");
}
