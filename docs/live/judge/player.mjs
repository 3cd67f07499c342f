// Plays a lesson in a machine with live.mjs and live.wasm alone.

import { webcrypto as crypto } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { Live } from '../live.mjs';
import { parts, start } from './machine.mjs';

/** Milliseconds after which a machine on a busy computer is lost. */
const PATIENCE = 120_000;

const compiled = WebAssembly.compile(fs.readFileSync(path.join(parts, 'live/live.wasm')));

/** Returns a judge. */
export const judge = async () => Live.load(await compiled);

/** Returns a lesson's file, as a page fetches it. */
export const files = (number, language = 'en') =>
    JSON.parse(fs.readFileSync(path.join(parts, `live/lesson-${number}.${language}.json`), 'utf8'));

export class Player {
    /** Opens a lesson, and begins with a new machine. */
    static async begin(files) {
        const player = new Player(await judge(), files);
        await player.until('ready');
        return player;
    }

    constructor(live, files) {
        this.live = live;
        this.lesson = live.open(files);
        this.news = [];
        this.times = [];
        this.waits = null;
        live.begin({ time: Date.now(), entropy: crypto.getRandomValues(new Uint8Array(32)) });
        this.machine = start(bytes => this.does(() => live.hear(bytes)));
    }

    /** Does a call, sends its bytes, and keeps its news. */
    does(call) {
        const begin = performance.now();
        const { send, news } = call();
        this.times.push(performance.now() - begin);
        if (send.length > 0) {
            this.machine.send(send);
        }
        this.news.push(...news);
        this.waits?.();
    }

    /** Waits for news of these kinds, and returns the first of them. */
    async until(...kinds) {
        const late = setTimeout(() => this.machine.end(), PATIENCE);
        try {
            for (;;) {
                const found = this.news.find(it => kinds.includes(it.what));
                if (found) {
                    return found;
                }
                const more = new Promise(came => {
                    this.waits = () => came('more');
                });
                if (await Promise.race([more, this.machine.ended]) !== 'more') {
                    throw new Error(`no ${kinds} from the machine: ${JSON.stringify(this.news)}`);
                }
            }
        } finally {
            clearTimeout(late);
        }
    }

    /** Runs the lesson's next command, and returns all news of it. */
    async run() {
        this.news = [];
        this.does(() => this.live.run());
        await this.until('ran', 'stopped', 'busy', 'end');
        return this.news;
    }

    /** Types something of a person's own. */
    async type(terminal, text) {
        this.news = [];
        this.does(() => this.live.type(terminal, text));
        await this.until('waits', 'closed', 'ran');
        return this.news;
    }

    /** Runs all commands, and returns all news. */
    async runAll() {
        const all = [];
        while (this.live.next()) {
            const news = await this.run();
            all.push(...news);
            const stopped = news.find(it => ['stopped', 'busy'].includes(it.what));
            if (stopped) {
                throw new Error(JSON.stringify(stopped));
            }
        }
        return all;
    }

    end() {
        this.machine.end();
    }
}
