//! A container's root leaves nothing of the machine's mounts, whichever way it
//! has become `/`: in two calls since Linux 7.0, before by pivot_root(2).

use crate::containers::{machine, run};

/// Mounts on the machine, many, and shared as under systemd.
const MANY: &str = "
    mkdir -p /run/many; cd /run/many; mkdir {1..100}
    for it in {1..100}; do mount -t tmpfs many /run/many/$it; done
    grep -c many /proc/mounts";

#[test]
fn only_its_own_is_mounted_in_a_container_and_nothing_is_shared() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        &format!(
            "{MANY}
             container run -d --name aa busybox sleep 300 >/dev/null
             pid=$(container inspect -f '{{{{.State.Pid}}}}' aa)
             grep -cE 'shared:|master:|propagate' /proc/$pid/mountinfo
             cut -d' ' -f5 /proc/$pid/mountinfo | grep -vE '^/(proc|sys|dev)/'
             nsenter -t $pid -m /bin/cat /proc/1/mounts | grep -c many
             ls /proc/$pid/root/run/many /proc/$pid/cwd/run/many 2>&1 |
                 grep -c No
             container exec aa sh -c 'cd ..; ls -d run/many' 2>&1 | grep -c No
             container restart -t 0 aa
             container exec aa sh -c 'grep -c many /proc/mounts'
             container rm -f aa
             grep -c many /proc/mounts"
        ),
    );
    let expected = "100\n0\n/\n/proc\n/dev\n/sys\n0\n2\n1\naa\n0\naa\n100\n";
    assert_eq!(printed, expected);
}

#[test]
fn the_root_is_made_in_two_calls_where_the_kernel_has_them() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        "container run --rm busybox grep -o 'lowerdir[+]*=' /proc/mounts
         uname -r",
    );
    let (way, release) = printed.split_once('\n').unwrap();
    let expected = if is_since_7_0(release) {
        "lowerdir+="
    } else {
        "lowerdir="
    };
    assert_eq!(way, expected, "Linux {release}");
}

#[test]
fn what_all_privileges_mount_stays_in_the_container() {
    let mut machine = machine();
    let mounts = "mkdir -p /dev/shm/x /mnt; mount -t tmpfs in /dev/shm/x
        mount -t tmpfs in /mnt; mount --make-rshared / 2>/dev/null
        mkdir /mnt/y; mount -t tmpfs in /mnt/y
        grep -c ^in /proc/mounts";
    let printed = run(
        &mut machine,
        &format!(
            "for ipc in private host; do
                 container run -d --name it --privileged --ipc $ipc busybox \
                     sh -c '{mounts}; exec sleep 300' >/dev/null
                 container logs -f it | grep -m1 3
                 grep -c ^in /proc/mounts
                 container rm -f it
                 grep -c ^in /proc/mounts
             done"
        ),
    );
    let once = "3\n0\nit\n0\n";
    assert_eq!(printed, [once, once].concat());
}

/// Who has all privileges may take the root off, too. What then comes to light
/// in the mount namespace is the file system on which pivot_root(2) has put the
/// container's: in this machine, that of its initramfs. A namespace made of one
/// tree has nothing of the kind.
#[test]
fn below_a_root_that_was_made_in_two_calls_is_nothing() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        "echo machine >/etc/whose
         container run -d --name it --privileged busybox sleep 300 >/dev/null
         container exec it sh -c 'exec 2>&1; umount -l / && echo off' |
             grep -cE 'off|Invalid|busy'
         container exec it cat /etc/whose 2>&1 | grep -c ^machine
         pid=$(container inspect -f '{{.State.Pid}}' it)
         nsenter -t $pid -m cat /etc/whose 2>&1 | grep -c ^machine
         container rm -f it
         uname -r",
    );
    let (printed, release) = printed.rsplit_once("it\n").unwrap();
    let below = u8::from(!is_since_7_0(release));
    assert_eq!(printed, format!("1\n0\n{below}\n"), "Linux {release}");
}

fn is_since_7_0(release: &str) -> bool {
    let major = release.split('.').next().unwrap();
    major.parse::<u32>().unwrap() >= 7
}
