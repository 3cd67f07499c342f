#!/bin/sh
# unshare(2) and setns(2) refuse a program with threads: EINVAL. A program that
# has made none, and that has sent fsync(2) through io_uring, is refused, too: the
# kernel has a worker for requests that may block, and that worker is a thread of
# the program. It remains when it has nothing to do. Whether a request takes a
# worker is the kernel's choice, so the same program may be refused on one day
# and not on the next: a no-op takes none, neither does a read of what is cached.
#
# unshare(2) and setns(2) say "multithreaded", and neither page speaks of
# io_uring. When the ring is closed, Linux 7.3 lets the worker go after a while;
# on 6.12 it remains until execve(2) or the end.
#
# Seen: Linux 6.12.117 of Debian 12's security suite and 7.3.4 of Debian 13's
# backports, QEMU 7.2 on x86_64:
#
#     both    said: no-op: 1 thread, unshare: Success
#             said: fsync: 2 threads, unshare: Invalid argument
#             said: 20 s later: 2 threads, unshare: Invalid argument
#     6.12    said: ring closed, 20 s later: 2 threads, unshare: Invalid argument
#     7.3     said: ring closed, 20 s later: 1 thread, unshare: Success
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
#include <fcntl.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct io_uring_params params;
static struct io_uring_sqe *requests;
static char *queues;
static int ring;

/* Makes a ring with room for one request, as liburing does. */
static void make_ring(unsigned flags)
{
    int access = PROT_READ | PROT_WRITE;

    memset(&params, 0, sizeof params);
    params.flags = flags;
    params.sq_thread_idle = 100000;
    ring = syscall(SYS_io_uring_setup, 1, &params);
    queues = mmap(NULL, 4096, access, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    requests = mmap(NULL, 4096, access, MAP_SHARED, ring, IORING_OFF_SQES);
}

/* Sends a request, waits for it, and returns its result. */
static int ask(struct io_uring_sqe request)
{
    unsigned *tail = (unsigned *)(queues + params.sq_off.tail);
    unsigned *head = (unsigned *)(queues + params.cq_off.head);
    unsigned mask = *(unsigned *)(queues + params.cq_off.ring_mask);
    struct io_uring_cqe *results = (void *)(queues + params.cq_off.cqes);

    requests[0] = request;
    *(unsigned *)(queues + params.sq_off.array) = 0;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    syscall(SYS_io_uring_enter, ring, 1, 1,
            IORING_ENTER_GETEVENTS | IORING_ENTER_SQ_WAKEUP, NULL, 0);
    int result = results[*head & mask].res;
    __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
    return result;
}

static int threads(void)
{
    char line[256];
    int many = 0;
    FILE *status = fopen("/proc/self/status", "r");

    while (fgets(line, sizeof line, status))
        sscanf(line, "Threads: %d", &many);
    fclose(status);
    return many;
}

/* Tries once, and once more each second. */
static void tell(const char *when, int seconds)
{
    int got = unshare(CLONE_NEWUSER);

    while (got < 0 && seconds-- > 0) {
        sleep(1);
        got = unshare(CLONE_NEWUSER);
    }
    const char *answer = strerror(got < 0 ? errno : 0);
    int many = threads();
    printf("said: %s: %d thread%s, unshare: %s\n", when, many,
           many == 1 ? "" : "s", answer);
    fflush(stdout);
}

int main(void)
{
    struct io_uring_sqe nothing = {.opcode = IORING_OP_NOP};
    struct io_uring_sqe sync = {.opcode = IORING_OP_FSYNC};

    mkdir("/proc", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    if (fork() == 0) {
        make_ring(0);
        ask(nothing);
        tell("no-op", 0);
        _exit(0);
    }
    wait(NULL);
    if (fork() == 0) {
        make_ring(0);
        sync.fd = open("/file", O_CREAT | O_RDWR, 0600);
        ask(sync);
        tell("fsync", 0);
        tell("20 s later", 20);
        munmap(queues, 4096);
        munmap(requests, 4096);
        close(ring);
        tell("ring closed, 20 s later", 20);
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

check() { # check PACKAGE LAST-ANSWER
    ask "$1" | tee said
    sed 1d said >got
    cat >wanted <<END
said: no-op: 1 thread, unshare: Success
said: fsync: 2 threads, unshare: Invalid argument
said: 20 s later: 2 threads, unshare: Invalid argument
said: ring closed, 20 s later: $2
END
    cmp wanted got || exit 1
}
check linux-image-6.12.117+deb12-cloud-amd64 '2 threads, unshare: Invalid argument'
backports
check linux-binary-7.3.4+deb13-cloud-amd64 '1 thread, unshare: Success'
