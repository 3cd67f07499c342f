//! A clone is a machine of its own, and what is damaged is made anew.

use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use harness::machine::command_line::Config;
use harness::machine::saved::Saved;
use harness::machine::{Machine, kernel};
use tempfile::TempDir;

use crate::faults::subject::{cache_with_a_machine, machines};

/// A cache of our own, and what its machines are made of.
struct Cache {
    folder: TempDir,
    config: Config,
}

impl Cache {
    fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            config: machines().qemus().unwrap().config.clone(),
        }
    }

    /// A cache with a machine, whose files no test changes.
    fn with_a_machine() -> Self {
        Self {
            folder: cache_with_a_machine(),
            ..Self::new()
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

    /// Whether a machine is there that is whole.
    fn has_one(&self) -> bool {
        let saved = Saved::new(self.folder.path());
        saved.clone_if_saved(&self.config).unwrap().is_some()
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
    let cache = Cache::with_a_machine();
    let (mut one, one_booted) = cache.machine();
    let (mut other, other_booted) = cache.machine();
    assert!(!one_booted && !other_booted);

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

/// Puts something in the place of a whole file.
type Damage = fn(whole: &Path, place: &Path);

const DAMAGES: [(&str, Damage); 4] = [
    ("state", |whole, place| {
        fs::copy(whole, place).unwrap();
        flip_a_bit(place);
    }),
    ("state", |_, _| {}),
    ("memory", |whole, place| {
        let mut first = [0; 4096];
        File::open(whole).unwrap().read_exact(&mut first).unwrap();
        fs::write(place, first).unwrap();
    }),
    ("about", |_, place| fs::write(place, "{}").unwrap()),
];

#[test]
fn a_damaged_machine_is_never_used_but_made_anew() {
    let cache = Cache::new();
    drop(cache.machine());
    let [folder] = <[PathBuf; 1]>::try_from(cache.saved()).unwrap();
    for (number, (name, damage)) in DAMAGES.into_iter().enumerate() {
        let place = folder.join(name);
        let whole = folder.join("whole");
        fs::rename(&place, &whole).unwrap();
        damage(&whole, &place);
        assert!(!cache.has_one(), "damage {number} was not seen");
        fs::rename(&whole, &place).unwrap();
    }
    assert!(cache.has_one(), "all is as it was");
    flip_a_bit(&folder.join("memory"));
    assert!(!cache.has_one(), "a bit of the memory was not seen");
    let (mut machine, booted) = cache.machine();
    assert!(booted);
    assert_eq!(print(&mut machine, "echo alive"), "alive\n");
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
