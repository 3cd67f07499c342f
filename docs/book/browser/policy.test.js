// The policy that each page has, and a book without a machine.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { LANGUAGES, fileAddress, lessonsOf } from './book.js';
import { launch, openPage } from './browser.js';

let browser;
before(async () => {
    browser = await launch();
});
after(() => browser.close());

test('a page runs no script of its text, and asks no other host', async () => {
    const page = await openPage(browser, fileAddress(lessonsOf(LANGUAGES[0])[0]));
    const ran = await page.evaluate(async () => {
        const script = document.createElement('script');
        script.textContent = 'window.ranInline = true';
        document.body.append(script);
        const answer = await fetch('https://example.com/').catch(error => error.message);
        return [window.ranInline, typeof answer];
    });
    assert.deepEqual(ran, [undefined, 'string']);
    // The browser writes to its console when it likes.
    const refused = rule => page.faults.some(it => it.includes(rule));
    const until = Date.now() + 15_000;
    while (!["script-src 'self'", "connect-src 'self'"].every(refused)) {
        assert.ok(Date.now() < until, page.faults.join('\n'));
        await page.evaluate(() => {});
    }
    await page.context().close();
});

test('a book without a machine has no button and no word of it', async () => {
    for (const name of LANGUAGES.flatMap(lessonsOf)) {
        const page = await openPage(browser, fileAddress(name));
        assert.equal(await page.locator('.live, .live-run').count(), 0, name);
        assert.deepEqual(page.faults, []);
        await page.context().close();
    }
});
