#!/bin/sh
# PIDFD_SELF, -10000, stands for a descriptor of the caller itself.
# pidfd_send_signal(2) takes it. setns(2), which takes every other pidfd, does
# not: EBADF. Nor does ioctl(2), asked for a handle of its network. A program that
# asks whether the kernel knows PIDFD_SELF, by signal 0, has learned nothing
# about the other calls.
#
# Seen: Linux 7.3.4 of Debian 13's backports, QEMU 7.2 on x86_64:
#
#     said: pidfd_send_signal of PIDFD_SELF: Success
#     said: setns of PIDFD_SELF: Bad file descriptor
#     said: ioctl of PIDFD_SELF: Bad file descriptor
#     said: setns of pidfd_open of itself: Success
#
# Needs Debian 12 with qemu-system-x86, busybox and gcc; no rights. Ends with 0 if
# the kernel does what is said above, and with 1 if it does not.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >init.c <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PIDFD_SELF -10000
#define PIDFD_GET_NET_NAMESPACE _IO(0xff, 4)

static void tell(const char *what, long got)
{
    printf("said: %s: %s\n", what, strerror(got < 0 ? errno : 0));
}

int main(void)
{
    long open = syscall(SYS_pidfd_open, getpid(), 0);

    tell("pidfd_send_signal of PIDFD_SELF",
         syscall(SYS_pidfd_send_signal, PIDFD_SELF, 0, NULL, 0));
    tell("setns of PIDFD_SELF", setns(PIDFD_SELF, CLONE_NEWUTS));
    tell("ioctl of PIDFD_SELF", ioctl(PIDFD_SELF, PIDFD_GET_NET_NAMESPACE, 0));
    tell("setns of pidfd_open of itself", setns(open, CLONE_NEWUTS));
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

backports
ask linux-binary-7.3.4+deb13-cloud-amd64 | tee said
sed 1d said >got
cat >wanted <<END
said: pidfd_send_signal of PIDFD_SELF: Success
said: setns of PIDFD_SELF: Bad file descriptor
said: ioctl of PIDFD_SELF: Bad file descriptor
said: setns of pidfd_open of itself: Success
END
cmp wanted got || exit 1
