#!/bin/sh
# A mount point may have any bytes in its name. One mount whose name is no UTF-8
# makes procfs-core refuse the whole of /proc/PID/mountinfo: none of the other
# mounts can be had. The kernel escapes blanks and backslashes there, and
# nothing else.
#
# Seen: procfs-core 0.18.0, on Linux 6.18.
#
#     names of text: all mounts
#     one of other bytes: none
#
# Needs cargo, and unshare with user namespaces or root. Ends with 0 if that is
# so, with 1 if it has changed.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'END'
[package]
name = "finding"
version = "0.0.0"
edition = "2024"

[dependencies]
procfs-core = "=0.18.0"
END
cat >src/main.rs <<'END'
use procfs_core::{FromRead, process::MountInfos};

fn main() {
    match MountInfos::from_file("/proc/self/mountinfo") {
        Ok(_) => println!("all mounts"),
        Err(_) => println!("none"),
    }
}
END
cargo build --quiet
# shellcheck disable=SC2016 # the inner shell puts it in
unshare --mount --map-root-user sh -c '
    mount -t tmpfs text /mnt
    echo "names of text: $(./target/debug/finding)"
    other=/mnt/$(printf "\377")
    mkdir "$other"
    mount -t tmpfs other "$other"
    echo "one of other bytes: $(./target/debug/finding)"' >output
cat output
cat >expected <<'END'
names of text: all mounts
one of other bytes: none
END
cmp output expected
