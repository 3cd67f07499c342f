#!/bin/sh
# Root of a user namespace has all capabilities over what that namespace owns: it
# configures such a network, and joins it. One expects to see the network in the
# list of listns(2), too, all the more as the call can be asked for what a user
# namespace owns. But the list has only namespaces that the caller is a member of.
# The whole list is for CAP_SYS_ADMIN in the initial user namespace, and even with
# that it is for a process in the initial PID namespace: real root that has moved
# to a new PID namespace is shown no more than a user without any privilege.
#
# Seen: Linux 7.3.4 of Debian 13's backports, QEMU 7.2 on x86_64. There are two
# networks, and the second one is owned by a user namespace:
#
#     said: root: 2 listed
#     said: root of the owner: 1 listed, 0 as owned, setns to the other: Success
#     said: root in a new PID namespace: 1 listed
#
# Linux 6.19.14, 7.0.13, 7.1.13 and 7.2.12 list the same.
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
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* struct ns_id_req of linux/nsfs.h. */
struct request {
    uint32_t size, spare;
    uint64_t after;
    uint32_t types, spare2;
    uint64_t owner;
};

/* How many networks are listed, of this owner or, with 0, of any. */
static long networks(uint64_t owner)
{
    struct request request = {
        .size = sizeof request, .types = CLONE_NEWNET, .owner = owner,
    };
    uint64_t ids[16];

    return syscall(470, &request, ids, 16, 0);
}

/* A process in a network of its own, that waits. */
static pid_t in_another_network(void)
{
    int ready[2];
    char byte;
    pipe(ready);
    pid_t pid = fork();

    if (pid == 0) {
        unshare(CLONE_NEWNET);
        write(ready[1], "", 1);
        pause();
    }
    read(ready[0], &byte, 1);
    return pid;
}

static void root_of_the_owner(int done, int go)
{
    char path[64], byte;
    unshare(CLONE_NEWUSER);
    snprintf(path, sizeof path, "/proc/%d/ns/net", in_another_network());
    write(done, "", 1);
    read(go, &byte, 1);
    long listed = networks(0);
    /* LISTNS_CURRENT_USER: what is owned by the caller's user namespace. */
    long owned = networks(~0ULL);
    errno = 0;
    setns(open(path, O_RDONLY), CLONE_NEWNET);
    printf("said: root of the owner: %ld listed, %ld as owned, "
           "setns to the other: %s\n", listed, owned, strerror(errno));
    fflush(stdout);
    _exit(0);
}

int main(void)
{
    int done[2], go[2];
    char byte;

    mkdir("/proc", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    pipe(done);
    pipe(go);
    pid_t owner = fork();
    if (owner == 0)
        root_of_the_owner(done[1], go[0]);
    read(done[0], &byte, 1);
    printf("said: root: %ld listed\n", networks(0));
    fflush(stdout);
    write(go[1], "", 1);
    waitpid(owner, NULL, 0);

    unshare(CLONE_NEWPID);
    pid_t inside = fork();
    if (inside == 0) {
        printf("said: root in a new PID namespace: %ld listed\n", networks(0));
        fflush(stdout);
        _exit(0);
    }
    waitpid(inside, NULL, 0);
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
said: root: 2 listed
said: root of the owner: 1 listed, 0 as owned, setns to the other: Success
said: root in a new PID namespace: 1 listed
END
cmp wanted got || exit 1
