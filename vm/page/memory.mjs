// Less memory for a restored machine: v86 writes zeros to all of it before it copies the
// saved pages (`unpack_memory` in v86's src/cpu.js), and each page that is written takes
// memory of the computer. The pages of a new machine are zero without that.

// Bytes of a page. The lengths that v86 asks for are multiples of it.
const PAGE = 4096;

/** Returns the setting `wasm_fn` of V86: makes a machine of `module`, which is v86.wasm,
    that writes zeros to pages with other contents alone. */
export function sparing(module) {
    return async imports => {
        const {exports} = await WebAssembly.instantiate(module, imports);
        const zero_memory = (from, length) => {
            for (let page = from; page < from + length; page += PAGE) {
                if (!exports.is_memory_zeroed(page, PAGE)) exports.zero_memory(page, PAGE);
            }
        };
        return {...exports, zero_memory};
    };
}
