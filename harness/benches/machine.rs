//! Benchmarks of requests to a running machine.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use harness::course;
use harness::machine::Machine;
use harness::machines::Machines;

const BULK: usize = 4 << 20;

const LIMIT: Duration = Duration::from_secs(60);

fn machine() -> Machine {
    let mut machines = Machines::open(&course::workspace()).unwrap();
    machines.machine().unwrap()
}

fn requests(criterion: &mut Criterion) {
    let mut machine = machine();
    let mut group = criterion.benchmark_group("the machine");
    group.bench_function("a round trip", |b| {
        b.iter(|| machine.ping().unwrap());
    });
    group.bench_function("the facts of a fresh machine", |b| {
        b.iter(|| black_box(machine.facts().unwrap()));
    });
    group.bench_function("a static program run", |b| {
        b.iter(|| {
            machine
                .exec(&["list-namespaces", "-h"], b"", LIMIT)
                .unwrap()
        });
    });
    let terminal = machine.open_terminal().unwrap();
    group.bench_function("a prompt after an empty command", |b| {
        b.iter(|| machine.run(terminal, "", LIMIT).unwrap());
    });
    group.bench_function("a prompt after ls", |b| {
        b.iter(|| machine.run(terminal, "ls", LIMIT).unwrap());
    });
    group.finish();
}

fn bulk(criterion: &mut Criterion) {
    let mut machine = machine();
    let bytes: Vec<u8> = (0..BULK).map(|it| (it * 7) as u8).collect();
    let mut group = criterion.benchmark_group("bulk");
    group.throughput(Throughput::Bytes(BULK as u64));
    group.sample_size(10);
    group.bench_function("into the machine", |b| {
        b.iter(|| machine.put_file("/tmp/bulk", 0o644, &bytes).unwrap());
    });
    group.bench_function("out of the machine", |b| {
        b.iter_batched(
            || (),
            |()| {
                let output = machine.exec(&["cat", "/tmp/bulk"], b"", LIMIT);
                assert_eq!(output.unwrap().stdout.len(), BULK);
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    requests(&mut criterion);
    bulk(&mut criterion);
    criterion.final_summary();
}
