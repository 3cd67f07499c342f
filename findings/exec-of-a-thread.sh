#!/bin/sh
# execve(2) gives a process the namespaces of the thread that calls it, and the
# PID of its first thread. So the handles in /proc/PID/ns, which are those of
# the first thread, change with execve(2), although the first thread has called
# neither setns(2) nor unshare(2), and the process keeps its PID. execve(2)
# says that the other threads are destroyed; it does not say whose memberships
# remain. Whoever joins a namespace in a helper thread, so as to stay outside
# with the rest of the program, is in there once that thread executes something.
#
# Seen: Linux 6.12.117 of Debian 12's security suite, with gcc 12.2 and QEMU
# 7.2 on x86_64 (and Linux 6.18). A second thread calls unshare(CLONE_NEWUTS),
# and then execve(2):
#
#     before, first thread    uts:[4026531838], PID 1's as well
#     after, same PID         another number
#
# Needs Debian 12 with qemu-system-x86, busybox and gcc; no rights. Ends with 0
# if the kernel does what is said above, and with 1 if not.

set -eu
package=linux-image-6.12.117+deb12-cloud-amd64
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >threads.c <<'END'
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

static void show(const char *when, const char *handle)
{
    char target[64] = "";
    readlink(handle, target, sizeof target - 1);
    printf("%s %d %s\n", when, getpid(), target);
    fflush(stdout);
}

static void *second(void *program)
{
    if (unshare(CLONE_NEWUTS))
        perror("unshare");
    show("first-thread", "/proc/self/ns/uts");
    show("second-thread", "/proc/thread-self/ns/uts");
    execl(program, program, "after", NULL);
    perror("execl");
    return NULL;
}

int main(int count, char **words)
{
    pthread_t thread;
    if (count > 1) {
        show("after", "/proc/self/ns/uts");
        return 0;
    }
    pthread_create(&thread, NULL, second, words[0]);
    pause();
}
END
mkdir -p root/bin root/proc
gcc -static -pthread -o root/bin/threads threads.c
busybox=$(command -v busybox)
for file in $busybox $(ldd "$busybox" | grep -o '/[^ :]*' || :); do
    mkdir -p "root${file%/*}"
    cp -L "$file" "root$file"
done
cat >root/init <<END
#!$busybox sh
$busybox mount -t proc proc /proc
/bin/threads
$busybox poweroff -f
END
chmod +x root/init
(cd root && find . | busybox cpio -o -H newc 2>/dev/null) >initramfs

apt-get -qq -o APT::Sandbox::User=root download "$package"
dpkg-deb -x "$package"_*.deb kernel
timeout 300 qemu-system-x86_64 -nodefaults -display none -m 256 -no-reboot \
    -machine q35,accel=tcg -cpu qemu64,+rdrand -serial stdio \
    -kernel kernel/boot/vmlinuz-* -initrd initramfs \
    -append 'console=ttyS0 quiet panic=-1 random.trust_cpu=on' |
    tr -d '\r' | grep -E '^[a-z-]+ [0-9]+ uts:' >log

gcc --version | head -n 1
echo "$package:"
cat log
field() { grep "^$1 " log | cut -d ' ' -f "$2"; }
test "$(field first-thread 3)" = 'uts:[4026531838]'
test "$(field first-thread 2)" = "$(field after 2)"
test "$(field second-thread 3)" = "$(field after 3)"
test "$(field after 3)" != "$(field first-thread 3)"
