// An exercise to find something, in a machine in which a lesson can begin: PID 1
// makes the exercise's state, and live.wasm judges the answer. Runs in a page and in
// Node.

// First number of the streams of these commands; the lesson has those below.
const FIRST_STREAM = 1000;

// A lesson of one terminal: an exercise has no commands of its own.
export const NO_LESSON = {
    number: 1,
    path: "exercise",
    markdown: "# Exercise\n\n## Look around\n\n```console\nhost# : exercise\n```\n",
    snapshots: {},
    words: {},
};

export class Finding {
    // `does` gets what a method of `live` has returned: bytes to send, and news.
    constructor(live, does) {
        this.live = live;
        this.does = does;
        this.stream = FIRST_STREAM;
        this.running = null;
    }

    // Makes the exercise's state, new in each machine, and lets the kernel show that
    // the answer is there.
    async prepare(exercise, entropy) {
        const {setup, finds} = this.live.exercise(exercise, entropy);
        this.live.prepared(await this.run(setup));
        this.live.found(await this.run(finds));
    }

    // Returns {right, says}: the words after the solution, or feedback.
    answer(text) {
        return this.live.answer(text);
    }

    // Runs a program beside the terminals, and returns its standard output.
    run(argv) {
        const id = this.stream;
        this.stream += 1;
        return new Promise((ended, failed) => {
            this.running = {id, output: {Stdout: [], Stderr: []}, ended, failed};
            this.does(this.live.say({Exec: {id, argv}}));
            this.does(this.live.say({CloseInput: {id}}));
        });
    }

    // Hears a piece of news.
    told({what, event, reason, why}) {
        const {running} = this;
        if (!running) return;
        if (what === "failed" || what === "lost") {
            this.running = null;
            running.failed(new Error(reason ?? why));
        } else if (what === "event" && event.Output?.id === running.id) {
            running.output[event.Output.source].push(event.Output.bytes.slice());
        } else if (what === "event" && event.Exit?.id === running.id) {
            this.running = null;
            this.exit(running, event.Exit.status);
        }
    }

    exit({output, ended, failed}, status) {
        if (status.Code === 0) {
            ended(joined(output.Stdout));
        } else {
            const text = new TextDecoder().decode(joined(output.Stderr));
            failed(new Error(`${JSON.stringify(status)}: ${text}`));
        }
    }
}

function joined(pieces) {
    const all = new Uint8Array(pieces.reduce((sum, it) => sum + it.length, 0));
    let at = 0;
    for (const piece of pieces) {
        all.set(piece, at);
        at += piece.length;
    }
    return all;
}
