#!/bin/sh
# listns(2) gives the identifiers of namespaces in pages: who asks again names the
# last identifier that they have, and the list goes on behind it. One expects 0
# when nothing is left, as from getdents64(2), and from listmount(2), which gives
# its pages in the same way. listns(2) then fails, with ENOENT. A program that stops
# at a page that is not full never sees that, until the number of namespaces is a
# multiple of its page: it then has read the whole list, and ends with an error. In
# a list of one type, or of one owner, the end is the same.
#
# Seen: Linux 7.3.4 of Debian 13's backports, QEMU 7.2 on x86_64 (and 6.19.14,
# 7.0.13, 7.1.13, 7.2.12). There are nine namespaces:
#
#     said: pages of 4: 4, 4, 1
#     said: pages of 3: 3, 3, 3, No such file or directory
#     said: net, pages of 1: 1, No such file or directory
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
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

/* struct ns_id_req of linux/nsfs.h. */
struct request {
    uint32_t size, spare;
    uint64_t after;
    uint32_t types, spare2;
    uint64_t owner;
};

/* Asks until a page is not full, as one reads a list in pages. */
static void list(uint32_t types, long room)
{
    struct request request = {.size = sizeof request, .types = types};
    uint64_t ids[16];
    long got;

    do {
        got = syscall(470, &request, ids, room, 0);
        if (got < 0)
            printf(", %s", strerror(errno));
        else
            printf("%s%ld", request.after ? ", " : "", got);
        request.after = got > 0 ? ids[got - 1] : 0;
    } while (got == room);
    printf("\n");
}

int main(void)
{
    printf("said: pages of 4: ");
    list(0, 4);
    printf("said: pages of 3: ");
    list(0, 3);
    printf("said: net, pages of 1: ");
    list(CLONE_NEWNET, 1);
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
said: pages of 4: 4, 4, 1
said: pages of 3: 3, 3, 3, No such file or directory
said: net, pages of 1: 1, No such file or directory
END
cmp wanted got || exit 1
