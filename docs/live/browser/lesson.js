// A lesson's page in a browser, and the machine in it.

import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { folder, workspace } from '../../book/browser/book.js';
import { launch, openTab } from '../../book/browser/browser.js';
import { Desk, machine } from './desk.js';

/** Serves the site as `just web --serve` does. */
export async function serveSite() {
    const { serve } = await import(pathToFileURL(path.join(workspace, 'docs/site/serve.mjs')).href);
    return serve(folder, 0);
}

export { launch, machine, openTab };

/** A page of a lesson; `page` is a tab. */
export class Lesson extends Desk {
    static async open(browser, address, name = 'chapter-3.html', options = {}) {
        const tab = await openTab(browser, address, options);
        const lesson = new Lesson(tab);
        await tab.goto(address + name);
        return lesson;
    }

    constructor(tab) {
        super(tab, 'live');
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

    /** Texts of all marks in the text. */
    marks() {
        return this.tab.locator('.live-mark').allTextContents();
    }

    differences() {
        return this.tab.locator('.live-difference').allTextContents();
    }
}
