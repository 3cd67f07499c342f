#!/bin/sh
# A physical network card that was moved to a network namespace comes home to
# the initial one when its namespace ends: so says network_namespaces(7). The
# page does not say under which name. If another card has taken the old name
# meanwhile, the kernel renames the one that comes home: "dev" and its index. No
# program has asked for that. Who then configures eth0 configures another card.
#
# Seen: Linux 6.1.192 of Debian 12's security suite, with busybox 1.35.0 and QEMU
# 7.2 on x86_64. The card is virtio-net, the other one is of type dummy. The
# machine prints index and name of the card:
#
#     before: 3: eth0
#     home: 3: eth0
#     home, the name taken: 3: dev3
#
# Needs Debian 12 with qemu-system-x86 and busybox; no rights. Ends with 0 if the
# kernel does what is said above, and with 1 if not.

set -eu
kernel=linux-image-6.1.0-57-cloud-amd64
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

apt-get -qq -o APT::Sandbox::User=root download "$kernel"
dpkg-deb -x "$kernel"_*.deb kernel

# A machine that moves its card away twice, prints its name, and ends.
mkdir -p root/bin root/proc root/sys root/dev root/modules
busybox=$(command -v busybox)
libraries=$(ldd "$busybox" | grep -o '/[^ :]*' || :)
for file in $busybox $libraries; do
    mkdir -p "root${file%/*}"
    cp -L "$file" "root$file"
done
for command in $(busybox --list); do
    [ -e "root/bin/$command" ] || ln -s "$busybox" "root/bin/$command"
done
for module in virtio virtio_ring virtio_pci_legacy_dev virtio_pci_modern_dev \
    virtio_pci failover net_failover virtio_net dummy; do
    find kernel -name "$module.ko" -exec cp {} root/modules/ \;
done
cat >root/init <<'END'
#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for round in 1 2 3; do # each after those that it needs
    for module in /modules/*; do insmod "$module" 2>/dev/null; done
done
name() { # index and name of the card with this address
    ip -o link | grep 52:54:00:12:34:56 | cut -d : -f 1-2
}
away_and_home() {
    unshare -n sleep 1000 &
    pid=$!
    until [ "$(readlink /proc/$pid/ns/net)" != "$(readlink /proc/1/ns/net)" ]; do :; done
    ip link set eth0 netns $pid
    "$@"
    kill $pid
    until [ -n "$(name)" ]; do :; done
}
echo "before: $(name)"
away_and_home true
echo "home: $(name)"
away_and_home ip link add eth0 type dummy
echo "home, the name taken: $(name)"
poweroff -f
END
chmod +x root/init
(cd root && find . | busybox cpio -o -H newc 2>/dev/null) >initramfs

timeout 300 qemu-system-x86_64 -nodefaults -display none -m 256 -no-reboot \
    -machine q35,accel=tcg -cpu qemu64,+rdrand -serial stdio \
    -netdev user,id=n,restrict=on -device virtio-net-pci,netdev=n,mac=52:54:00:12:34:56 \
    -kernel kernel/boot/vmlinuz-* -initrd initramfs \
    -append 'console=ttyS0 quiet panic=-1 random.trust_cpu=on' |
    tr -d '\r' >log
cat log
grep -q '^before: 3: eth0$' log
grep -q '^home: 3: eth0$' log
grep -q '^home, the name taken: 3: dev3$' log
