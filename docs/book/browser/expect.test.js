// "What do you expect?": outputs that wait for the reader.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { LANGUAGES, fileAddress, lessonsOf } from './book.js';
import { launch, openPage } from './browser.js';

const OUTPUTS = 'main :is(.output, figure.scene):not(details *)';
let browser;
before(async () => {
    browser = await launch();
});
after(() => browser.close());

const shown = page => page.$$eval(OUTPUTS,
    all => all.filter(it => it.textContent.trim() && it.checkVisibility()).length);
const all = page => page.$$eval(OUTPUTS,
    outputs => outputs.filter(it => it.textContent.trim()).length);

/** Commands that do not begin their line. */
const besideAnother = page => page.$$eval('pre.console .command', commands => commands
    .filter(it => it.checkVisibility())
    .filter(it => it.getClientRects()[0].left
        !== it.closest('pre').querySelector('.command').getClientRects()[0].left)
    .map(it => it.textContent));

for (const language of LANGUAGES) {
    test(`${language.tag}: outputs are hidden on demand, one by one shown, and remembered`, async () => {
        const page = await openPage(browser, fileAddress(lessonsOf(language)[0]));
        const count = await all(page);
        assert.ok(count > 5);
        assert.equal(await shown(page), count, 'off by default');

        const control = page.locator('.expect-switch');
        await control.press('Enter');
        assert.equal(await control.getAttribute('aria-checked'), 'true');
        assert.equal(await shown(page), 0);
        assert.deepEqual(await besideAnother(page), []);

        await page.locator('.expect-show:visible').first().press('Enter');
        assert.equal(await shown(page), 1);
        await page.locator('.expect-show:visible').first().click();
        assert.equal(await shown(page), 2);

        await page.reload();
        assert.equal(await control.getAttribute('aria-checked'), 'true');
        assert.equal(await shown(page), 2, 'remembered after a reload');
        await page.goto(fileAddress(lessonsOf(language)[1]));
        assert.equal(await shown(page), 0, 'the next lesson hides as well');

        await control.click();
        assert.equal(await shown(page), await all(page));
        await page.reload();
        assert.equal(await shown(page), await all(page));
        assert.deepEqual(page.faults, []);
        await page.context().close();
    });
}

test('a browser that stores nothing shows the page all the same', async () => {
    const page = await openPage(browser, fileAddress(lessonsOf(LANGUAGES[0])[0]), {
        before: it => it.addInitScript(() => {
            Object.defineProperty(window, 'localStorage', {
                get() {
                    throw new DOMException('blocked', 'SecurityError');
                },
            });
        }),
    });
    await page.locator('.expect-switch').click();
    assert.equal(await shown(page), 0);
    await page.locator('.expect-show:visible').first().click();
    assert.equal(await shown(page), 1);
    assert.deepEqual(page.faults, []);
    await page.context().close();
});

test('paper shows all outputs', async () => {
    const page = await openPage(browser, fileAddress(lessonsOf(LANGUAGES[0])[0]));
    await page.locator('.expect-switch').click();
    await page.emulateMedia({ media: 'print' });
    assert.equal(await shown(page), await all(page));
    assert.equal(await page.locator('.expect-show:visible').count(), 0);
    await page.context().close();
});
