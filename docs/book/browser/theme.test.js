// Light and dark, and keys everywhere.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { LANGUAGES, fileAddress, lessonsOf } from './book.js';
import { addAxe, launch, openPage } from './browser.js';

const LESSON = fileAddress(lessonsOf(LANGUAGES[0])[1]);
let browser;
before(async () => {
    browser = await launch();
});
after(() => browser.close());

/** Waits until the page's background is dark, or light. */
const isDark = (page, dark) => page.waitForFunction(wanted => {
    const colour = getComputedStyle(document.documentElement).backgroundColor;
    const [red, green, blue] = colour.match(/\d+/g).map(Number);
    return wanted ? red + green + blue < 180 : red + green + blue > 600;
}, dark);

test('the page follows the system, also while it is open', async () => {
    const page = await openPage(browser, LESSON, { colorScheme: 'dark' });
    await isDark(page, true);
    await page.emulateMedia({ colorScheme: 'light' });
    await isDark(page, false);
    await page.context().close();
});

test('the menu offers light, dark and the system, and remembers', async () => {
    const page = await openPage(browser, LESSON);
    const toggle = page.locator('#mdbook-theme-toggle');
    await toggle.press('Enter');
    assert.equal(await page.locator('.theme-popup .theme:visible').count(), 3);
    await page.click('#mdbook-theme-navy');
    await isDark(page, true);
    await page.reload();
    await isDark(page, true);
    await toggle.click();
    await page.click('#mdbook-theme-default_theme');
    await isDark(page, false);
    assert.deepEqual(page.faults, []);
    await page.context().close();
});

for (const theme of ['light', 'rust', 'coal', 'navy', 'ayu']) {
    test(`console blocks and pictures are legible in mdBook's theme ${theme}`, async () => {
        const page = await openPage(browser, LESSON, {
            before: it => it.addInitScript(
                name => localStorage.setItem('mdbook-theme', name), theme),
        });
        await addAxe(page);
        const faults = await page.evaluate(async () => {
            const found = await window.axe.run(
                { include: ['.console-box', 'figure.scene'] }, { runOnly: ['color-contrast'] });
            return found.violations.flatMap(it => it.nodes.map(node => node.html));
        });
        assert.deepEqual(faults, []);
        await page.context().close();
    });
}

test('the first key leads past the menu; the contents open with a key', async () => {
    const page = await openPage(browser, LESSON, { viewport: { width: 800, height: 700 } });
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip-link');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement.id === 'mdbook-content');

    const toggle = page.locator('#mdbook-sidebar-toggle');
    assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
    await toggle.press('Enter');
    assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
    await page.waitForSelector('#mdbook-sidebar a', { state: 'visible' });
    await page.context().close();
});

test('whatever has the focus shows it', async () => {
    const page = await openPage(browser, LESSON);
    const unseen = [];
    for (let key = 0; key < 60; key += 1) {
        await page.keyboard.press('Tab');
        const seen = await page.evaluate(() => {
            const element = document.activeElement;
            const { outlineStyle, outlineWidth } = getComputedStyle(element);
            const visible = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
            return visible || element === document.body || element.outerHTML.slice(0, 100);
        });
        if (seen !== true) {
            unseen.push(seen);
        }
    }
    assert.deepEqual(unseen, []);
    await page.context().close();
});

test('targets are large enough for a finger', async () => {
    const page = await openPage(browser, LESSON,
        { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    const small = await page.evaluate(() => [...document.querySelectorAll(
        'button, summary, .right-buttons a, #mdbook-sidebar-toggle, .mobile-nav-chapters')]
        .filter(it => it.checkVisibility())
        .map(it => [it.getBoundingClientRect(), it.outerHTML.slice(0, 80)])
        .filter(([box]) => Math.min(box.width, box.height) < 36)
        .map(([box, html]) => `${box.width} x ${box.height}: ${html}`));
    assert.deepEqual(small, []);
    await page.context().close();
});
