#!/bin/sh
# listns(2) lists the namespaces of the machine, those without a member too: an
# open handle is enough, or a mount. A socket holds the network that it was made
# in as well, and goes on working there when the last member has left. But then
# the network is in no list, and its identifier does not open it, although it is
# alive: the cookie of the socket, which is the identifier, is what it was.
#
# Whoever has the socket brings the network back. With SIOCGSKNS the kernel opens
# the handle of it, and while that one is open the network is listed, and its
# identifier opens it. So a list of the namespaces can grow although none was made.
#
# Seen: Linux 7.3.4 of Debian 13's backports, QEMU 7.2 on x86_64:
#
#     said: a member: listed, opened, cookie as before
#     said: a socket alone: not listed, Stale file handle, cookie as before
#     said: SIOCGSKNS: listed, opened, cookie as before
#     said: its handle closed: not listed, Stale file handle, cookie as before
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
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* struct ns_id_req of linux/nsfs.h. */
struct request {
    uint32_t size, spare;
    uint64_t after;
    uint32_t types, spare2;
    uint64_t owner;
};

/* struct file_handle with struct nsfs_file_handle of linux/nsfs.h. */
struct handle {
    uint32_t bytes;
    int32_t type;
    uint64_t id;
    uint32_t kind, inode;
};

static uint64_t cookie(int sock)
{
    uint64_t cookie = 0;
    socklen_t size = sizeof cookie;

    getsockopt(sock, SOL_SOCKET, 71 /* SO_NETNS_COOKIE */, &cookie, &size);
    return cookie;
}

static void say(const char *when, int sock, uint64_t id)
{
    struct request request = {.size = sizeof request, .types = CLONE_NEWNET};
    struct handle handle = {.bytes = 16, .type = 0xf1, .id = id};
    uint64_t ids[16];
    long got = syscall(470, &request, ids, 16, 0);
    const char *listed = "not listed";

    for (long i = 0; i < got; i++)
        if (ids[i] == id)
            listed = "listed";
    /* -10003: FD_NSFS_ROOT. */
    int fd = open_by_handle_at(-10003, (void *)&handle, O_RDONLY);
    const char *opened = fd < 0 ? strerror(errno) : "opened";
    if (fd >= 0)
        close(fd);
    printf("said: %s: %s, %s, cookie %s\n", when, listed, opened,
           cookie(sock) == id ? "as before" : "another");
}

int main(void)
{
    mkdir("/proc", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    int before = open("/proc/self/ns/net", O_RDONLY);
    unshare(CLONE_NEWNET);
    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    uint64_t id = cookie(sock);
    say("a member", sock, id);

    setns(before, CLONE_NEWNET);
    say("a socket alone", sock, id);

    int handle = ioctl(sock, 0x894c /* SIOCGSKNS */);
    say("SIOCGSKNS", sock, id);
    close(handle);
    say("its handle closed", sock, id);
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
said: a member: listed, opened, cookie as before
said: a socket alone: not listed, Stale file handle, cookie as before
said: SIOCGSKNS: listed, opened, cookie as before
said: its handle closed: not listed, Stale file handle, cookie as before
END
cmp wanted got || exit 1
