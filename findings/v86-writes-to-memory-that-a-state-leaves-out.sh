#!/bin/sh
# v86, an emulator of a PC in WebAssembly, leaves pages of zeros out of a saved state,
# so the size of a machine's memory costs nothing in a file. It costs all at the
# restore: v86 first writes zeros to the whole memory, also to that of a new machine,
# which WebAssembly has made zero, and each page that is written takes memory of the
# computer. A page of the web can replace the export `zero_memory` in what it gives as
# `wasm_fn` by a function that asks `is_memory_zeroed` first.
#
# Seen: v86 0.5.462 from npm, in Node 20:
#
#     the state has 3 MB
#     restored by v86: 1102 MB
#     restored with pages of zeros left alone: 79 MB
#
# The limits of the script are 4, more than 1000 and 300 MB.
#
# Needs node, npm, internet and 2 GB of memory; no rights. Ends with 0 if v86 does
# what is said above, and with 1 if it does not.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --ignore-scripts v86@0.5.462

cat >restore.mjs <<'END'
import {readFileSync, writeFileSync} from "node:fs";
import {V86} from "v86";

const PAGE = 4096;
const [way] = process.argv.slice(2);
const module = await WebAssembly.compile(readFileSync("node_modules/v86/build/v86.wasm"));

async function exports_of_v86(imports) {
    const {exports} = await WebAssembly.instantiate(module, imports);
    if (way !== "sparing") return exports;
    const zero_memory = (from, length) => {
        for (let page = from; page < from + length; page += PAGE) {
            if (!exports.is_memory_zeroed(page, PAGE)) exports.zero_memory(page, PAGE);
        }
    };
    return {...exports, zero_memory};
}

const emulator = new V86({
    wasm_fn: exports_of_v86,
    memory_size: 1 << 30,
    vga_memory_size: 1 << 20,
    hda: {buffer: new ArrayBuffer(1 << 20)},
    initial_state: way === "save" ? undefined : {buffer: readFileSync("state").buffer},
    autostart: false,
});
await new Promise(loaded => emulator.add_listener("emulator-loaded", loaded));
if (way === "save") {
    const state = new Uint8Array(await emulator.save_state());
    writeFileSync("state", state);
    console.log(state.length >> 20);
} else {
    const [, kilobytes] = readFileSync("/proc/self/status", "utf8").match(/VmHWM:\s+(\d+)/);
    console.log(kilobytes >> 10);
}
process.exit(0);
END
node --version
state=$(node restore.mjs save)
plain=$(node restore.mjs plain)
sparing=$(node restore.mjs sparing)
echo "the state has $state MB"
echo "restored by v86: $plain MB"
echo "restored with pages of zeros left alone: $sparing MB"
[ "$state" -lt 4 ] && [ "$plain" -gt 1000 ] && [ "$sparing" -lt 300 ]
