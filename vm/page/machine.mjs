// The machine of the page under Node: the frames of PID 1 on standard input and
// output, the kernel's console on standard error.
//
//     node machine.mjs boot FOLDER       boots kernel and initramfs; saves the
//                                        machine at the end of the input
//     node machine.mjs restore FOLDER    goes on from where it was saved
//
// Files of the folder: libv86.mjs, v86.wasm, and options.json, the devices that a
// state fits; for a boot bios, vgabios, kernel, initramfs and command-line, the
// kernel's; for a restored machine state, and first-word, which PID 1 has said
// before.
//
// Exit status: 0 at the end of the input, 129 after a restart of the machine, 130
// when it has switched itself off, 131 after a panic, 69 if it cannot start.

import {readFileSync, renameSync, writeFileSync} from "node:fs";
import {join, resolve} from "node:path";
import {pathToFileURL} from "node:url";

import {Input, Output} from "./channel.mjs";
import {PANICKED, RESTARTED, SWITCHED_OFF, hear_console} from "./ends.mjs";
import {sparing} from "./memory.mjs";

const STATUS = {[RESTARTED]: 129, [SWITCHED_OFF]: 130, [PANICKED]: 131};
const UNAVAILABLE = 69;

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
        ...JSON.parse(readFileSync(path("options.json"))),
        wasm_fn: sparing(await WebAssembly.compile(read("v86.wasm"))),
        autostart: true,
        ...files,
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
const first_word = [];
let asked = false;
const write = bytes => {
    if (process.stdout.write(bytes)) output.taken();
};
const output = new Output(emulator, bytes => {
    if (!asked) first_word.push(Buffer.from(bytes));
    write(bytes);
});
process.stdout.on("drain", () => output.taken());
hear_console(emulator,
    line => process.stderr.write(`${line}\n`),
    end => process.exit(STATUS[end]));
let started = false;
emulator.add_listener("emulator-started", () => {
    // A machine that stood still starts again.
    if (started) return;
    started = true;
    if (mode === "restore") write(readFileSync(path("first-word")));
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
