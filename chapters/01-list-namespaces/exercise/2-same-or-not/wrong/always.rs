//! Finds that everything is well, and says so.

fn main() {
    println!("same");
}
