//! Benchmarks of the work on text: parsing lessons and writing labels.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput};
use harness::labels::Namer;
use harness::machine::Machine;
use harness::{course, lesson, machines::Machines};

fn lessons() -> Vec<(u32, String)> {
    let chapters = course::chapters(&course::workspace()).unwrap();
    let read = |chapter: &course::Chapter| {
        let text = std::fs::read_to_string(chapter.lesson_path()).unwrap();
        (chapter.number, text)
    };
    chapters.iter().map(read).collect()
}

fn parsing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parsing");
    for (number, text) in lessons() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        let name = format!("the lesson of chapter {number}");
        group.bench_function(name, |b| {
            b.iter(|| lesson::parse(Path::new("README.md"), black_box(&text)));
        });
    }
    group.finish();
}

/// Returns a running machine.
fn machine() -> Machine {
    let mut machines = Machines::open(&course::workspace()).unwrap();
    machines.machine().unwrap()
}

fn names(criterion: &mut Criterion) {
    let mut machine = machine();
    let script = "for n in 1 2 3 4; do unshare -umnipf sleep 100 & done; \
                  sleep 1; lsns; ls -l /proc/self/ns; ps -ef; ip address";
    let limit = std::time::Duration::from_secs(30);
    let output = machine.exec(&["bash", "-c", script], b"", limit).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let facts = machine.facts().unwrap();
    let mut group = criterion.benchmark_group("names");
    group.bench_function("labels for the facts of 4 containers", |b| {
        b.iter(|| {
            let mut namer = Namer::new("", &[]);
            namer.observe(black_box(&facts), &[]);
            namer
        });
    });
    let mut namer = Namer::new("", &[]);
    namer.observe(&facts, &[]);
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("labels in a command's output", |b| {
        b.iter(|| namer.normalise(black_box(&text)));
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    parsing(&mut criterion);
    names(&mut criterion);
    criterion.final_summary();
}
