#!/bin/sh
# Whoever is in a time namespace waits by its clock, if clock_nanosleep(2) or
# timerfd_settime(2) are given a time of CLOCK_MONOTONIC: time_namespaces(7). Not so
# io_uring before Linux 7.1: IORING_OP_TIMEOUT with IORING_TIMEOUT_ABS takes the
# time for one of the initial namespace. With a clock that is a day ahead, a wait
# until a second from now lasts a day and a second. No call fails, and the same
# program is right as long as its clock is the initial one.
#
# Seen: Linux 6.12.117 of Debian 12's security suite and 7.3.4 of Debian 13's
# backports, QEMU 7.2 on x86_64 (and 6.18.15, 6.19.14 and 7.0.13, which do as 6.12,
# and 7.1.13 and 7.2.12, which do as 7.3). The clock is a day ahead. Both are to
# wait until a second from now, and the ring is looked at five seconds later:
#
#     both    said: clock_nanosleep: over
#     6.12    said: io_uring: waits
#     7.3     said: io_uring: over
#
# Needs Debian 12 with qemu-system-x86, busybox and gcc; no rights. Ends with 0 if
# both kernels do what is said above, and with 1 if one does not.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >init.c <<'END'
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/time_types.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A second from now, in this namespace. */
static struct timespec soon(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    now.tv_sec++;
    return now;
}

static void with_sleep(void)
{
    struct timespec until = soon();

    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    printf("said: clock_nanosleep: over\n");
    fflush(stdout);
}

static void with_ring(void)
{
    struct io_uring_params params = {0};
    int ring = syscall(SYS_io_uring_setup, 1, &params);
    int access = PROT_READ | PROT_WRITE;
    char *queues = mmap(NULL, 4096, access, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    struct io_uring_sqe *requests =
        mmap(NULL, 4096, access, MAP_SHARED, ring, IORING_OFF_SQES);
    struct timespec time = soon();
    struct __kernel_timespec until = {time.tv_sec, time.tv_nsec};

    requests[0] = (struct io_uring_sqe){
        .opcode = IORING_OP_TIMEOUT,
        .fd = -1,
        .addr = (uintptr_t)&until,
        .len = 1,
        .timeout_flags = IORING_TIMEOUT_ABS,
    };
    *(unsigned *)(queues + params.sq_off.tail) = 1;
    syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0);
    sleep(5);
    int over = *(volatile unsigned *)(queues + params.cq_off.tail);
    printf("said: io_uring: %s\n", over ? "over" : "waits");
    fflush(stdout);
}

int main(void)
{
    mkdir("/proc", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    unshare(CLONE_NEWTIME);
    int offsets = open("/proc/self/timens_offsets", O_WRONLY);
    dprintf(offsets, "monotonic 86400 0");
    close(offsets);
    if (fork() == 0) {
        with_sleep();
        with_ring();
        _exit(0);
    }
    wait(NULL);
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

check() { # check PACKAGE HOW
    ask "$1" | tee said
    grep -qx 'said: clock_nanosleep: over' said &&
        grep -qx "said: io_uring: $2" said
}
check linux-image-6.12.117+deb12-cloud-amd64 waits || exit 1
backports
check linux-binary-7.3.4+deb13-cloud-amd64 over || exit 1
