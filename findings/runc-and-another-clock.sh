#!/bin/sh
# runc knows a container by the PID of its process and the time at which that one
# was started, field 22 of /proc/PID/stat: with another time, the PID was given out
# again, and the container is "stopped". But the kernel tells the time by the clock
# of whoever reads, and in a time namespace that is another one. To a runc in there
# each container that runs is stopped. `runc delete` succeeds, with status 0, and
# forgets the container; its process runs on, and no runc knows of it any more.
#
# proc(5) has "the time the process started after system boot", and
# time_namespaces(7) speaks of /proc/uptime, not of this field. Other programs
# know a process by this pair, too.
#
# Seen: runc 1.1.5 and util-linux 2.38.1 of Debian 12, with Linux 6.12.117 of its
# security suite and QEMU 7.2 on x86_64. The other clock is one second ahead:
#
#     said: here: its PID running
#     said: a second ahead: 0 stopped
#     said: delete, a second ahead: status 0
#     said: that PID is: /usr/bin/busybox sleep 1000
#     said: here: container does not exist
#
# Needs Debian 12 with qemu-system-x86, busybox and util-linux; no rights. Ends
# with 0 if runc does what is said above, and with 1 if it does not.

set -eu
kernel=linux-image-6.12.117+deb12-cloud-amd64
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for package in "$kernel" runc=1.1.5+ds1-1+deb12u1 libseccomp2=2.5.4-1+deb12u1; do
    apt-get -qq -o APT::Sandbox::User=root download "$package"
done
for package in *.deb; do dpkg-deb -x "$package" tree; done

# A machine with runc, and a container that is busybox.
mkdir -p root/bin root/proc root/sys root/run root/dev root/box/rootfs/bin root/box/rootfs/proc
busybox=$(command -v busybox)
put() { # put INTO FILE...
    into=$1
    shift
    for file in "$@" $(ldd "$@" | grep -o '/[^ :]*' | grep -v ':$' || :); do
        mkdir -p "$into${file%/*}"
        cp -L "$file" "$into$file"
    done
}
put root "$busybox" "$(command -v unshare)"
cp tree/usr/sbin/runc root/bin
cp -L tree/usr/lib/x86_64-linux-gnu/libseccomp.so.2 root/lib/x86_64-linux-gnu
put root/box/rootfs "$busybox"
cat >root/box/config.json <<END
{
    "ociVersion": "1.0.2",
    "process": {"user": {}, "cwd": "/", "args": ["$busybox", "sleep", "1000"]},
    "root": {"path": "rootfs"},
    "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
    "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}]}
}
END
cat >root/init <<END
#!$busybox sh
$busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ahead() { $(command -v unshare) --time --fork --boottime 1 "\$@"; }
tell() { # tell WHERE, and the state of the container
    sed -nE 's/^ *"(pid|status)": "?([a-z0-9]*)"?,/\2/p' |
        tr '\n' ' ' | sed "s/^\$pid /its PID /; s/^/said: \$1: /; s/ \$//"
    echo
}
runc run --no-pivot --detach --bundle /box box </dev/null >/log 2>&1 || cat /log
pid=\$(runc state box | sed -n 's/^ *"pid": \([0-9]*\),/\1/p')
runc state box | tell here
ahead runc state box | tell 'a second ahead'
ahead runc delete box 2>/log
echo "said: delete, a second ahead: status \$?"
echo "said: that PID is: \$(tr '\0' ' ' <"/proc/\$pid/cmdline" | sed 's/ \$//')"
echo "said: here: \$(runc state box 2>&1 | grep -o 'container does not exist')"
poweroff -f
END
chmod +x root/init
(cd root && find . | busybox cpio -o -H newc 2>/dev/null) >initramfs
timeout 300 qemu-system-x86_64 -nodefaults -display none -m 512 -no-reboot \
    -machine q35,accel=tcg -cpu qemu64,+rdrand -serial stdio \
    -kernel tree/boot/vmlinuz-* -initrd initramfs \
    -append 'console=ttyS0 quiet panic=-1 random.trust_cpu=on' |
    tr -d '\r' | grep '^said: ' >got || :

tree/usr/sbin/runc --version | head -n 1
echo "$kernel:"
cat got
cat >wanted <<END
said: here: its PID running
said: a second ahead: 0 stopped
said: delete, a second ahead: status 0
said: that PID is: $busybox sleep 1000
said: here: container does not exist
END
cmp wanted got || exit 1
