#!/bin/sh
# A process of the machine's own namespaces mounts cgroup2 once more, without
# options, at the place where cgroup2 is mounted already. mount(2) refuses: EBUSY.
# Yet nsdelegate, with which the first mount was made, is gone for all mounts of
# cgroup2: the kernel has taken the options, none, before it looked at the place.
# The same call at another place succeeds, and takes nsdelegate away as well.
# The kernel's cgroup-v2.rst says that the option is set on mount or changed by a
# remount; a mount that has failed changes it, too.
#
# Seen: Linux 6.12.95 of Debian 12's backports and 7.3.4 of Debian 13's, both in
# QEMU 7.2 on x86_64:
#
#     said: mounted with nsdelegate: yes
#     said: mount at the same place: Device or resource busy
#     said: nsdelegate: no
#     said: mounted again with nsdelegate: yes
#     said: mount at another place: Success
#     said: nsdelegate: no
#
# Needs Debian 12 with qemu-system-x86, busybox and gcc; no rights. Ends with 0 if
# the kernels do what is said above, and with 1 if one does not.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >init.c <<'END'
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

static int mount_at(const char *place, unsigned long flags, const char *options)
{
    return mount("cgroup2", place, "cgroup2", flags, options);
}

/* Whether any mount of cgroup2 has the option. */
static void tell_option(const char *when)
{
    char line[512];
    const char *has = "no";
    FILE *mounts = fopen("/proc/self/mounts", "r");

    while (fgets(line, sizeof line, mounts))
        if (strstr(line, " cgroup2 ") && strstr(line, "nsdelegate"))
            has = "yes";
    fclose(mounts);
    printf("said: %s: %s\n", when, has);
}

static void tell(const char *what, int got)
{
    printf("said: %s: %s\n", what, strerror(got < 0 ? errno : 0));
}

int main(void)
{
    mkdir("/proc", 0755);
    mkdir("/first", 0755);
    mkdir("/second", 0755);
    mount("proc", "/proc", "proc", 0, NULL);

    mount_at("/first", 0, "nsdelegate");
    tell_option("mounted with nsdelegate");
    tell("mount at the same place", mount_at("/first", 0, NULL));
    tell_option("nsdelegate");
    mount_at("/first", MS_REMOUNT, "nsdelegate");
    tell_option("mounted again with nsdelegate");
    tell("mount at another place", mount_at("/second", 0, NULL));
    tell_option("nsdelegate");
    fflush(stdout);
    return reboot(RB_POWER_OFF);
}
END
mkdir root
gcc -O1 -static -o root/init init.c
(cd root && echo init | busybox cpio -o -H newc 2>/dev/null) >initramfs

# Writes a configuration with which apt reads one suite more, and nothing of the
# system's but the address and the keys of the distribution.
backports() { # backports SUITE
    unset APT_CONFIG
    from=$(apt-get -o Debug::NoLocking=1 --print-uris update 2>/dev/null |
        sed -nE "s#^'(.*)/dists/bookworm/main/binary-.*#\\1#p" | head -n 1)
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    rm -rf apt
    mkdir -p apt/lists/partial apt/archives/partial
    : >apt/status
    echo "deb [signed-by=$keys] $from/ $1 main" >apt/sources.list
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

# Compares what a kernel says with the head of this file.
check() { # check SUITE PACKAGE
    backports "$1"
    ask "$2" | tee said
    sed 1d said >got
    cmp wanted got || exit 1
}
cat >wanted <<END
said: mounted with nsdelegate: yes
said: mount at the same place: Device or resource busy
said: nsdelegate: no
said: mounted again with nsdelegate: yes
said: mount at another place: Success
said: nsdelegate: no
END
check trixie-backports linux-binary-7.3.4+deb13-cloud-amd64
check bookworm-backports linux-image-6.12.95+deb12-cloud-amd64
