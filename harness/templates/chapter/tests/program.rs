//! FILL IN: what the program promises on any kernel, for any user.

use assert_cmd::Command;

#[test]
fn a_word_that_is_no_pid_is_refused() {
    // FILL IN: a test for each promise; its name is a sentence that is true.
    Command::new(env!("CARGO_BIN_EXE_@NAME@"))
        .arg("nobody")
        .assert()
        .failure()
        .code(2);
}
