// A panel with a machine in a page, as a reader has it: terminals and words.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { folder } from '../../book/browser/book.js';
import { addAxe } from '../../book/browser/browser.js';

/** Two screens, as `openTab` takes them. */
export const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
export const DESK = { viewport: { width: 1280, height: 900 } };

/** Milliseconds after which a machine on a busy computer is lost. */
const PATIENCE = 180_000;

export const machine = () => JSON.parse(fs.readFileSync(path.join(folder, 'live/machine.json'), 'utf8'));

export class Desk {
    /** `tab` is a page; `name` that of the page's own object: `window.live`. */
    constructor(tab, name) {
        tab.context().setDefaultTimeout(PATIENCE);
        this.tab = tab;
        this.name = name;
        this.faults = tab.faults;
    }

    status() {
        return this.tab.locator('.live-status').textContent();
    }

    /** What a terminal shows, with all that it has been told to show. */
    shown(terminal) {
        return this.tab.evaluate(async ([name, of]) => {
            const screen = window[name].panel.screens.get(of).terminal;
            await new Promise(drawn => screen.write('', drawn));
            const buffer = screen.buffer.active;
            return Array.from({ length: buffer.length },
                (_, row) => buffer.getLine(row).translateToString(true)).join('\n').trimEnd();
        }, [this.name, terminal]);
    }

    /** Waits until a line of a terminal matches a regular expression. A command's own
        words are shown before its output. */
    async shows(terminal, line) {
        await this.tab.waitForFunction(([name, of, wanted]) => {
            const buffer = window[name].panel.screens.get(of).terminal.buffer.active;
            for (let row = 0; row < buffer.length; row += 1) {
                if (new RegExp(wanted).test(buffer.getLine(row).translateToString(true))) {
                    return true;
                }
            }
            return false;
        }, [this.name, terminal, line.source]);
    }

    /** Waits until a shell waits in a terminal. */
    async waits(terminal) {
        await this.tab.waitForFunction(
            ([name, of]) => !window[name].panel.screens.get(of).runs, [this.name, terminal]);
    }

    /** Waits until a command runs in a terminal. */
    async runs(terminal) {
        await this.tab.waitForFunction(
            ([name, of]) => window[name].panel.screens.get(of).runs, [this.name, terminal]);
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

    /** Types as a person does, who has clicked into a terminal. */
    async type(terminal, keys) {
        await this.tab.locator('.live-terminal', { hasText: terminal }).first()
            .locator('.xterm-screen').click();
        await this.tab.keyboard.type(keys);
    }

    /** Barriers that axe-core calls serious or critical. */
    async barriers() {
        await addAxe(this.tab);
        return this.tab.evaluate(async () => {
            const found = await window.axe.run(document, { resultTypes: ['violations'] });
            return found.violations
                .filter(it => ['serious', 'critical'].includes(it.impact))
                .flatMap(it => it.nodes.map(node => `${it.id}: ${node.html.slice(0, 200)}`));
        });
    }

    close() {
        return this.tab.context().close();
    }
}
