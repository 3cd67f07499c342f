#!/bin/sh
# A file in /proc/PID/ns stands for a namespace, and stat(2) of it gives the
# inode number of the namespace, always the same one. The three times are not
# those of the namespace: the kernel makes the inode when somebody looks and
# throws it away afterwards, so that each look gives another time. As long as
# the file is open somewhere, the inode stays, and the time with it. So a
# program that compares number and time of change, to notice a number that was
# given out again, takes one namespace for two.
#
# Seen: Linux 6.12.117 of Debian 12's security suite, with coreutils 9.1 and
# QEMU 7.2 on x86_64 (and Linux 7.3.4). Three looks at the uts namespace of PID
# 1, which is as old as the machine:
#
#     not open    one number, three times
#     open        one number, one time
#
# Needs Debian 12 with qemu-system-x86, busybox and coreutils; no rights. Ends
# with 0 if the kernel does what is said above, and with 1 if not.

set -eu
package=linux-image-6.12.117+deb12-cloud-amd64
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# A machine that looks three times, then three times with the file open.
mkdir -p root/bin root/proc
busybox=$(command -v busybox)
stat=$(command -v stat)
libraries=$(ldd "$busybox" "$stat" | grep -o '/[^ :]*' | grep -v ':$' || :)
for file in $busybox $stat $libraries; do
    mkdir -p "root${file%/*}"
    cp -L "$file" "root$file"
done
cat >root/init <<END
#!$busybox sh
$busybox mount -t proc proc /proc
look() {
    for time in 1 2 3; do
        $stat -L -c "\$1 %i %z" /proc/1/ns/uts
        $busybox sleep 1
    done
}
look closed
exec 3</proc/1/ns/uts
look open
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
    tr -d '\r' | grep -E '^(closed|open) [0-9]' >log

"$stat" --version | head -n 1
echo "$package:"
cat log
different() { grep "^$1" log | sort -u | wc -l; }
test "$(cut -d ' ' -f 2 log | sort -u | wc -l)" = 1
test "$(different closed)" = 3
test "$(different open)" = 1
