// Pages on paper.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';

import { LANGUAGES, fileAddress, lessonsOf, pagesOf } from './book.js';
import { launch, openPage } from './browser.js';

let browser;
before(async () => {
    browser = await launch();
});
after(() => browser.close());

/** Number of sheets that a page takes. */
async function sheets(page) {
    const paper = await page.pdf({ preferCSSPageSize: true });
    return paper.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
}

for (const language of LANGUAGES) {
    test(`${language.tag}: paper has no menu, and nothing folded or cut`, async () => {
        for (const name of lessonsOf(language)) {
            const page = await openPage(browser, fileAddress(name), { colorScheme: 'dark' });
            await page.emulateMedia({ media: 'print' });
            // 180 mm, the width of a sheet between its margins.
            await page.setViewportSize({ width: 680, height: 900 });
            await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
            const faults = await page.evaluate(() => {
                const menu = [...document.querySelectorAll(
                    'button, #mdbook-menu-bar, #mdbook-sidebar, .nav-wrapper')];
                const folded = [...document.querySelectorAll('details > :not(summary)')];
                const blocks = [...document.querySelectorAll('pre.console')];
                return [
                    ...menu.filter(it => it.checkVisibility()),
                    ...folded.filter(it => !it.checkVisibility()),
                    ...blocks.filter(it => it.scrollWidth > it.clientWidth + 1),
                ].map(it => it.outerHTML.slice(0, 100));
            });
            assert.deepEqual(faults, [], name);
            const white = await page.evaluate(
                () => getComputedStyle(document.documentElement).backgroundColor);
            assert.equal(white, 'rgb(255, 255, 255)');
            assert.ok(await sheets(page) > 2, name);
            await page.context().close();
        }
    });

    test(`${language.tag}: the print page has every lesson`, async () => {
        const name = `${language.path}print.html`;
        assert.ok(pagesOf(language).includes(name));
        const page = await openPage(browser, fileAddress(name),
            { before: it => it.addInitScript(() => {
                window.print = () => {};
            }) });
        const blocks = await page.locator('pre.console').count();
        let expected = 0;
        for (const lesson of lessonsOf(language)) {
            const html = fs.readFileSync(new URL(fileAddress(lesson)), 'utf8');
            expected += html.split('<pre class="console"').length - 1;
        }
        assert.ok(blocks >= expected && expected > 0, `${blocks} of ${expected}`);
        assert.ok(await sheets(page) > 20);
        await page.context().close();
    });
}
