// Every page, in both languages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { LANGUAGES, allPages, fileAddress, pagesOf } from './book.js';
import { addAxe, launch, openTab } from './browser.js';
import { serve } from './server.js';

const LIMIT = 1000;
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const isPrint = name => name.endsWith('print.html');

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

/** Visits each page, in two tabs; a check answers a page's faults. */
async function visitAll({ home = fileAddress(''), skip = () => false, ...options }, check) {
    const names = allPages().filter(name => !skip(name));
    const faults = [];
    const work = async () => {
        const page = await openTab(browser, home, options);
        for (let name = names.shift(); name; name = names.shift()) {
            page.faults.length = 0;
            await page.goto(`${home}${home.endsWith('/') ? '' : '/'}${name}`);
            const found = await check(page, name);
            faults.push(...found.map(it => `${name}: ${it}`));
        }
        await page.context().close();
    };
    await Promise.all([work(), work()]);
    const some = [...new Set(faults)].slice(0, 30).join('\n');
    assert.ok(faults.length === 0, `${faults.length} faults, such as\n${some}`);
}

/** Time from the request of a page to its last script and picture. */
function loadTime(page) {
    return page.evaluate(() => performance.getEntriesByType('navigation')[0].loadEventStart);
}

test('both languages have the same pages, and there are many', () => {
    const [english, chinese] = LANGUAGES.map(
        language => pagesOf(language).map(page => page.replace(language.path, '')));
    assert.deepEqual(chinese, english);
    assert.ok(english.length >= 20, english.join(' '));
});

test('a page of a folder has no error, asks no other host, and opens in less than a second', async t => {
    const slowest = { name: '', loaded: 0 };
    const headings = new Map();
    await visitAll({}, async (page, name) => {
        headings.set(name, await page.$$eval(
            'main :is(h2, h3, h4)', all => all.map(it => it.id).join(' ')));
        const faults = [...page.faults];
        // The print page is all pages; a busy computer makes no page slow.
        let loaded = await loadTime(page);
        for (let again = 0; again < 3 && loaded >= LIMIT && !isPrint(name); again += 1) {
            await page.reload();
            loaded = Math.min(loaded, await loadTime(page));
        }
        if (loaded > slowest.loaded && !isPrint(name)) {
            Object.assign(slowest, { name, loaded });
        }
        return loaded < LIMIT || isPrint(name) ? faults : [...faults, `${loaded} ms`];
    });
    t.diagnostic(`the slowest: ${slowest.name}, ${Math.round(slowest.loaded)} ms`);

    const [english, chinese] = LANGUAGES;
    for (const name of pagesOf(english).filter(it => !isPrint(it))) {
        assert.equal(headings.get(chinese.path + name), headings.get(name),
            `identifiers of headings: ${name}`);
    }
});

test('a served page has no error under a strict policy', () => visitAll(
    { home: server.address }, async page => [...page.faults]));

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

// The print page is all pages again: what is wrong is found on each page.
for (const colorScheme of ['light', 'dark']) {
    test(`no page has a serious barrier, ${colorScheme}`, () => visitAll(
        { colorScheme, skip: isPrint }, async page => {
            await addAxe(page);
            return barriers(page);
        }));
}

test('no page is wider than a phone', () => visitAll(PHONE, page => page.evaluate(() => {
    // The body of a page hides what is too wide: look at each element.
    const scrolls = element => element.closest(
        '.sidebar, pre, .table-wrapper, figure, .for-ears, svg');
    const found = [...document.querySelectorAll('#mdbook-page-wrapper *')]
        .filter(element => element.checkVisibility() && !scrolls(element.parentElement))
        .filter(element => element.getBoundingClientRect().right > 361)
        .map(element => `too wide: ${element.outerHTML.slice(0, 120)}`);
    const width = document.documentElement.scrollWidth;
    return width > 360 ? [`${width} pixels`, ...found] : found;
})));

test('no table scrolls sideways on a phone for the sake of a few pixels', () => visitAll(
    { ...PHONE, skip: isPrint }, page => page.evaluate(() => {
        // A table that is wider by half a column is a wide one.
        const FEW = 40;
        const excess = element => element.scrollWidth - element.clientWidth;
        return [...document.querySelectorAll('.table-wrapper')]
            .filter(it => excess(it) > 0 && excess(it) < FEW)
            .map(it => `${excess(it)} pixels: ${it.textContent.trim().slice(0, 60)}`);
    })));

test('without scripts all text is visible', () => visitAll(
    { javaScriptEnabled: false }, page => page.evaluate(() => {
        const text = 'main :is(h1, h2, h3, p, li, td, .command, .output, figure, summary)';
        const hidden = element => !element.checkVisibility()
            && element.textContent.trim() !== ''
            && !element.closest('details:not([open]) > :not(summary), [hidden], svg');
        return [...document.querySelectorAll(text)]
            .filter(hidden).map(element => `hidden: ${element.outerHTML.slice(0, 120)}`);
    })));
