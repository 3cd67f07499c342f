// A lesson's page in a browser, and the machine in it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { folder, workspace } from '../../book/browser/book.js';
import { launch, openTab } from '../../book/browser/browser.js';

/** Milliseconds after which a machine on a busy computer is lost. */
const PATIENCE = 180_000;

/** Serves the site as `just web --serve` does. */
export async function serveSite() {
    const { serve } = await import(pathToFileURL(path.join(workspace, 'docs/site/serve.mjs')).href);
    return serve(folder, 0);
}

export const machine = () => JSON.parse(fs.readFileSync(path.join(folder, 'live/machine.json'), 'utf8'));

export { launch, openTab };

/** A page of a lesson; `page` is a tab. */
export class Lesson {
    static async open(browser, address, name = 'chapter-3.html', options = {}) {
        const tab = await openTab(browser, address, options);
        tab.context().setDefaultTimeout(PATIENCE);
        await tab.goto(address + name);
        return new Lesson(tab);
    }

    constructor(tab) {
        this.tab = tab;
        this.faults = tab.faults;
    }

    /** Buttons of the console blocks, in order. */
    get buttons() {
        return this.tab.locator('.console-bar .live-run');
    }

    start() {
        return this.tab.locator('.live > .live-run').first().click().then(() => this.ready());
    }

    /** Waits until the machine waits for commands. */
    async ready() {
        await this.tab.waitForFunction(() => window.live?.player.ready && !window.live.works);
    }

    /** Presses the button of a block, and waits until its commands have run, or
        cannot. */
    async run(block) {
        const button = this.buttons.nth(block);
        await button.evaluate(it => {
            for (let at = it.parentElement; at; at = at.parentElement) {
                if (at.tagName === 'DETAILS') {
                    at.open = true;
                }
            }
        });
        await button.click();
        await this.tab.waitForFunction(number => {
            const { live } = window;
            const last = live?.blocks[number].commands.at(-1);
            return live?.player.ready && !live.works && live.done === last + 1;
        }, block);
    }

    /** Waits until the browser keeps the page and all that Run needs, at most a minute.
        waitForFunction takes a promise for true. */
    async kept() {
        const wanted = Object.values(machine().files).map(it => it.url)
            .filter(it => /\.(mjs|zst)$/.test(it));
        const all = () => this.tab.evaluate(async names => {
            const pages = (await caches.keys()).find(it => it.startsWith('pages-'));
            const page = pages && await (await caches.open(pages)).match(location.href.split('#')[0]);
            const files = (await (await caches.open('live')).keys()).map(it => it.url);
            const has = end => files.some(it => it.endsWith(end));
            return Boolean(page) && names.every(has);
        }, wanted);
        const until = Date.now() + 60_000;
        while (!await all()) {
            assert.ok(Date.now() < until, 'the browser does not keep all');
        }
    }

    /** Texts of all marks in the text. */
    marks() {
        return this.tab.locator('.live-mark').allTextContents();
    }

    differences() {
        return this.tab.locator('.live-difference').allTextContents();
    }

    status() {
        return this.tab.locator('.live-status').textContent();
    }

    /** What a terminal shows, with all that it has been told to show. */
    shown(name) {
        return this.tab.evaluate(async terminal => {
            const screen = window.live.panel.screens.get(terminal).terminal;
            await new Promise(drawn => screen.write('', drawn));
            const buffer = screen.buffer.active;
            return Array.from({ length: buffer.length },
                (_, row) => buffer.getLine(row).translateToString(true)).join('\n').trimEnd();
        }, name);
    }

    /** Waits until a line of a terminal matches a regular expression. A command's own
        words are shown before its output. */
    async shows(name, line) {
        await this.tab.waitForFunction(([terminal, wanted]) => {
            const buffer = window.live.panel.screens.get(terminal).terminal.buffer.active;
            for (let row = 0; row < buffer.length; row += 1) {
                if (new RegExp(wanted).test(buffer.getLine(row).translateToString(true))) {
                    return true;
                }
            }
            return false;
        }, [name, line.source]);
    }

    /** Waits until a shell waits in a terminal. */
    async waits(name) {
        await this.tab.waitForFunction(
            terminal => !window.live.panel.screens.get(terminal).runs, name);
    }

    /** Waits until a command runs in a terminal. */
    async runs(name) {
        await this.tab.waitForFunction(
            terminal => window.live.panel.screens.get(terminal).runs, name);
    }

    /** Types as a person does, who has clicked into a terminal. */
    async type(name, keys) {
        await this.tab.locator('.live-terminal', { hasText: name }).first()
            .locator('.xterm-screen').click();
        await this.tab.keyboard.type(keys);
    }

    close() {
        return this.tab.context().close();
    }
}
