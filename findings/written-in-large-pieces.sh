#!/bin/sh
# Two files with the same bytes, and one program starts a sixth sooner than the
# other: its file was written in large pieces. Where the file system has large
# folios, the page cache keeps a file in pieces of the size that it was written
# in, also when all of it is on the disk. To map a program that was written in
# pieces of 4 KiB, each page is counted by itself, at the start and at the end.
#
# A linker writes small pieces: a program that was just linked starts later than
# a copy of it, made by cp(1) or install(1). Whoever compares an installed
# program with one that is built here measures this, too.
#
# Seen: Linux 6.18.44, ext4, x86_64, with busybox-static 1.35.0 of Debian 12.
# It prints the medians of 600 paired runs of `busybox true`:
#
#     here:  written in 4 KiB pieces / in one piece: 1.19
#     tmpfs: written in 4 KiB pieces / in one piece: 0.99
#
# tmpfs is the control: without the mount option `huge` it has small folios.
#
# Needs Linux 6.16 or newer with ext4 (or XFS, since 6.6) at TMPDIR, tmpfs at
# /dev/shm, python3, and Debian 12's apt; no rights. Ends with 0 if the large
# pieces start at least 3 % sooner on the first and not on the second, else 1.

set -eu
package=busybox-static=1:1.35.0-4+deb12u1+b1
folder=$(mktemp -d)
memory=$(mktemp -d /dev/shm/finding.XXXXXX)
trap 'rm -rf "$folder" "$memory"' EXIT
cd "$folder"
apt-get -qq -o APT::Sandbox::User=root download "$package"
dpkg-deb -x busybox-static_*.deb package
program=package/bin/busybox
"$program" | head -n 1
uname -r
stat -f -c 'TMPDIR is on %T' .

# Prints the ratio of the times of the same program, written in both ways.
ratio() { # ratio FOLDER
    dd if="$program" of="$1/small" bs=4k 2>/dev/null
    dd if="$program" of="$1/large" bs=16M 2>/dev/null
    chmod +x "$1/small" "$1/large"
    cmp "$1/small" "$1/large"
    sync "$1/small" "$1/large"
    python3 - "$1/small" "$1/large" <<'END'
import os, statistics, sys, time

def seconds(path):
    begin = time.perf_counter()
    child = os.posix_spawn(path, ["busybox", "true"], {})
    os.waitpid(child, 0)
    return time.perf_counter() - begin

ratios = []
for turn in range(640):
    paths = sys.argv[1:] if turn % 2 else sys.argv[:0:-1]
    times = {path: seconds(path) for path in paths}
    if turn >= 40:
        ratios.append(times[sys.argv[1]] / times[sys.argv[2]])
print(f"{statistics.median(ratios):.2f}")
END
}

on_disk=$(ratio "$folder")
in_memory=$(ratio "$memory")
echo "here:  written in 4 KiB pieces / in one piece: $on_disk"
echo "tmpfs: written in 4 KiB pieces / in one piece: $in_memory"
awk -v disk="$on_disk" -v memory="$in_memory" \
    'BEGIN { exit !(disk >= 1.03 && memory < 1.03) }'
