// The page's way to live.wasm: messages of PID 1, lessons, and the verdict on what
// a machine has shown. `docs/live/src` has the meaning of each method and of all
// news. Runs in a page, in a worker, and in Node.

const ENCODE = 1;
const DECODE = 2;
const OPEN = 3;
const BEGIN = 4;
const NEXT = 5;
const HEAR = 6;
const RUN = 7;
const TYPE = 8;
const SAY = 9;
const EXERCISE = 10;
const PREPARED = 11;
const FOUND = 12;
const ANSWER = 13;

// Fields of answers that are places of bytes behind the JSON.
const PLACES = new Set(["bytes", "send"]);

const NOTHING = new Uint8Array(0);

export class LiveError extends Error {
    name = "LiveError";
}

export class Live {
    #door;

    // Takes the bytes of live.wasm, or a WebAssembly.Module made from them.
    static async load(bytes) {
        const module = bytes instanceof WebAssembly.Module
            ? bytes
            : await WebAssembly.compile(bytes);
        return new Live((await WebAssembly.instantiate(module, {})).exports);
    }

    constructor(door) {
        this.#door = door;
    }

    // Returns the frame of a request of vm/protocol, in serde's JSON.
    encode(request) {
        return this.#call(ENCODE, envelope(request));
    }

    // Returns the events whose last bytes are among these.
    decode(bytes) {
        return read(this.#call(DECODE, bytes));
    }

    // Opens a lesson, which is the contents of a file that `book lessons` has written.
    open(files) {
        return this.#ask(OPEN, typeof files === "string" ? JSON.parse(files) : files);
    }

    // Begins with a machine that has been restored.
    begin({time, entropy}) {
        return this.#ask(BEGIN, {time, entropy});
    }

    // Returns the place of the lesson's next command, or null after the last one.
    next() {
        return read(this.#call(NEXT, NOTHING));
    }

    // Takes bytes of PID 1.
    hear(bytes) {
        return read(this.#call(HEAR, bytes));
    }

    // Types the lesson's next command.
    run() {
        return read(this.#call(RUN, NOTHING));
    }

    // Types a person's own: whole lines at a prompt, and keys while a program runs.
    type(terminal, typed) {
        const bytes = typeof typed === "string" ? new TextEncoder().encode(typed) : typed;
        return read(this.#call(TYPE, envelope({terminal}, bytes)));
    }

    // Sends any request of vm/protocol, beside the lesson.
    say(request) {
        return this.#ask(SAY, request);
    }

    // Chooses new values for an exercise, which is the contents of a file that `book
    // lessons` has written. Returns {setup, finds}: command lines for PID 1.
    exercise(exercise, entropy) {
        return this.#ask(EXERCISE, {exercise, entropy});
    }

    // Takes what the setup has printed.
    prepared(bytes) {
        this.#call(PREPARED, bytes);
    }

    // Takes what the commands have printed that find the answer. Throws if the
    // kernel shows another one.
    found(bytes) {
        this.#call(FOUND, bytes);
    }

    // Returns whether an answer is right, and what to say about it: {right, says}.
    answer(answer) {
        return this.#ask(ANSWER, {answer});
    }

    #ask(method, value) {
        return read(this.#call(method, envelope(value)));
    }

    #call(method, request) {
        const {memory, room, call, answer, answer_length} = this.#door;
        // The memory is another buffer each time that it has grown.
        const place = room(request.length);
        new Uint8Array(memory.buffer).set(request, place);
        let failed;
        try {
            failed = call(method);
        } catch (trap) {
            failed = trap;
        }
        const bytes = new Uint8Array(memory.buffer).slice(
            answer(),
            answer() + answer_length(),
        );
        if (failed) throw new LiveError(new TextDecoder().decode(bytes) || String(failed));
        return bytes;
    }
}

// A request: the length of the JSON, the JSON, and bytes.
function envelope(value, bytes = NOTHING) {
    const plain = (_, it) => it instanceof Uint8Array ? Array.from(it) : it;
    const json = new TextEncoder().encode(JSON.stringify(value, plain));
    const all = new Uint8Array(4 + json.length + bytes.length);
    new DataView(all.buffer).setUint32(0, json.length, true);
    all.set(json, 4);
    all.set(bytes, 4 + json.length);
    return all;
}

// An answer, in the same form.
function read(answer) {
    const length = new DataView(answer.buffer).getUint32(0, true);
    const json = new TextDecoder().decode(answer.subarray(4, 4 + length));
    const bytes = answer.subarray(4 + length);
    return JSON.parse(json, (key, value) =>
        PLACES.has(key) && Array.isArray(value) ? bytes.subarray(...value) : value);
}
