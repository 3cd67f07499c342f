// A panel with a machine, for a lesson or for an exercise: fetches everything, and
// starts a machine, or a new one in place of it.

import { Files } from './files.mjs';
import { keepPage } from './kept.mjs';
import { Panel } from './panel.mjs';
import { Player } from './player.mjs';

/** Words for the ends of a machine, see ends.mjs. */
const ENDS = {
    'switched off': 'liveEndSwitchedOff',
    panicked: 'liveEndPanicked',
    restarted: 'liveEndRestarted',
};

export class Desk {
    /** `base` is the address of `live/`, `top` of the whole book; `machine` is
        what machine.json says. `failed` is the key of the words for a machine that
        does not start. */
    constructor(book, { base, top, machine, failed }) {
        Object.assign(this, { book, top, failed });
        this.files = new Files(base, machine);
        this.panel = new Panel(book, () => this.again());
        this.files.onProgress = (came, asked) => this.panel.fetching(came, asked);
        this.starts = false;
    }

    /** Fetches everything, and starts a machine. `name` is that of the file by which
        the page judges; `this.open` gets its text, and returns a lesson. */
    async begin(name) {
        const { book, files, panel } = this;
        this.starts = true;
        try {
            panel.say(book.say('liveFetching'));
            ['page/css/xterm.css', 'page/panel.css'].forEach(it => this.style(files.address(it)));
            const [{ Terminal }, { Live }, judge, wasm, text] = await Promise.all([
                import(files.address('page/lib/xterm.mjs')),
                import(files.address('live/live.mjs')),
                files.bytes('live/live.wasm'),
                files.bytes('v86/v86.wasm').then(it => WebAssembly.compile(it)),
                files.text(`live/${name}.${book.language}.json`),
                files.bytes('state'),
            ]);
            this.live = await Live.load(judge);
            this.lesson = await this.open(text);
            panel.fetching();
            Terminal.strings.promptLabel = book.say('liveTerminalInput');
            panel.openTerminals(Terminal, this.lesson.terminals, (...typed) => this.player.type(...typed));
            this.player = new Player({
                files, wasm, live: this.live, lesson: this.lesson, tell: news => this.told(news),
            });
            await this.start();
            keepPage(this.top, files.addresses());
        } catch (error) {
            panel.fetching();
            this.end();
            throw error;
        } finally {
            this.starts = false;
        }
    }

    style(href) {
        document.head.append(this.book.make('link', { rel: 'stylesheet', href }));
    }

    /** A new machine, also in place of one that is busy or lost. */
    async again() {
        if (this.starts) {
            return;
        }
        this.starts = true;
        try {
            await this.start();
        } catch (error) {
            this.panel.say(this.book.say(this.failed, { why: error.message }));
        } finally {
            this.starts = false;
        }
    }

    /** Says that the machine has ended; other reasons are the browser's own words. */
    lost(why) {
        const { panel, book } = this;
        const key = ENDS[why];
        panel.say(book.say('liveLost', { why: key ? book.say(key) : why }));
    }

    /** Ends the machine, and removes the panel. */
    end() {
        this.player?.end();
        this.panel.all.remove();
    }
}
