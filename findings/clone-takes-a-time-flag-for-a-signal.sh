#!/bin/sh
# clone(2) has the child's exit signal in the lowest eight bits of its flags, and
# CLONE_NEWTIME is one of these bits, 0x80. A clone(2) that asks for a new time
# namespace and for SIGCHLD asks for signal 145, which is none. On Linux 6.12
# this is no error: the child is born, in no new namespace. Linux 7.3 answers
# EINVAL. (clone3(2), which has a field for the signal, makes the namespace on
# both.)
#
# Seen: Linux 6.12.117 of Debian 12's security suite and 7.3.4 of Debian 13's
# backports, QEMU 7.2 on x86_64:
#
#     6.12    said: clone: a child, in the same time namespace
#     7.3     said: clone: Invalid argument
#     both    said: clone3: a child, in a new time namespace
#
# Needs Debian 12 with qemu-system-x86, busybox and gcc; no rights. Ends with 0 if
# both kernels do what is said above, and with 1 if one does not.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >init.c <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char before[64];

/* Says where a child is, or why there is none. */
static void tell(const char *call, long pid)
{
    char now[64] = "";
    if (pid < 0) {
        printf("said: %s: %s\n", call, strerror(errno));
    } else if (pid == 0) {
        readlink("/proc/self/ns/time", now, sizeof now - 1);
        printf("said: %s: a child, in %s time namespace\n", call,
               strcmp(now, before) ? "a new" : "the same");
        fflush(stdout);
        _exit(0);
    }
    fflush(stdout);
    waitpid(-1, NULL, __WALL);
}

int main(void)
{
    struct clone_args args = {.flags = CLONE_NEWTIME, .exit_signal = SIGCHLD};

    mkdir("/proc", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    readlink("/proc/self/ns/time", before, sizeof before - 1);
    tell("clone", syscall(SYS_clone, CLONE_NEWTIME | SIGCHLD, 0, 0, 0, 0));
    tell("clone3", syscall(SYS_clone3, &args, sizeof args));
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

new='said: clone3: a child, in a new time namespace'
ask linux-image-6.12.117+deb12-cloud-amd64 | tee old
grep -qx 'said: clone: a child, in the same time namespace' old && grep -qx "$new" old || exit 1
backports
ask linux-binary-7.3.4+deb13-cloud-amd64 | tee new
grep -qx 'said: clone: Invalid argument' new && grep -qx "$new" new || exit 1
