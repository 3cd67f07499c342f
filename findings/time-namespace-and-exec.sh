#!/bin/sh
# After unshare(CLONE_NEWTIME) a process is where it was, and only its children
# are born in the new time namespace: so says time_namespaces(7). On Linux 6.1
# this holds. On Linux 6.12 the process itself is in the new one after its next
# execve(2): the memory map that it then gets belongs there.
#
# Seen: Linux 6.1.192 and 6.12.117, both of Debian 12's security suite, with
# util-linux 2.38.1 and QEMU 7.2 on x86_64. `unshare --time readlink /proc/self/ns/time` is one process
# that calls unshare(2), and then execve(2). It prints
#
#     6.1     time:[4026531834]     the number of the initial namespace
#     6.12    another number
#
# Needs Debian 12 with qemu-system-x86, busybox and util-linux; no rights. Ends
# with 0 if both kernels do what is said above, and with 1 if one does not.

set -eu
old=linux-image-6.1.0-57-cloud-amd64
new=linux-image-6.12.117+deb12-cloud-amd64
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# A machine that has one command in it, prints what it says, and ends.
mkdir -p root/bin root/proc
busybox=$(command -v busybox)
unshare=$(command -v unshare)
libraries=$(ldd "$busybox" "$unshare" | grep -o '/[^ :]*' || :)
for file in $busybox $unshare $libraries; do
    mkdir -p "root${file%/*}"
    cp -L "$file" "root$file"
done
cat >root/init <<END
#!$busybox sh
$busybox mount -t proc proc /proc
echo "before: \$($busybox readlink /proc/self/ns/time)"
echo "after execve: \$($unshare --time $busybox readlink /proc/self/ns/time)"
$busybox poweroff -f
END
chmod +x root/init
(cd root && find . | busybox cpio -o -H newc 2>/dev/null) >initramfs

# Prints "same" if the command was in the initial namespace, else "another".
ask() { # ask PACKAGE
    apt-get -qq -o APT::Sandbox::User=root download "$1"
    dpkg-deb -x "$1"_*.deb "$1"
    timeout 300 qemu-system-x86_64 -nodefaults -display none -m 256 -no-reboot \
        -machine q35,accel=tcg -cpu qemu64,+rdrand -serial stdio \
        -kernel "$1"/boot/vmlinuz-* -initrd initramfs \
        -append 'console=ttyS0 quiet panic=-1 random.trust_cpu=on' |
        tr -d '\r' >"$1.log"
    grep -o 'time:\[[0-9]*\]' "$1.log" | uniq | wc -l | sed 's/1/same/; s/2/another/'
}

for package in $old $new; do
    where=$(ask "$package")
    echo "$package: $where"
    cat "$package.log"
    case $package=$where in "$old=same" | "$new=another") ;; *) exit 1 ;; esac
done
