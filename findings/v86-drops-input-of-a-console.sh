#!/bin/sh
# v86, an emulator of a PC in WebAssembly, has a console of virtio: a page sends
# bytes with bus.send("virtio-console0-input-bytes", bytes), in pieces of any
# number. The kernel has buffers for 16 pieces. v86 drops each further piece,
# without a return value, an event or an error; xterm's pasted text goes the same
# way. The serial port of the same machine keeps all.
#
# Seen: v86 0.5.462 from npm, in Node 20, with Linux 6.1 (linux-image-686) and
# busybox of Debian 12:
#
#     said: console: 1600 of 4000 bytes
#     said: serial port: 4000 of 4000 bytes
#
# Needs Debian with node, npm, apt-get and internet; no rights. Ends with 0 if v86
# does what is said above, and with 1 if it does not.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# Reads Debian 12's packages for 32 bits, and nothing of the system's but the
# address and the keys of the distribution.
from=$(apt-get -o Debug::NoLocking=1 --print-uris update 2>/dev/null |
    sed -nE "s#^'(.*)/dists/[a-z]*/main/binary-.*#\\1#p" | head -n 1)
mkdir -p apt/lists/partial apt/archives/partial
: >apt/status
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from/ bookworm main" >apt/sources.list
cat >apt/apt.conf <<END
APT::Architecture "i386";
APT::Architectures { "i386"; };
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
kernel=$(apt-cache depends linux-image-686 | sed -n 's/.*Depends: //p' | head -n 1)
for package in "$kernel" busybox-static seabios; do
    apt-get -qq download "$package"
    dpkg-deb -x "$package"_*.deb packages
done
npm install --silent --no-save --ignore-scripts v86@0.5.462

# The first process reads both, raw, when all has been sent.
mkdir -p root/bin root/dev root/proc root/sys root/modules
cp packages/bin/busybox root/bin
for module in virtio virtio_ring virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_console; do
    find packages -name "$module.ko" -exec cp {} root/modules \;
done
cat >root/init <<'END'
#!/bin/busybox sh
busybox mount -t devtmpfs none /dev
for module in virtio virtio_ring virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_console; do
    [ ! -e /modules/$module.ko ] || busybox insmod /modules/$module.ko
done
count() { # count NAME FILE
    busybox timeout 5 busybox cat <"$2" | busybox wc -c >/count
    echo "said: $1: $(busybox cat /count) of 4000 bytes"
}
exec 3<>/dev/hvc0 4<>/dev/ttyS1
busybox stty raw -echo <&3
busybox stty raw -echo <&4
echo ready
count console /dev/hvc0
count 'serial port' /dev/ttyS1
echo end
busybox sleep 1000
END
chmod +x root/init
(cd root && find . | ../packages/bin/busybox cpio -o -H newc 2>/dev/null) >initramfs

cat >boot.mjs <<'END'
import {readFileSync} from "node:fs";
import {V86} from "v86";

const read = path => ({buffer: new Uint8Array(readFileSync(path)).buffer});
const emulator = new V86({
    wasm_path: "node_modules/v86/build/v86.wasm",
    memory_size: 256 << 20,
    bios: read("packages/usr/share/seabios/bios.bin"),
    vga_bios: read("packages/usr/share/seabios/vgabios-stdvga.bin"),
    bzimage: read(process.argv[2]),
    initrd: read("initramfs"),
    cmdline: "console=ttyS0 quiet rdinit=/init tsc=reliable",
    virtio_console: true,
    uart1: true,
    autostart: true,
});
let line = "";
emulator.add_listener("serial0-output-byte", byte => {
    const letter = String.fromCharCode(byte);
    if (letter !== "\n") {
        line += letter.trim() || " ";
        return;
    }
    const words = line.trim();
    line = "";
    if (words.startsWith("said:")) console.log(words);
    if (words === "ready") {
        // 40 pieces, all in one turn of the page.
        for (let piece = 0; piece < 40; piece++) {
            const bytes = new Uint8Array(100).fill(65 + piece % 26);
            emulator.bus.send("virtio-console0-input-bytes", bytes);
            bytes.forEach(byte => emulator.bus.send("serial1-input", byte));
        }
    }
    if (words === "end") process.exit(0);
});
END
node --version
timeout 300 node boot.mjs packages/boot/vmlinuz-* | tee got
cat >wanted <<END
said: console: 1600 of 4000 bytes
said: serial port: 4000 of 4000 bytes
END
cmp wanted got || exit 1
