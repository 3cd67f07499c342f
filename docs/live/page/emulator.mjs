// The worker in which v86 runs a restored machine.
//
// The page sends {start}, then {bytes} for PID 1, and {taken}, a number of bytes
// that it has read. The worker answers {started}, then {bytes} of PID 1, {ended}
// with the words of ends.mjs, or {failed} with the browser's own words.
//
// channel.mjs, ends.mjs and memory.mjs are of vm/page: Node has the same.

import { Input, Output } from './channel.mjs';
import { hear_console } from './ends.mjs';
import { sparing } from './memory.mjs';

const fail = error => postMessage({ failed: String(error?.message ?? error) });
addEventListener('unhandledrejection', event => fail(event.reason));
addEventListener('error', event => fail(event.message));

/** Gives turns to the emulator with a channel of this worker's own. v86 would
    start a second worker from a blob: for that, which no strict policy allows. */
function pace(v86) {
    const { port1, port2 } = new MessageChannel();
    let timer;
    port2.onmessage = ({ data }) => v86.yield_callback(data);
    v86.yield = (time, tick) => {
        clearTimeout(timer);
        if (time < 1) {
            port1.postMessage(tick);
        } else {
            timer = setTimeout(() => v86.yield_callback(tick), time);
        }
    };
}

async function restore({ v86, wasm, state, options }) {
    delete globalThis.Worker;
    const { V86 } = await import(v86);
    const emulator = new V86({
        ...options,
        wasm_fn: sparing(wasm),
        initial_state: { buffer: state },
        autostart: false,
    });
    await new Promise(loaded => emulator.add_listener('emulator-loaded', loaded));
    pace(emulator.v86);
    return emulator;
}

async function start(parts) {
    const emulator = await restore(parts);
    const input = new Input(emulator);
    // v86 uses its buffers again: the page gets a copy.
    const output = new Output(emulator, bytes => postMessage({ bytes: bytes.slice() }));
    hear_console(emulator, () => {}, ended => postMessage({ ended }));
    onmessage = ({ data }) => {
        if (data.bytes) {
            input.push(data.bytes);
        } else {
            output.taken(data.taken);
        }
    };
    emulator.run();
    postMessage({ started: true });
}

onmessage = ({ data }) => start(data.start).catch(fail);
