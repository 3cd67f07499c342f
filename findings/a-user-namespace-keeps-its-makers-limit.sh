#!/bin/sh
# RLIMIT_NPROC has a soft limit, which a process may raise up to the hard one. In a
# user namespace that is true, and without effect: the kernel has kept the soft
# limit that the maker had when it called unshare(2), and counts the maker's
# processes against it. setrlimit(2) succeeds, getrlimit(2) and `ulimit -u` show the
# new number, and fork(2) fails with EAGAIN at the old one. Nothing shows the number
# that counts, and nobody in the namespace can change it.
#
# So the soft limit of a login shell limits a rootless container for its life,
# whatever its runtime sets: `ulimit -u` has to be raised before the namespace is
# made. user_namespaces(7) and getrlimit(2) do not say so.
#
# Seen: Linux 6.12.117 of Debian 12's security suite and 7.3.4 of Debian 13's
# backports, QEMU 7.2 on x86_64. User 1000 has a hard limit of 500, and 20 children
# are wanted:
#
#     said: raised before unshare: limit 500, 20 children: Success
#     said: raised after unshare: limit 500, 2 children: Resource temporarily unavailable
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
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void set_soft(int number)
{
    struct rlimit limit = {number, 500};

    setrlimit(RLIMIT_NPROC, &limit);
}

static void tell(const char *when)
{
    struct rlimit limit;
    int many = 0;

    getrlimit(RLIMIT_NPROC, &limit);
    errno = 0;
    while (many < 20) {
        int child = fork();
        if (child == 0)
            for (;;)
                pause();
        if (child < 0)
            break;
        many++;
    }
    printf("said: %s: limit %d, %d children: %s\n", when, (int)limit.rlim_cur,
           many, strerror(errno));
    fflush(stdout);
}

int main(void)
{
    for (int after = 0; after < 2; after++) {
        /* The children end with the first process of their PID namespace. */
        int flags = CLONE_NEWPID | SIGCHLD;
        if (syscall(SYS_clone, flags, NULL, NULL, NULL, NULL) == 0) {
            setgid(1000);
            setuid(1000);
            set_soft(3);
            if (!after)
                set_soft(500);
            unshare(CLONE_NEWUSER);
            set_soft(500);
            tell(after ? "raised after unshare" : "raised before unshare");
            _exit(0);
        }
        wait(NULL);
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
said: raised before unshare: limit 500, 20 children: Success
said: raised after unshare: limit 500, 2 children: Resource temporarily unavailable
END
check linux-image-6.12.117+deb12-cloud-amd64
backports
check linux-binary-7.3.4+deb13-cloud-amd64
