// Every page, in both languages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { LANGUAGES, allPages, fileAddress, pagesOf } from './book.js';
import { axe, launch, openPage } from './browser.js';
import { serve } from './server.js';

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve();
});
after(async () => {
    await browser.close();
    await server.close();
});

/** Runs a check on each page, two pages at a time; the faults name the page. */
async function onEachPage(check) {
    const pages = allPages();
    const faults = [];
    const work = async () => {
        for (let page = pages.shift(); page; page = pages.shift()) {
            const found = await check(page);
            faults.push(...found.map(it => `${page}: ${it}`));
        }
    };
    await Promise.all([work(), work()]);
    const some = [...new Set(faults)].slice(0, 30).join('\n');
    assert.ok(faults.length === 0, `${faults.length} faults, such as\n${some}`);
}

async function closing(page, ask) {
    const answer = await ask(page);
    await page.context().close();
    return answer;
}

test('both languages have the same pages, and there are many', () => {
    const [english, chinese] = LANGUAGES.map(
        language => pagesOf(language).map(page => page.replace(language.path, '')));
    assert.deepEqual(chinese, english);
    assert.ok(english.length >= 8, english.join(' '));
});

test('a page of a folder has no error, and asks no other host', () => onEachPage(
    async name => closing(await openPage(browser, fileAddress(name)), it => it.faults)));

test('a served page has no error under a strict policy', () => onEachPage(
    async name => closing(await openPage(browser, server.address + name), it => it.faults)));

test('headings have the same identifiers in both languages', async () => {
    const ids = async name => closing(
        await openPage(browser, fileAddress(name)),
        page => page.$$eval('main :is(h2, h3, h4)', all => all.map(it => it.id)));
    for (const page of pagesOf(LANGUAGES[0]).filter(it => it !== 'print.html')) {
        assert.deepEqual(await ids(LANGUAGES[1].path + page), await ids(page), page);
    }
});

/** Barriers that axe-core calls serious or critical. */
function barriers(page) {
    return page.evaluate(async () => {
        const found = await window.axe.run(document, {
            resultTypes: ['violations'],
            rules: { 'target-size': { enabled: true } },
        });
        return found.violations
            .filter(it => ['serious', 'critical'].includes(it.impact))
            .flatMap(it => it.nodes.map(
                node => `${it.id}: ${node.target.join(' ')}: ${node.html.slice(0, 200)}`));
    });
}

for (const colorScheme of ['light', 'dark']) {
    test(`no page has a serious barrier, ${colorScheme}`, () => onEachPage(async name => {
        const page = await openPage(browser, fileAddress(name), { colorScheme });
        await page.addScriptTag({ path: axe });
        return closing(page, barriers);
    }));
}

test('no page is wider than a phone', () => onEachPage(async name => {
    const page = await openPage(browser, fileAddress(name),
        { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    return closing(page, it => it.evaluate(() => {
        // The body of a page hides what is too wide: look at each element.
        const scrolls = element => element.closest(
            '.sidebar, pre, .table-wrapper, figure, .for-ears, svg');
        const found = [...document.querySelectorAll('#mdbook-page-wrapper *')]
            .filter(element => element.checkVisibility() && !scrolls(element.parentElement))
            .filter(element => element.getBoundingClientRect().right > 361)
            .map(element => `too wide: ${element.outerHTML.slice(0, 120)}`);
        const width = document.documentElement.scrollWidth;
        return width > 360 ? [`${width} pixels`, ...found] : found;
    }));
}));

test('without scripts all text is visible', () => onEachPage(async name => {
    const page = await openPage(browser, fileAddress(name), { javaScriptEnabled: false });
    return closing(page, it => it.evaluate(() => {
        const text = 'main :is(h1, h2, h3, p, li, td, .command, .output, figure, summary)';
        const hidden = element => !element.checkVisibility()
            && element.textContent.trim() !== ''
            && !element.closest('details:not([open]) > :not(summary), [hidden], svg');
        return [...document.querySelectorAll(text)]
            .filter(hidden).map(element => `hidden: ${element.outerHTML.slice(0, 120)}`);
    }));
}));

test('a page opens from a folder in less than a second', async t => {
    const slowest = { page: '', loaded: 0 };
    await onEachPage(async name => {
        const page = await openPage(browser, fileAddress(name));
        const time = () => page.evaluate(() => {
            const [it] = performance.getEntriesByType('navigation');
            return it.loadEventStart;
        });
        // A computer that is busy for a moment makes no page slow.
        let loaded = await time();
        for (let again = 0; again < 2 && loaded >= 1000; again += 1) {
            await page.reload();
            loaded = Math.min(loaded, await time());
        }
        if (loaded > slowest.loaded) {
            Object.assign(slowest, { page: name, loaded });
        }
        await page.context().close();
        return loaded < 1000 || name.endsWith('print.html') ? [] : [`${loaded} ms`];
    });
    t.diagnostic(`the slowest: ${slowest.page}, ${Math.round(slowest.loaded)} ms`);
});
