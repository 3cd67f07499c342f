// The panel as a phone and a desk show it: barriers, keys, and pictures.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { DESK, PHONE } from './desk.js';
import { Lesson, launch, serveSite } from './lesson.js';

let browser;
let site;
before(async () => {
    browser = await launch();
    site = await serveSite();
});
after(async () => {
    await browser.close();
    await site.close();
});

for (const [kind, screen] of [['phone', PHONE], ['desk', DESK]]) {
    for (const colorScheme of ['light', 'dark']) {
        test(`a ${kind} shows the panel without barriers, ${colorScheme}`, async () => {
            const lesson = await Lesson.open(browser, site.address, 'chapter-3.html', {
                ...screen, colorScheme,
            });
            await lesson.run(4);
            await lesson.tab.locator('.live-tab-matrix').click();
            assert.deepEqual(await lesson.barriers(), []);
            assert.ok(await lesson.tab.locator('.live-matrix td').count() >= 8);
            const picture = name => lesson.tab.screenshot({
                path: path.join(process.env.BOOK_SCREENS, `${kind}-${colorScheme}-${name}.png`),
            });
            await picture('matrix');
            await lesson.tab.locator('.live-tab-matrix').click();
            await picture('terminals');
            const { scrollWidth, clientWidth } = await lesson.tab.evaluate(() => document.documentElement);
            assert.ok(!(scrollWidth > clientWidth));
            await lesson.close();
        });
    }
}

test('a phone has keys that its keyboard lacks', async () => {
    const lesson = await Lesson.open(browser, site.address, 'chapter-3.html', PHONE);
    await lesson.start();
    await lesson.type('host', 'echo one\r');
    await lesson.shows('host', /^one$/);
    await lesson.tab.getByRole('button', { name: '↑' }).tap();
    await lesson.tab.keyboard.press('Enter');
    await lesson.tab.waitForFunction(() => {
        const buffer = window.live.panel.screen().terminal.buffer.active;
        let count = 0;
        for (let row = 0; row < buffer.length; row += 1) {
            count += Number(buffer.getLine(row).translateToString(true) === 'one');
        }
        return count === 2;
    });
    await lesson.type('host', 'sleep 1000\r');
    const control = lesson.tab.getByRole('button', { name: 'Ctrl', exact: true });
    await control.tap();
    assert.equal(await control.getAttribute('aria-pressed'), 'true');
    await lesson.tab.keyboard.type('c');
    await lesson.tab.waitForFunction(() => !window.live.panel.screen().runs);
    assert.equal(await control.getAttribute('aria-pressed'), 'false');
    assert.deepEqual(lesson.faults, []);
    await lesson.close();
});

test('no terminal keeps the focus: Tab and Shift-Tab leave it', async () => {
    const lesson = await Lesson.open(browser, site.address);
    await lesson.start();
    const inside = () => lesson.tab.evaluate(() => Boolean(document.activeElement.closest('.live-terminal')));
    await lesson.type('second', 'sleep 1000\r');
    assert.equal(await inside(), true);
    await lesson.tab.keyboard.press('Shift+Tab');
    await lesson.tab.keyboard.press('Shift+Tab');
    const name = await lesson.tab.evaluate(() => document.activeElement.closest('.live-terminal')?.textContent);
    assert.doesNotMatch(name ?? '', /^second/);
    await lesson.close();
});
