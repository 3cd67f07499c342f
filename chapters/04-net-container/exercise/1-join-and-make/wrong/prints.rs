//! Prints what a command would.

fn main() {
    println!("ready");
}
