// A machine: a worker with v86, restored from the saved state.

export class Machine {
    /** `hear` gets the bytes of PID 1; `ended` why the machine is no more: the
        words of ends.mjs, or the browser's own. */
    constructor({ hear, ended }) {
        this.hear = hear;
        this.ended = ended;
    }

    /** Restores the machine from files. Resolves when it runs. */
    async start(files, wasm) {
        const state = await files.bytes('state');
        const worker = new Worker(files.address('page/emulator.mjs'), { type: 'module' });
        this.worker = worker;
        await new Promise((started, failed) => {
            worker.onerror = event => failed(new Error(event.message || 'the worker did not start'));
            worker.onmessage = ({ data }) => {
                if (data.failed) {
                    failed(new Error(data.failed));
                } else if (data.started) {
                    started();
                }
            };
            worker.postMessage({
                start: {
                    v86: files.address('v86/libv86.mjs'),
                    wasm,
                    state: state.buffer,
                    options: files.machine.options,
                },
            });
        });
        worker.onerror = event => this.lost(event.message);
        worker.onmessage = ({ data }) => this.told(data);
    }

    told({ bytes, ended, failed }) {
        if (bytes) {
            this.hear(bytes);
            this.worker?.postMessage({ taken: bytes.length });
        } else {
            this.lost(ended ?? failed);
        }
    }

    lost(why) {
        if (this.worker) {
            this.end();
            this.ended(why);
        }
    }

    send(bytes) {
        if (bytes.length > 0) {
            this.worker?.postMessage({ bytes });
        }
    }

    end() {
        this.worker?.terminate();
        this.worker = null;
    }
}
