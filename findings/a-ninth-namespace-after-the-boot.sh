#!/bin/sh
# A Linux that has just booted, with one process and nothing unshared, should
# have eight namespaces, one initial one of each type. It has nine: kdevtmpfs,
# the kernel's thread that makes the files in /dev, has moved to a mount
# namespace of its own. Where listns(2) is asked for everything, or all of /proc
# is read, a second `mnt` turns up that nobody has made.
#
# Seen: Linux 6.12.117 of Debian 12's security suite and 7.3.4 of Debian 13's
# backports, QEMU 7.2 on x86_64. (On 6.12 there is no listns(2) to ask.)
#
#     both    said: kdevtmpfs has a mnt namespace of its own
#     both    said: threads like it: 1
#     7.3     said: listns: 9
#     6.12    said: listns: -1
#
# Needs Debian 12 with qemu-system-x86, busybox and gcc; no rights. Ends with 0 if
# both kernels do what is said above, and with 1 if one does not.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >init.c <<'END'
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

/* struct ns_id_req of linux/nsfs.h, which asks for all namespaces if it is 0. */
struct request {
    uint32_t size, spare;
    uint64_t after;
    uint32_t types, spare2;
    uint64_t owner;
};

int main(void)
{
    struct request request = {.size = sizeof request};
    uint64_t ids[100];
    char path[64], own[64] = "", other[64], name[64];
    int many = 0;

    mkdir("/proc", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    readlink("/proc/self/ns/mnt", own, sizeof own - 1);
    for (int pid = 1; pid < 1000; pid++) {
        memset(other, 0, sizeof other);
        snprintf(path, sizeof path, "/proc/%d/ns/mnt", pid);
        if (readlink(path, other, sizeof other - 1) < 0 || !strcmp(own, other))
            continue;
        snprintf(path, sizeof path, "/proc/%d/comm", pid);
        FILE *comm = fopen(path, "r");
        if (comm && fscanf(comm, "%63s", name) == 1)
            printf("said: %s has a mnt namespace of its own\n", name);
        many++;
    }
    printf("said: threads like it: %d\n", many);
    printf("said: listns: %ld\n", syscall(470, &request, ids, 100, 0));
    fflush(stdout);
    return reboot(RB_POWER_OFF);
}
END
mkdir root
gcc -O1 -static -o root/init init.c
(cd root && echo init | busybox cpio -o -H newc 2>/dev/null) >initramfs

# Writes a configuration with which apt reads one suite more, and nothing of the
# system's but the address and the keys of the distribution.
backports() {
    from=$(apt-get -o Debug::NoLocking=1 --print-uris update 2>/dev/null |
        sed -nE "s#^'(.*)/dists/bookworm/main/binary-.*#\\1#p" | head -n 1)
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    mkdir -p apt/lists/partial apt/archives/partial
    : >apt/status
    echo "deb [signed-by=$keys] $from/ trixie-backports main" >apt/sources.list
    cat >apt/apt.conf <<END
Dir::State "$folder/apt";
Dir::State::status "$folder/apt/status";
Dir::Cache "$folder/apt";
Dir::Etc::SourceList "$folder/apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
APT::Sandbox::User "root";
Acquire::Languages "none";
END
    export APT_CONFIG="$folder/apt/apt.conf"
    apt-get -qq -o APT::Update::Error-Mode=any update
}

# Boots a kernel, with the program as its only process, and prints what it says.
ask() { # ask PACKAGE
    apt-get -qq -o APT::Sandbox::User=root download "$1"
    dpkg-deb -x "$1"_*.deb "$1"
    image=$(find "$1" -name 'vmlinuz*' | head -n 1)
    timeout 300 qemu-system-x86_64 -nodefaults -display none -m 256 -no-reboot \
        -machine q35,accel=tcg -cpu qemu64,+rdrand -serial stdio \
        -kernel "$image" -initrd initramfs \
        -append 'console=ttyS0 quiet panic=-1 random.trust_cpu=on' |
        tr -d '\r' | grep '^said: ' >"$1.log"
    echo "$1:"
    cat "$1.log"
}

check() { # check PACKAGE NUMBER
    ask "$1" | tee said
    grep -qx 'said: kdevtmpfs has a mnt namespace of its own' said &&
        grep -qx 'said: threads like it: 1' said && grep -qx "said: listns: $2" said
}
check linux-image-6.12.117+deb12-cloud-amd64 -1 || exit 1
backports
check linux-binary-7.3.4+deb13-cloud-amd64 9 || exit 1
