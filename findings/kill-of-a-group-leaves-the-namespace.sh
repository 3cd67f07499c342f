#!/bin/sh
# From inside a PID namespace nobody outside can be named, and kill(-1) reaches
# nobody there: "No such process". kill(0), to the caller's process group, is not
# held back: a group goes across PID namespaces, and a child that was born in a new
# one is in the group of its parent, unless one of them calls setsid(2) or
# setpgid(2). `unshare --pid --fork` does neither. So a script in there that clears
# up with `kill 0` ends the program that started it, and the rest of that one's
# pipeline. Permissions hold as always. getpgrp(2) is 0 meanwhile, a group without
# a number, and killpg(getpgrp()) is kill(0).
#
# Before Linux 7.3 the process outside is told a wrong sender, too: si_pid is the
# sender's number in there, here 1, which outside is another process.
# pid_namespaces(7) and kill(2) say nothing of groups.
#
# Seen: Linux 6.12.117 of Debian 12's security suite and 7.3.4 of Debian 13's
# backports, QEMU 7.2 on x86_64 (and 6.1.0-48, 6.18.15, 6.19.14, 7.0.13, 7.1.13
# and 7.2.12, which do as 6.12):
#
#     both    said: inside: getpgrp 0
#             said: inside: kill(-1): No such process
#             said: outside: 0 signals
#             said: inside: kill(0): Success
#     6.12    said: outside: 1 signal, sent by PID 1
#     7.3     said: outside: 1 signal, sent by the child
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
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int signals, sender;

static void count(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    signals++;
    sender = info->si_pid;
}

static void tell(const char *call, int got)
{
    printf("said: inside: %s: %s\n", call, strerror(got < 0 ? errno : 0));
    fflush(stdout);
}

/* Starts PID 1 of a new PID namespace, which sends signals to others. */
static int start(int whom, const char *call)
{
    int flags = CLONE_NEWPID | SIGCHLD;
    int child = syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);

    if (child == 0) {
        signal(SIGUSR1, SIG_IGN);
        if (whom < 0)
            printf("said: inside: getpgrp %d\n", getpgrp());
        tell(call, kill(whom, SIGUSR1));
        _exit(0);
    }
    while (waitpid(child, NULL, 0) < 0)
        continue;
    return child;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = count, .sa_flags = SA_SIGINFO};

    if (fork() == 0) {
        setsid();
        sigaction(SIGUSR1, &action, NULL);
        start(-1, "kill(-1)");
        printf("said: outside: %d signals\n", signals);
        int child = start(0, "kill(0)");
        if (sender == child)
            printf("said: outside: %d signal, sent by the child\n", signals);
        else
            printf("said: outside: %d signal, sent by PID %d\n", signals, sender);
        fflush(stdout);
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

check() { # check PACKAGE SENDER
    ask "$1" | tee said
    sed 1d said >got
    cat >wanted <<END
said: inside: getpgrp 0
said: inside: kill(-1): No such process
said: outside: 0 signals
said: inside: kill(0): Success
said: outside: 1 signal, sent by $2
END
    cmp wanted got || exit 1
}
check linux-image-6.12.117+deb12-cloud-amd64 'PID 1'
backports
check linux-binary-7.3.4+deb13-cloud-amd64 'the child'
