#!/bin/sh
# NS_GET_PID_IN_PIDNS and its three siblings translate a PID from one PID
# namespace to another, by ioctl(2) on a namespace's handle. For a PID that
# nobody has, Linux 6.12 answers ESRCH: no such process. On Linux 6.18 (and on
# 6.16, 6.17 and 6.19) the same call answers ENOTTY, the error of a kernel that
# does not know the ioctl at all. Linux 7.3 (and 7.0) answers ESRCH again. Who
# asks for ENOTTY to find out what the kernel can do is told that it cannot, if
# the process has just ended.
#
# Seen: Linux 6.12.117 of Debian 12's security suite, 6.18.15 and 7.3.4 of Debian
# 13's backports, QEMU 7.2 on x86_64:
#
#     all     said: PID 1: 1
#     6.12    said: PID 30000: No such process
#     6.18    said: PID 30000: Inappropriate ioctl for device
#     7.3     said: PID 30000: No such process
#
# Needs Debian 12 with qemu-system-x86, busybox and gcc; no rights. Ends with 0 if
# the three kernels do what is said above, and with 1 if one does not.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >init.c <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

/* linux/nsfs.h has it since 6.12; the headers of Debian 12 do not. */
#define NS_GET_PID_IN_PIDNS _IOR(0xb7, 8, int)

static void tell(int handle, long pid)
{
    int got = ioctl(handle, NS_GET_PID_IN_PIDNS, pid);
    if (got < 0)
        printf("said: PID %ld: %s\n", pid, strerror(errno));
    else
        printf("said: PID %ld: %d\n", pid, got);
}

int main(void)
{
    mkdir("/proc", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    int handle = open("/proc/self/ns/pid", O_RDONLY);
    tell(handle, 1);
    tell(handle, 30000);
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

check() { # check PACKAGE ERROR
    ask "$1" | tee said
    grep -qx 'said: PID 1: 1' said && grep -qx "said: PID 30000: $2" said
}
check linux-image-6.12.117+deb12-cloud-amd64 'No such process' || exit 1
backports
check linux-image-6.18.15+deb13-cloud-amd64 'Inappropriate ioctl for device' || exit 1
check linux-binary-7.3.4+deb13-cloud-amd64 'No such process' || exit 1
