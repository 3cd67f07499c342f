//! A clone is a machine of its own, and what is damaged is made anew.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use harness::course;
use harness::machine::command_line::Config;
use harness::machine::saved::Saved;
use harness::machine::{Machine, kernel};
use harness::machines::Machines;
use tempfile::TempDir;

/// A cache of our own, and what its machines are made of.
struct Cache {
    folder: TempDir,
    config: Config,
}

impl Cache {
    fn new() -> Self {
        let mut machines = Machines::open(&course::workspace()).unwrap();
        let config = machines.config_mut().clone();
        Self {
            folder: TempDir::new().unwrap(),
            config,
        }
    }

    /// A clone, and whether its original had to be booted for it.
    fn machine(&self) -> (Machine, bool) {
        let mut booted = false;
        let lock = kernel::cache().unwrap().join("boot.lock");
        let machine =
            Saved::new(self.folder.path()).clone_of(&self.config, || {
                booted = true;
                let lock = File::create(&lock).unwrap();
                lock.lock().unwrap();
                lock
            });
        (machine.unwrap(), booted)
    }

    fn saved(&self) -> Vec<PathBuf> {
        fs::read_dir(self.folder.path().join("machines"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect()
    }
}

fn print(machine: &mut Machine, script: &str) -> String {
    let limit = Duration::from_secs(60);
    let output = machine
        .exec(&["bash", "-s"], script.as_bytes(), limit)
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

fn flip_a_bit(path: &Path) {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let middle = file.metadata().unwrap().len() / 2;
    let mut byte = [0];
    file.read_exact_at(&mut byte, middle).unwrap();
    file.write_all_at(&[byte[0] ^ 1], middle).unwrap();
}

#[test]
fn clones_have_the_same_past_and_no_random_number_in_common() {
    let cache = Cache::new();
    let (mut one, booted) = cache.machine();
    assert!(booted);
    let (mut other, booted) = cache.machine();
    assert!(!booted);

    let random = "cat /proc/sys/kernel/random/uuid";
    assert_ne!(print(&mut one, random), print(&mut other, random));
    let mac = "ip link add one type veth peer name other
        cat /sys/class/net/one/address";
    assert_ne!(print(&mut one, mac), print(&mut other, mac));

    let date = print(&mut one, "date +%s").trim().parse::<u64>().unwrap();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    assert!(
        now.abs_diff(date) < 120,
        "{date} in the machine, {now} here"
    );

    // What one writes is not in the other, nor in the next.
    print(&mut one, "echo one > /tmp/mark");
    let mark = "cat /tmp/mark 2>/dev/null || echo none";
    assert_eq!(print(&mut other, mark), "none\n");
    let (mut next, _) = cache.machine();
    assert_eq!(print(&mut next, mark), "none\n");
}

#[test]
fn a_damaged_machine_is_never_used_but_made_anew() {
    let cache = Cache::new();
    drop(cache.machine());
    let [folder] = <[PathBuf; 1]>::try_from(cache.saved()).unwrap();
    let damages: [&dyn Fn(); 5] = [
        &|| flip_a_bit(&folder.join("state")),
        &|| flip_a_bit(&folder.join("memory")),
        &|| {
            let memory = OpenOptions::new()
                .write(true)
                .open(folder.join("memory"))
                .unwrap();
            memory.set_len(4096).unwrap();
        },
        &|| fs::write(folder.join("about"), "{}").unwrap(),
        &|| fs::remove_file(folder.join("state")).unwrap(),
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        damage();
        let (mut machine, booted) = cache.machine();
        assert!(booted, "damage {number} was not seen");
        assert_eq!(print(&mut machine, "echo alive"), "alive\n");
    }
    assert_eq!(cache.saved(), [folder]);
}

#[test]
fn two_that_want_the_same_machine_boot_it_once() {
    let cache = Cache::new();
    let boots = std::thread::scope(|scope| {
        let threads = [(); 3].map(|()| scope.spawn(|| cache.machine().1));
        threads
            .map(|t| u32::from(t.join().unwrap()))
            .iter()
            .sum::<u32>()
    });
    assert_eq!(boots, 1);
    assert_eq!(cache.saved().len(), 1);
}

#[test]
fn the_cache_keeps_a_few_machines_and_can_be_emptied() {
    let cache = Cache::new();
    let machines = cache.folder.path().join("machines");
    for number in 0..9 {
        let folder = machines.join(format!("old-{number}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("about"), "{}").unwrap();
    }
    drop(cache.machine());
    assert_eq!(cache.saved().len(), 4);
    Saved::new(cache.folder.path()).clean().unwrap();
    assert!(cache.saved().is_empty());
}

#[test]
fn two_archives_of_the_same_inputs_are_the_same_bytes() {
    let [one, other] = [(), ()].map(|()| Cache::new().config.initramfs);
    assert_eq!(one, other);
}
