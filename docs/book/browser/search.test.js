// The search of the book: from a folder, in both languages, with keys.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { LANGUAGES, fileAddress } from './book.js';
import { addAxe, launch, openPage } from './browser.js';

const [ENGLISH, CHINESE] = LANGUAGES;
const RESULTS = '#book-search-results a';
let browser;
before(async () => {
    browser = await launch();
});
after(() => browser.close());

/** Waits until the search has its data, and has answered the empty query. */
const answered = page => page.waitForFunction(
    () => window.bookSearch && document.querySelector('.search-status').textContent !== '');

/** Opens the first page of a language, and its search with a key. */
async function openSearch(language, options) {
    const page = await openPage(browser, fileAddress(`${language.path}index.html`), options);
    await page.keyboard.press('/');
    await page.waitForSelector('.search-dialog[open]');
    await answered(page);
    return page;
}

/** Texts of what is found for a query. The status says the number of results after
    the list has them: a test empties the status to see the next one. */
async function found(page, query) {
    await page.$eval('.search-status', it => it.replaceChildren());
    await page.fill('.search-input', query);
    await page.waitForFunction(
        () => document.querySelector('.search-status').textContent !== '');
    return page.$$eval(RESULTS, all => all.map(it => it.textContent));
}

for (const [language, queries] of [
    [ENGLISH, ['pid_for_children', 'id_for_child', 'PID_FOR', 'set_ns net', '127.0.0.1']],
    [CHINESE, ['pid_for_children', 'id_for_child', '网卡', '命名空间', '网卡eth0']],
]) {
    for (const query of queries) {
        test(`${language.tag}: ${query} is found, and marked`, async () => {
            const page = await openSearch(language);
            const texts = await found(page, query);
            assert.ok(texts.length > 0);
            const marks = await page.$$eval(`${RESULTS} mark`, all => all.map(it => it.textContent));
            const word = query.split(' ')[0].replace('网卡eth0', '网卡').toLowerCase();
            assert.ok(marks.some(it => it.toLowerCase() === word), marks.join(' '));
            assert.deepEqual(page.faults, []);
            await page.context().close();
        });
    }
}

test('all words have to be there', async () => {
    const page = await openSearch(ENGLISH);
    assert.ok((await found(page, 'pid_for_children')).length > 0);
    assert.deepEqual(await found(page, 'pid_for_children zebra'), []);
    await page.context().close();
});

test('headings with the words come first', async () => {
    const page = await openSearch(ENGLISH);
    await found(page, 'docker exec');
    const titles = await page.$$eval(`${RESULTS} .search-title`,
        all => all.map(it => /docker/i.test(it.textContent) && /exec/i.test(it.textContent)));
    assert.ok(titles.includes(true) && titles.includes(false), String(titles));
    assert.ok(titles.lastIndexOf(true) < titles.indexOf(false), String(titles));
    await page.context().close();
});

test('the keys choose, open and close', async () => {
    const page = await openSearch(ENGLISH);
    assert.ok((await found(page, 'set_ns')).length > 2);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    const chosen = page.locator(`${RESULTS}[aria-selected="true"]`);
    assert.equal(await chosen.count(), 1);
    const active = await page.getAttribute('.search-input', 'aria-activedescendant');
    assert.equal(await chosen.getAttribute('id'), active);
    const address = await chosen.evaluate(it => it.href);
    await Promise.all([page.waitForURL(address), page.keyboard.press('Enter')]);

    await page.keyboard.press('s');
    await page.waitForSelector('.search-dialog[open]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.search-dialog:not([open])', { state: 'attached' });
    await page.context().close();
});

test('Enter that ends a word of an input method opens nothing', async () => {
    const page = await openSearch(CHINESE);
    await found(page, '网卡');
    const before = page.url();
    await page.$eval('.search-input', it => it.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })));
    assert.equal(page.url(), before);
    assert.equal(await page.locator('.search-dialog[open]').count(), 1);
    await page.context().close();
});

test('the open search has no barrier', async () => {
    const page = await openSearch(CHINESE, { colorScheme: 'dark' });
    assert.ok((await found(page, '网卡')).length > 0);
    await addAxe(page);
    const barriers = await page.evaluate(async () => {
        const { violations } = await window.axe.run('.search-dialog');
        return violations.map(it => `${it.id}: ${it.nodes[0].html}`);
    });
    assert.deepEqual(barriers, []);
    await page.context().close();
});

test('on a phone the search opens with a finger, and fits', async () => {
    const page = await openPage(browser, fileAddress(`${CHINESE.path}index.html`),
        { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    await page.tap('.search-open');
    await answered(page);
    assert.ok((await found(page, '网卡')).length > 0);
    const box = await page.locator('.search-dialog').boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box));
    const address = await page.locator(RESULTS).first().evaluate(it => it.href);
    await Promise.all([page.waitForURL(address), page.tap(`${RESULTS} >> nth=0`)]);
    await page.context().close();
});

test('the data are loaded when somebody searches, and not before', async () => {
    const page = await openPage(browser, fileAddress('index.html'));
    assert.equal(await page.evaluate(() => typeof window.bookSearch), 'undefined');
    await page.click('.search-open');
    await page.waitForFunction(() => window.bookSearch?.length > 10);
    await page.context().close();
});
