// The files that machine.json lists: each is fetched once, and kept.

import { keep, openCache } from './kept.mjs';

export class Files {
    /** `base` is the address of the folder `live/`, `machine` what is in its
        machine.json. */
    constructor(base, machine) {
        this.base = base;
        this.machine = machine;
        this.fetched = new Map();
        /** Bytes that came, and bytes that were asked for. */
        this.came = 0;
        this.asked = 0;
        this.onProgress = () => {};
    }

    address(name) {
        const file = this.machine.files[name];
        if (!file) {
            throw new Error(`machine.json has no file ${name}`);
        }
        return new URL(file.url, this.base).href;
    }

    /** Returns the bytes of a file. One that failed is asked for again. */
    bytes(name) {
        if (!this.fetched.has(name)) {
            const bytes = this.keptOrFetched(name);
            this.fetched.set(name, bytes);
            bytes.catch(() => this.fetched.delete(name));
        }
        return this.fetched.get(name);
    }

    async text(name) {
        return new TextDecoder().decode(await this.bytes(name));
    }

    /** Addresses of all files. */
    addresses() {
        return Object.keys(this.machine.files).map(name => this.address(name));
    }

    async keptOrFetched(name) {
        const address = this.address(name);
        this.cache ??= openCache();
        const cache = await this.cache;
        const kept = await cache?.match(address);
        if (kept) {
            return new Uint8Array(await kept.arrayBuffer());
        }
        const bytes = await this.fetch(name, address);
        await keep(cache, address, bytes);
        return bytes;
    }

    async fetch(name, address) {
        const { bytes: size } = this.machine.files[name];
        this.asked += size;
        const all = new Uint8Array(size);
        let length = 0;
        try {
            const answer = await fetch(address);
            if (!answer.ok) {
                throw new Error(`${answer.status}`);
            }
            for await (const piece of pieces(answer.body)) {
                if (length + piece.length > size) {
                    throw new Error(`more than ${size} bytes`);
                }
                all.set(piece, length);
                length += piece.length;
                this.came += piece.length;
                this.onProgress(this.came, this.asked);
            }
            if (length < size) {
                throw new Error(`${length} of ${size} bytes`);
            }
        } catch (error) {
            this.came -= length;
            this.asked -= size;
            throw new Error(`${address}: ${error.message}`);
        }
        return all;
    }
}

/** Pieces of a stream. Safari has no `for await` over streams. */
async function* pieces(stream) {
    const reader = stream.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        yield piece.value;
    }
}
