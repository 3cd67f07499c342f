// Plays a lesson in a machine: asks the judge what to send, and tells what came.
//
// The judge is live.mjs: the harness's own code. It knows the lesson, and whether
// an output is as in the book.

import { Machine } from './machine.mjs';

/** Decodes base64. */
function bytesOf(text) {
    return Uint8Array.from(atob(text), it => it.charCodeAt(0));
}

export class Player {
    /** `tell` gets each piece of news. */
    constructor({ files, wasm, live, lesson, tell }) {
        Object.assign(this, { files, wasm, live, lesson, tell });
        this.machine = null;
        /** Whether the machine waits for commands. */
        this.ready = false;
        this.waits = [];
    }

    /** Starts a new machine. Resolves when its terminals wait. */
    async start() {
        this.end();
        const machine = new Machine({
            hear: bytes => this.does(this.live.hear(bytes)),
            ended: why => this.ended(why),
        });
        this.machine = machine;
        await machine.start(this.files, this.wasm);
        const entropy = crypto.getRandomValues(new Uint8Array(32));
        const ready = this.until(['ready']);
        this.does(this.live.begin({ time: Date.now(), entropy }));
        this.does(this.live.hear(bytesOf(this.files.machine.first_word)));
        await ready;
        this.ready = true;
    }

    /** Sends what is to be sent, and tells the news. */
    does({ send, news }) {
        this.machine?.send(send);
        for (const it of news) {
            this.tell(it);
            this.wake(it);
        }
    }

    until(kinds) {
        return new Promise((happened, failed) => this.waits.push({ kinds, happened, failed }));
    }

    wake(news) {
        const due = this.waits.filter(it => it.kinds.includes(news.what));
        this.waits = this.waits.filter(it => !due.includes(it));
        due.forEach(it => it.happened(news));
    }

    /** Runs the lesson's next command. Returns `ran`, or why it did not. */
    async next() {
        const told = this.until(['ran', 'stopped', 'busy', 'end']);
        this.does(this.live.run());
        return told;
    }

    type(terminal, keys) {
        if (this.ready) {
            this.does(this.live.type(terminal, keys));
        }
    }

    ended(why) {
        this.ready = false;
        this.machine = null;
        this.waits.splice(0).forEach(it => it.failed(new Error(why)));
        this.tell({ what: 'lost', why });
    }

    end() {
        this.ready = false;
        this.machine?.end();
        this.machine = null;
        this.waits.splice(0).forEach(it => it.failed(new Error('restarted')));
    }
}
