// Bytes to and from PID 1 of a machine in v86, for Node and for a browser.
//
// The machine's virtio-console1 carries the frames in both directions. On
// virtio-console2 PID 1 tells how many bytes it has read (vm/guest/src/page.rs).

// Pieces that may be on their way to PID 1, and bytes of one piece: v86 drops a
// piece that finds none of the kernel's 16 buffers free.
const MOST_PIECES = 8;
const PIECE = 1024;

// Bytes of PID 1 that nobody has taken, after which the machine stands still.
const MOST_UNREAD = 1 << 20;

/** Joins bytes. */
function joined(one, other) {
    const all = new Uint8Array(one.length + other.length);
    all.set(one);
    all.set(other, one.length);
    return all;
}

/** Bytes to PID 1, in pieces, as fast as PID 1 reads them. */
export class Input {
    constructor(emulator) {
        this.emulator = emulator;
        this.waiting = new Uint8Array(0);
        // Lengths of the pieces that PID 1 has not read to their ends.
        this.unread = [];
        this.numbers = new Uint8Array(0);
        emulator.add_listener("virtio-console2-output-bytes", bytes => this.has_read(bytes));
    }

    push(bytes) {
        this.waiting = joined(this.waiting, bytes);
        this.send();
    }

    // Takes numbers of bytes that PID 1 has read: u32, little endian.
    has_read(bytes) {
        this.numbers = joined(this.numbers, bytes);
        while (this.numbers.length >= 4) {
            const {buffer, byteOffset} = this.numbers;
            this.forget(new DataView(buffer, byteOffset).getUint32(0, true));
            this.numbers = this.numbers.subarray(4);
        }
        this.send();
    }

    // Takes bytes that were read off the first pieces.
    forget(read) {
        while (read > 0 && this.unread.length > 0) {
            const some = Math.min(read, this.unread[0]);
            read -= some;
            this.unread[0] -= some;
            if (this.unread[0] === 0) this.unread.shift();
        }
    }

    send() {
        while (this.waiting.length > 0 && this.unread.length < MOST_PIECES) {
            const piece = this.waiting.slice(0, PIECE);
            this.waiting = this.waiting.subarray(piece.length);
            this.unread.push(piece.length);
            this.emulator.bus.send("virtio-console1-input-bytes", piece);
        }
    }
}

/** Bytes of PID 1. A machine whose output nobody takes stands still. */
export class Output {
    /** `take` gets the bytes; whoever has taken some calls `taken`. */
    constructor(emulator, take) {
        this.emulator = emulator;
        this.untaken = 0;
        this.stands_still = false;
        emulator.add_listener("virtio-console1-output-bytes", bytes => {
            this.untaken += bytes.length;
            take(bytes);
            if (this.untaken > MOST_UNREAD && !this.stands_still) {
                this.stands_still = true;
                emulator.stop();
            }
        });
    }

    /** Some bytes, or all so far, have been taken. */
    taken(count = this.untaken) {
        this.untaken -= count;
        if (this.stands_still && this.untaken <= MOST_UNREAD) {
            this.stands_still = false;
            this.emulator.run();
        }
    }
}
