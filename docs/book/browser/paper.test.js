// Pages on paper.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';

import { LANGUAGES, fileAddress, lessonsOf, pagesOf } from './book.js';
import { launch, openPage, openTab } from './browser.js';

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

/** What a sheet must not show, and what it shows in part only. */
function lostOnPaper() {
    const all = selector => [...document.querySelectorAll(selector)];
    const menu = all('button, #mdbook-menu-bar, #mdbook-sidebar, .nav-wrapper');
    const { backgroundColor } = getComputedStyle(document.documentElement);
    const dark = backgroundColor === 'rgb(255, 255, 255)' ? [] : [backgroundColor];
    return dark.concat([
        ...menu.filter(it => it.checkVisibility()),
        ...all('details > :not(summary)').filter(it => !it.checkVisibility()),
        ...all('pre.console').filter(it => it.scrollWidth > it.clientWidth + 1),
        ...all('table').filter(it => it.getBoundingClientRect().right > 681),
    ].map(it => it.outerHTML.slice(0, 100)));
}

for (const language of LANGUAGES) {
    test(`${language.tag}: paper has no menu, and nothing folded or cut`, async () => {
        // 680 pixels are 180 mm, the width of a sheet between its margins.
        const page = await openTab(browser, fileAddress(''),
            { colorScheme: 'dark', viewport: { width: 680, height: 900 } });
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
        const names = pagesOf(language).filter(it => !it.endsWith('print.html'));
        for (const name of names) {
            await page.goto(fileAddress(name));
            await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
            assert.deepEqual(await page.evaluate(lostOnPaper), [], name);
        }
        await page.context().close();
    });

    test(`${language.tag}: the cheat sheet is one sheet`, async () => {
        const name = `${language.path}cheat-sheet.html`;
        const page = await openPage(browser, fileAddress(name), { colorScheme: 'dark' });
        assert.equal(await sheets(page), 1);
        assert.ok(await page.locator('.cheat-sheet tbody tr').count() >= 6);
        await page.context().close();
    });

    test(`${language.tag}: the print page has every lesson`, async () => {
        const name = `${language.path}print.html`;
        assert.ok(pagesOf(language).includes(name));
        const page = await openPage(browser, fileAddress(name),
            { before: it => it.addInitScript(() => {
                window.print = () => {
                    window.printed = true;
                };
            }) });
        await page.waitForFunction(() => window.printed);
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
