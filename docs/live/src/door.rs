//! The functions that JavaScript calls. One call after the other: write a
//! request into the room, call a method, read the answer.

use std::cell::RefCell;

use crate::methods::Live;

thread_local! {
    static DOOR: RefCell<Door> = RefCell::default();
}

#[derive(Default)]
struct Door {
    live: Live,
    request: Vec<u8>,
    answer: Vec<u8>,
}

/// Makes room for a request of this length in bytes, and returns its address.
// SAFETY: no other function of the program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    DOOR.with_borrow_mut(|door| {
        door.request.clear();
        door.request.resize(length, 0);
        door.request.as_mut_ptr()
    })
}

/// Calls a method with the request in the room. Returns 0, or 1 if the answer
/// is the text of an error.
// SAFETY: no other function of the program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn call(method: u32) -> u32 {
    std::panic::set_hook(Box::new(|why| {
        // The call that panics has the door open: the text goes elsewhere.
        LAST_WORDS.set(why.to_string());
    }));
    DOOR.with_borrow_mut(|door| match door.live.call(method, &door.request) {
        Ok(answer) => {
            door.answer = answer;
            0
        }
        Err(why) => {
            door.answer = why.into_bytes();
            1
        }
    })
}

thread_local! {
    static LAST_WORDS: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Returns the address of the last call's answer; of the panic's words, if the
/// last call has ended the program.
// SAFETY: no other function of the program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> *const u8 {
    DOOR.with(|door| match door.try_borrow() {
        Ok(door) => door.answer.as_ptr(),
        Err(_) => LAST_WORDS.with_borrow(|words| words.as_ptr()),
    })
}

/// Returns the length of that text in bytes.
// SAFETY: no other function of the program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn answer_length() -> usize {
    DOOR.with(|door| match door.try_borrow() {
        Ok(door) => door.answer.len(),
        Err(_) => LAST_WORDS.with_borrow(String::len),
    })
}
