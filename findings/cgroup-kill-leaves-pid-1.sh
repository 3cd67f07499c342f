#!/bin/sh
# Who writes 1 to cgroup.kill kills every process of the cgroup and of those below
# by SIGKILL: cgroup-v2.rst knows no exception. The PID 1 of a PID namespace is one,
# if the writer is a member of that namespace. All others are gone, the write has
# succeeded, PID 1 goes on. The kernel sends the signal as if the writer had called
# kill(2), and for kill(2) pid_namespaces(7) has this rule. The same write from
# outside of the namespace kills PID 1 as well.
#
# So a service manager in a container, or a test, that clears a cgroup by
# cgroup.kill and waits until cgroup.events says "populated 0" waits for good, if
# the cgroup has PID 1.
#
# Seen: Linux 6.12.117 of Debian 12's security suite and 7.3.4 of Debian 13's
# backports, QEMU 7.2 on x86_64. In the cgroup are PID 1 and two more processes:
#
#     said: before: 3 processes
#     said: written from inside: 1 byte, 1 process
#     said: written from outside: 1 byte, 0 processes
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

#define CGROUP "/cgroup/container/"

static int processes(void)
{
    int pid, many = 0;
    FILE *file = fopen(CGROUP "cgroup.procs", "r");

    while (fscanf(file, "%d", &pid) == 1)
        many++;
    fclose(file);
    return many;
}

/* Waits until so many processes are left, three seconds at most. */
static void tell(const char *when, int wanted)
{
    for (int time = 0; time < 30 && processes() != wanted; time++)
        usleep(100000);
    int many = processes();
    printf("said: %s%d process%s\n", when, many, many == 1 ? "" : "es");
    fflush(stdout);
}

static int write_to(const char *path, const char *text)
{
    int file = open(path, O_WRONLY);
    int written = dprintf(file, "%s", text);

    close(file);
    return written;
}

/* PID 1: has a child in the cgroup, and one outside of it, which writes. */
static void be_first(int into, int from)
{
    char letter;

    if (fork() == 0) {
        read(from, &letter, 1);
        letter = write_to(CGROUP "cgroup.kill", "1");
        write(into, &letter, 1);
        _exit(0);
    }
    write_to(CGROUP "cgroup.procs", "0");
    for (int child = 0; child < 2; child++)
        if (fork() == 0)
            for (;;)
                pause();
    write(into, "", 1);
    for (;;)
        wait(NULL);
}

int main(void)
{
    int up[2], down[2];
    char letter, line[64];

    mkdir("/cgroup", 0755);
    mount("cgroup2", "/cgroup", "cgroup2", 0, NULL);
    mkdir(CGROUP, 0755);
    pipe(up);
    pipe(down);
    if (syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, NULL) == 0)
        be_first(up[1], down[0]);
    read(up[0], &letter, 1);
    tell("before: ", 3);
    write(down[1], "", 1);
    read(up[0], &letter, 1);
    snprintf(line, sizeof line, "written from inside: %d byte, ", letter);
    tell(line, 0);
    letter = write_to(CGROUP "cgroup.kill", "1");
    snprintf(line, sizeof line, "written from outside: %d byte, ", letter);
    tell(line, 0);
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
said: before: 3 processes
said: written from inside: 1 byte, 1 process
said: written from outside: 1 byte, 0 processes
END
check linux-image-6.12.117+deb12-cloud-amd64
backports
check linux-binary-7.3.4+deb13-cloud-amd64
