//! Program that the lesson shows. Nobody builds it.

fn main() {
    println!("box");
}

fn help() {
    main();
    main();
}

fn empty() {}
