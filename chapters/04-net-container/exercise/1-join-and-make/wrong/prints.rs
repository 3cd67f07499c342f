//! Prints the output that the command would print.

fn main() {
    println!("ready");
}
