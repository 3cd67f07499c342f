// A lesson's page with a machine: connects the buttons in the text, the player,
// and the panel.

import { Desk } from './desk.mjs';
import { ask } from './expect.mjs';
import { Marks } from './marks.mjs';

/** What book/theme/live.js needs to know of a page that has begun. */
export async function begin(book, place) {
    const page = new Page(book, place);
    await page.begin(`lesson-${place.chapter}`);
    return page;
}

class Page extends Desk {
    /** `blocks` are the console blocks of the lesson, each with its button. */
    constructor(book, { chapter, blocks, ...place }) {
        super(book, { ...place, failed: 'liveFailed' });
        Object.assign(this, { chapter, blocks });
        this.marks = new Marks(book, blocks);
        this.done = 0;
        this.works = false;
    }

    /** Opens the lesson of a file. */
    open(text) {
        const lesson = this.live.open(text);
        this.commands = lesson.steps.flatMap(it => it.commands);
        return lesson;
    }

    async start() {
        const { panel, player } = this;
        this.done = 0;
        this.prompts = {};
        this.marks.clear();
        panel.clear();
        panel.say(this.book.say('liveStarting'));
        const begin = performance.now();
        await player.start();
        /** Milliseconds to the prompts, for who measures. */
        this.took = performance.now() - begin;
        panel.say(this.book.say('liveReady'));
        this.label();
    }

    /** Runs all commands that have not run, up to this one and with it; from a
        new machine if this one has run. */
    async runTo(command) {
        if (this.works || this.starts) {
            return;
        }
        this.works = true;
        this.label();
        try {
            if (!this.player.ready || command < this.done) {
                await this.start();
            }
            this.show(command);
            while (this.done <= command && await this.runNext()) {
                // The next one.
            }
        } catch {
            // The machine was lost or replaced: the panel says so already.
        } finally {
            this.works = false;
            this.label();
        }
    }

    /** Shows the block of a command above the panel. */
    show(command) {
        const block = this.blocks.find(it => it.commands.includes(command));
        block?.box.scrollIntoView({ block: 'nearest' });
    }

    async runNext() {
        const { panel, player, book } = this;
        const next = this.commands[this.done];
        const screen = panel.screens.get(next.terminal);
        if (screen.runs) {
            panel.say(book.say('liveBusy', { terminal: next.terminal }));
            return false;
        }
        const question = this.lesson.questions.find(it => it.command === next.command);
        if (!await ask(book, panel, next, question)) {
            return false;
        }
        panel.choose(next.terminal);
        panel.say(book.say('liveRuns', { command: next.text.split('\n')[0] }));
        screen.command(next.text);
        const news = await player.next();
        if (news.what !== 'ran') {
            const why = news.reason ?? book.say('liveBusy', { terminal: next.terminal });
            panel.say(book.say('liveStopped', { why }));
            return false;
        }
        panel.say(book.say(news.same ? 'liveSame' : 'liveDiffers'));
        return true;
    }

    /** News of the player. */
    told(news) {
        const { panel } = this;
        const screen = panel.screens.get(news.terminal);
        switch (news.what) {
        case 'ready':
            panel.names.forEach(name => this.prompt(name, news.prompts?.[name]));
            break;
        case 'output':
            screen.output(news.bytes);
            break;
        case 'ran':
            this.ran(news);
            break;
        case 'waits':
            this.prompt(news.terminal, news.prompt);
            break;
        case 'kernel':
            panel.showMatrix(news.matrix);
            this.marks.picture(news.step, news.figure);
            break;
        case 'step':
            this.marks.step(news, news.step);
            break;
        case 'closed':
            this.prompts[news.terminal] = null;
            screen.closed(this.book.say('liveClosed'));
            break;
        case 'lost':
            this.lost(news.why);
            break;
        }
    }

    /** A command of the lesson has run: by a button, or typed by the reader. */
    ran(news) {
        this.done = news.command + 1;
        this.book.remember(`live-${this.chapter}`, this.done);
        this.prompt(news.terminal, news.prompt);
        this.marks.ran(news);
        if (news.answer) {
            this.panel.prediction?.judged(this.panel.below, news.answer);
        }
        this.label();
    }

    /** A shell waits in a terminal. */
    prompt(name, prompt) {
        if (this.prompts[name] !== null) {
            this.panel.screens.get(name).prompt(prompt ?? `${name}#`);
        }
    }

    /** Says on each button what it will do. */
    label() {
        const { say } = this.book;
        for (const { button, commands } of this.blocks) {
            const [first, last] = [commands[0], commands.at(-1)];
            let word = 'liveRun';
            if (this.done > last) {
                word = 'liveRunAgain';
            } else if (this.done < first) {
                word = 'liveRunTo';
            }
            button.textContent = say(word);
            button.disabled = this.works;
        }
    }
}
