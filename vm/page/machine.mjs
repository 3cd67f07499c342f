// The machine of the page under Node: the frames of PID 1 on standard input and
// output, the kernel's console on standard error.
//
//     node machine.mjs boot FOLDER       boots kernel and initramfs; saves the
//                                        machine at the end of the input
//     node machine.mjs restore FOLDER    goes on from where it was saved
//
// Files of the folder: libv86.mjs and v86.wasm; for a boot bios, vgabios, kernel,
// initramfs and command-line, the kernel's; for a restored machine state, and
// first-word, which PID 1 has said before.
//
// Exit status: 0 at the end of the input, 129 after a restart of the machine, 130
// when it has switched itself off, 131 after a panic, 69 if it cannot start.

import {readFileSync, renameSync, writeFileSync} from "node:fs";
import {join, resolve} from "node:path";
import {pathToFileURL} from "node:url";

const RESTARTED = 129;
const SWITCHED_OFF = 130;
const PANICKED = 131;
const UNAVAILABLE = 69;

// As much as in QEMU. A page of zeros is no part of a saved state.
const MEMORY = 256 << 20;
const VIDEO_MEMORY = 1 << 20;

// Pieces that may be on their way to PID 1, and bytes of one piece: v86 drops a
// piece that finds none of the kernel's 16 buffers free.
const MOST_PIECES = 8;
const PIECE = 1024;

// Bytes for the harness after which the machine waits for it.
const MOST_UNREAD = 1 << 20;

// Most characters of a line of the console.
const LONGEST_LINE = 1000;

// Words of the kernel at its end, see kernel/panic.c and kernel/reboot.c.
const ENDS = [
    ["Kernel panic - not syncing", PANICKED],
    ["reboot: Restarting system", RESTARTED],
    ["reboot: Power down", SWITCHED_OFF],
    ["reboot: Power off not available", SWITCHED_OFF],
    ["reboot: System halted", SWITCHED_OFF],
];

const [mode, folder] = process.argv.slice(2);
if (!["boot", "restore"].includes(mode) || !folder) {
    console.error("usage: node machine.mjs boot|restore FOLDER");
    process.exit(2);
}
const path = name => join(resolve(folder), name);
const read = name => {
    const bytes = readFileSync(path(name));
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
};

function fail(reason) {
    console.error(`machine.mjs: ${reason}`);
    process.exit(UNAVAILABLE);
}

async function start() {
    const {V86} = await import(pathToFileURL(path("libv86.mjs")).href);
    const files = mode === "boot"
        ? {
            bios: {buffer: read("bios")},
            vga_bios: {buffer: read("vgabios")},
            bzimage: {buffer: read("kernel")},
            initrd: {buffer: read("initramfs")},
            cmdline: `${readFileSync(path("command-line"))} tsc=reliable`,
        }
        : {initial_state: {buffer: read("state")}};
    return new V86({
        wasm_path: path("v86.wasm"),
        memory_size: MEMORY,
        vga_memory_size: VIDEO_MEMORY,
        virtio_console: true,
        net_device: {type: "virtio"},
        disable_keyboard: true,
        disable_mouse: true,
        disable_speaker: true,
        autostart: true,
        ...files,
    });
}

// Bytes from the harness, in pieces, as fast as PID 1 reads them.
class Input {
    constructor(emulator) {
        this.emulator = emulator;
        this.waiting = Buffer.alloc(0);
        // Lengths of the pieces that PID 1 has not read to their ends.
        this.unread = [];
        this.numbers = Buffer.alloc(0);
    }

    push(bytes) {
        this.waiting = Buffer.concat([this.waiting, bytes]);
        this.send();
    }

    // Takes numbers of bytes that PID 1 has read: u32, little endian.
    has_read(bytes) {
        this.numbers = Buffer.concat([this.numbers, bytes]);
        while (this.numbers.length >= 4) {
            let read = this.numbers.readUInt32LE(0);
            this.numbers = this.numbers.subarray(4);
            while (read > 0 && this.unread.length > 0) {
                const some = Math.min(read, this.unread[0]);
                read -= some;
                this.unread[0] -= some;
                if (this.unread[0] === 0) this.unread.shift();
            }
        }
        this.send();
    }

    send() {
        while (this.waiting.length > 0 && this.unread.length < MOST_PIECES) {
            const piece = this.waiting.subarray(0, PIECE);
            this.waiting = this.waiting.subarray(piece.length);
            this.unread.push(piece.length);
            this.emulator.bus.send("virtio-console1-input-bytes", piece);
        }
    }
}

// Bytes of PID 1. A machine whose output nobody reads stands still.
class Output {
    constructor(emulator) {
        this.emulator = emulator;
        this.stands_still = false;
        process.stdout.on("drain", () => {
            if (this.stands_still) {
                this.stands_still = false;
                this.emulator.run();
            }
        });
    }

    write(bytes) {
        process.stdout.write(bytes);
        if (process.stdout.writableLength > MOST_UNREAD && !this.stands_still) {
            this.stands_still = true;
            this.emulator.stop();
        }
    }
}

// The kernel prints the line even when it prints nothing else.
function end_with_the_machine(emulator) {
    let line = "";
    emulator.add_listener("serial0-output-byte", byte => {
        if (byte !== 10 && line.length < LONGEST_LINE) {
            line += String.fromCharCode(byte);
            return;
        }
        process.stderr.write(`${line}\n`);
        for (const [words, status] of ENDS) {
            if (line.includes(words)) process.exit(status);
        }
        line = "";
    });
}

async function save(emulator, first_word) {
    await emulator.stop();
    const state = new Uint8Array(await emulator.save_state());
    writeFileSync(path("first-word"), Buffer.concat(first_word));
    writeFileSync(path("state.new"), state);
    renameSync(path("state.new"), path("state"));
    process.exit(0);
}

const emulator = await start().catch(error => fail(error.message));
const input = new Input(emulator);
const output = new Output(emulator);
const first_word = [];
let asked = false;
end_with_the_machine(emulator);
emulator.add_listener("virtio-console1-output-bytes", bytes => {
    if (!asked) first_word.push(Buffer.from(bytes));
    output.write(bytes);
});
emulator.add_listener("virtio-console2-output-bytes", bytes => input.has_read(bytes));
let started = false;
emulator.add_listener("emulator-started", () => {
    // A machine that stood still starts again.
    if (started) return;
    started = true;
    if (mode === "restore") output.write(readFileSync(path("first-word")));
    process.stdin.on("data", bytes => {
        asked = true;
        input.push(bytes);
    });
    process.stdin.on("end", () => {
        if (mode === "boot") save(emulator, first_word).catch(error => fail(error.message));
        else process.exit(0);
    });
});
process.stdout.on("error", () => process.exit(0));
