#!/bin/sh
# A request of io_uring is done in the program's namespaces, one expects, in those
# that it is in when it asks. A request that the kernel gives to a worker is done
# in those of the worker, and a worker has the namespaces of the program at the
# time of its birth. A program that moves to another mount namespace, and then has
# its ring make a folder, finds that folder in the namespace that it has left; a
# socket is in the network that it has left. mkdir(2) and socket(2) of the same
# program, beside it, are in the new ones.
#
# Which one it is depends on what the program did before: without an earlier
# request there is no worker, and the new one is born in the new namespaces. With
# IORING_SETUP_SQPOLL there is always one. io_uring_setup(2) and unshare(2) do not
# say so.
#
# Seen: Linux 6.12.117 of Debian 12's security suite and 7.3.4 of Debian 13's
# backports, QEMU 7.2 on x86_64:
#
#     said: no request before: folder in the new mounts, socket in the new network
#     said: a request before: folder in the old mounts, socket in the old network
#     said: IORING_SETUP_SQPOLL: folder in the old mounts, socket in the old network
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
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
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

static struct io_uring_sqe folder(const char *path)
{
    return (struct io_uring_sqe){
        .opcode = IORING_OP_MKDIRAT,
        .fd = AT_FDCWD,
        .addr = (uintptr_t)path,
        .len = 0755,
    };
}

static uint64_t network(int sock)
{
    uint64_t cookie = 0;
    socklen_t size = sizeof cookie;

    getsockopt(sock, SOL_SOCKET, 71 /* SO_NETNS_COOKIE */, &cookie, &size);
    return cookie;
}

static void tell(const char *how, unsigned flags, int before)
{
    /* IOSQE_ASYNC: the request is for a worker, as one that would block. */
    struct io_uring_sqe sock = {
        .opcode = IORING_OP_SOCKET,
        .flags = flags ? 0 : IOSQE_ASYNC,
        .fd = AF_INET,
        .off = SOCK_DGRAM,
    };

    make_ring(flags);
    if (before)
        ask(folder("/place/before"));
    unshare(CLONE_NEWNS | CLONE_NEWNET);
    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
    mount("tmpfs", "/place", "tmpfs", 0, NULL);

    ask(folder("/place/made"));
    const char *mounts = access("/place/made", F_OK) ? "old" : "new";
    int own = socket(AF_INET, SOCK_DGRAM, 0);
    int rings = ask(sock);
    const char *net = network(rings) == network(own) ? "new" : "old";
    printf("said: %s: folder in the %s mounts, socket in the %s network\n", how,
           mounts, net);
    fflush(stdout);
}

int main(void)
{
    mkdir("/place", 0755);
    for (int way = 0; way < 3; way++) {
        if (fork() == 0) {
            if (way == 0)
                tell("no request before", 0, 0);
            if (way == 1)
                tell("a request before", 0, 1);
            if (way == 2)
                tell("IORING_SETUP_SQPOLL", IORING_SETUP_SQPOLL, 0);
            _exit(0);
        }
        wait(NULL);
        rmdir("/place/made");
        rmdir("/place/before");
    }
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

check() { # check PACKAGE
    ask "$1" | tee said
    sed 1d said >got
    cmp wanted got || exit 1
}
cat >wanted <<END
said: no request before: folder in the new mounts, socket in the new network
said: a request before: folder in the old mounts, socket in the old network
said: IORING_SETUP_SQPOLL: folder in the old mounts, socket in the old network
END
check linux-image-6.12.117+deb12-cloud-amd64
backports
check linux-binary-7.3.4+deb13-cloud-amd64
