#!/bin/sh
# listns(2) fills a buffer with the identifiers of namespaces, and returns their
# number. A buffer can be too large for it: with room for more than 1,000,000
# identifiers it fails, with EOVERFLOW, although nine would do. The room that is
# named is all that counts; the buffer itself may be as small as it likes. A
# buffer without room is no error: the call returns 0, and not the number of
# identifiers that there are, as listxattr(2) would.
#
# Seen: Linux 7.3.4 of Debian 13's backports, QEMU 7.2 on x86_64:
#
#     said: room for 0: 0
#     said: room for 5: 5
#     said: room for 1000000: 9
#     said: room for 1000001: Value too large for defined data type
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
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
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
    size_t rooms[] = {0, 5, 1000000, 1000001};
    uint64_t *ids = calloc(1000001, sizeof *ids);

    for (int i = 0; i < 4; i++) {
        struct request request = {.size = sizeof request};
        long got = syscall(470, &request, ids, rooms[i], 0);
        if (got < 0)
            printf("said: room for %zu: %s\n", rooms[i], strerror(errno));
        else
            printf("said: room for %zu: %ld\n", rooms[i], got);
    }
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
said: room for 0: 0
said: room for 5: 5
said: room for 1000000: 9
said: room for 1000001: Value too large for defined data type
END
cmp wanted got || exit 1
