#!/bin/sh
# SIGKILL ends the PID 1 of a container, and with it all its processes. But PID 1
# has not ended before each PID of its namespace is free. A process that was sent
# in from outside, as by `docker exec` or nsenter(1), has its parent outside. If it
# has ended and the parent has not called wait(2), its PID is not free, and PID 1
# remains, killed and alive: no further signal, no kill of the cgroup ends it.
# Whoever waits for PID 1 waits for somebody else's wait(2). The parent of PID 1
# cannot help; one looks for the culprit in /proc/PID/wchan, or for the zombie.
#
# pid_namespaces(7) says that the kernel terminates all processes by SIGKILL. The
# zombie is terminated. It does not say that the end waits for parents outside.
#
# Seen: Linux 6.12.117 of Debian 12's security suite and 7.3.4 of Debian 13's
# backports, QEMU 7.2 on x86_64:
#
#     said: nobody sent in: PID 1 has ended
#     said: one sent in has ended, not waited for: PID 1 is there, in zap_pid_ns_processes
#     said: killed by its cgroup, too: PID 1 is there, in zap_pid_ns_processes
#     said: waited for: PID 1 has ended
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

static int first;

/* Starts the PID 1 of a new PID namespace. */
static void start(void)
{
    first = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, NULL);
    if (first == 0)
        for (;;)
            pause();
}

/* Starts a process in that namespace, which ends at once. */
static int send_in(void)
{
    char path[64];
    siginfo_t end;
    int own = open("/proc/self/ns/pid", O_RDONLY);

    snprintf(path, sizeof path, "/proc/%d/ns/pid", first);
    setns(open(path, O_RDONLY), CLONE_NEWPID);
    int child = fork();
    if (child == 0)
        _exit(0);
    setns(own, CLONE_NEWPID);
    waitid(P_PID, child, &end, WEXITED | WNOWAIT);
    return child;
}

/* Waits for PID 1, three seconds at most. */
static void tell(const char *when)
{
    char path[64], where[64] = "";
    int got = 0;

    for (int time = 0; time < 30 && got == 0; time++) {
        usleep(100000);
        got = waitpid(first, NULL, WNOHANG);
    }
    if (got == first) {
        printf("said: %s: PID 1 has ended\n", when);
    } else {
        snprintf(path, sizeof path, "/proc/%d/wchan", first);
        FILE *wchan = fopen(path, "r");
        fscanf(wchan, "%63s", where);
        fclose(wchan);
        printf("said: %s: PID 1 is there, in %s\n", when, where);
    }
    fflush(stdout);
}

int main(void)
{
    mkdir("/proc", 0755);
    mkdir("/cgroup", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    mount("cgroup2", "/cgroup", "cgroup2", 0, NULL);
    mkdir("/cgroup/container", 0755);

    start();
    kill(first, SIGKILL);
    tell("nobody sent in");

    start();
    int procs = open("/cgroup/container/cgroup.procs", O_WRONLY);
    dprintf(procs, "%d", first);
    int child = send_in();
    kill(first, SIGKILL);
    tell("one sent in has ended, not waited for");
    int all = open("/cgroup/container/cgroup.kill", O_WRONLY);
    dprintf(all, "1");
    tell("killed by its cgroup, too");
    waitpid(child, NULL, 0);
    tell("waited for");
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
said: nobody sent in: PID 1 has ended
said: one sent in has ended, not waited for: PID 1 is there, in zap_pid_ns_processes
said: killed by its cgroup, too: PID 1 is there, in zap_pid_ns_processes
said: waited for: PID 1 has ended
END
check linux-image-6.12.117+deb12-cloud-amd64
backports
check linux-binary-7.3.4+deb13-cloud-amd64
