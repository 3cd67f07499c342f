//! Ends with 0 in any case.

fn main() {
    println!("same");
}
