#!/bin/sh
# kernel.pid_max of 32768 keeps PIDs below that number, on the machine and in its
# containers: some old programs have no room for more digits, and some tables have
# pid_max entries. Since each PID namespace has a pid_max of its own, that is so no
# longer: a new namespace does not take over the number of the one around it. It
# begins with 4194304, the most that the kernel knows, and its PIDs go beyond the
# 32768 that were set outside. Outside, the same process has a small PID.
#
# Seen: Linux 6.12.117 of Debian 12's security suite and 7.3.4 of Debian 13's
# backports, QEMU 7.2 on x86_64 (and 6.18.15). Outside, pid_max was set to 32768.
# Inside, the next PID after 40000 is asked for, by kernel.ns_last_pid:
#
#     6.12    said: inside: pid_max 32768
#             said: a new process: below 32768 inside, below 32768 outside
#     7.3     said: inside: pid_max 4194304
#             said: a new process: 40001 inside, below 32768 outside
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
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void set(const char *path, const char *number)
{
    int file = open(path, O_WRONLY);

    dprintf(file, "%s", number);
    close(file);
}

static void tell(int pid, const char *where)
{
    if (pid < 32768)
        printf("below 32768 %s", where);
    else
        printf("%d %s", pid, where);
}

/* Tells both PIDs of a new process: NSpid has the one outside first. */
static void be_first(int outside)
{
    char path[64], line[128];
    int most, far = 0, near = 0;

    FILE *file = fopen("/proc/sys/kernel/pid_max", "r");
    fscanf(file, "%d", &most);
    printf("said: inside: pid_max %d\n", most);
    set("/proc/sys/kernel/ns_last_pid", "40000");
    int child = fork();
    if (child == 0)
        for (;;)
            pause();

    /* This /proc is that of the namespace outside. */
    for (int pid = 2; pid < 32768 && near != child; pid++) {
        snprintf(path, sizeof path, "%d/status", pid);
        int status = openat(outside, path, O_RDONLY);
        if (status < 0)
            continue;
        file = fdopen(status, "r");
        while (fgets(line, sizeof line, file))
            sscanf(line, "NSpid: %d %d", &far, &near);
        fclose(file);
    }
    printf("said: a new process: ");
    tell(child, "inside, ");
    tell(far, "outside\n");
    fflush(stdout);
    _exit(0);
}

int main(void)
{
    mkdir("/proc", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    set("/proc/sys/kernel/pid_max", "32768");
    int outside = open("/proc", O_RDONLY);
    int flags = CLONE_NEWPID | CLONE_NEWNS | SIGCHLD;
    if (syscall(SYS_clone, flags, NULL, NULL, NULL, NULL) == 0) {
        mount("proc", "/proc", "proc", 0, NULL);
        be_first(outside);
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

check() { # check PACKAGE PID_MAX PID
    ask "$1" | tee said
    grep -qx "said: inside: pid_max $2" said &&
        grep -qx "said: a new process: $3 inside, below 32768 outside" said
}
check linux-image-6.12.117+deb12-cloud-amd64 32768 'below 32768' || exit 1
backports
check linux-binary-7.3.4+deb13-cloud-amd64 4194304 40001 || exit 1
