//! `src/kernel` is built here without the rest of the program: it imports
//! nothing of this crate but the error type. An import of anything else is an
//! error of the compiler in this file's build.

#[expect(dead_code, reason = "to build it is the test")]
#[path = "../src/error.rs"]
mod error;
#[expect(dead_code, reason = "to build it is the test")]
#[path = "../src/kernel/mod.rs"]
mod kernel;

use kernel::channel::Channel;

#[test]
fn parent_and_child_have_a_word_for_each_other_without_the_rest() {
    let (mut ours, mut theirs) = Channel::pair().expect("a socket");
    ours.tell();
    theirs.wait_for_word().expect("a word to go on");
    theirs.fail(&error::refused("no such program").with_status(127));
    drop(theirs);
    let failure = ours.wait_for_word().expect_err("a failure");
    assert_eq!(failure.to_string(), "no such program");
    assert_eq!(failure.status, Some(127));
}
