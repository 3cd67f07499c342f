// The switch between the languages, and the offer to who reads Chinese.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { LANGUAGES, fileAddress, lessonsOf } from './book.js';
import { launch, openPage } from './browser.js';
import { serve } from './server.js';

const [ENGLISH, CHINESE] = LANGUAGES;
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

for (const [from, to] of [[ENGLISH, CHINESE], [CHINESE, ENGLISH]]) {
    for (const place of ['folder', 'server']) {
        test(`from ${from.tag} to ${to.tag} in a ${place}: the same heading`, async () => {
            const address = name => (place === 'folder' ? fileAddress(name) : server.address + name);
            const name = lessonsOf(from)[1];
            const page = await openPage(browser, address(name));
            const id = await page.$$eval('main h2[id]', all => all[2].id);
            await page.evaluate(it => document.getElementById(it).scrollIntoView(), id);
            await page.click('.language-switch');
            await page.waitForURL(url => url.hash !== '');
            const wanted = address(name.replace(from.path, to.path).replace(/^(?!zh)/, to.path));
            assert.equal(page.url(), `${wanted.replace('zh-CN/zh-CN', 'zh-CN')}#${id}`);
            assert.equal(await page.getAttribute('html', 'lang'), to.tag);
            await page.waitForFunction(
                it => Math.abs(document.getElementById(it).getBoundingClientRect().top) < 300, id);
            assert.deepEqual(page.faults, []);
            await page.context().close();
        });
    }
}

test('who reads Chinese is offered the Chinese book, once', async () => {
    const page = await openPage(browser, fileAddress('index.html'), { locale: 'zh-CN' });
    const offer = page.locator('.language-offer');
    assert.equal(await offer.count(), 1);
    assert.equal(await page.getAttribute('html', 'lang'), 'en', 'nobody is forced');
    await offer.locator('button').click();
    assert.equal(await offer.count(), 0);
    await page.reload();
    assert.equal(await offer.count(), 0);
    await page.context().close();
});

test('the offer leads to the Chinese page', async () => {
    const page = await openPage(browser, fileAddress('index.html'), { locale: 'zh-TW' });
    await page.click('.language-offer a');
    await page.waitForURL(/zh-CN\/index\.html/);
    await page.context().close();
});

test('nobody else is offered anything', async () => {
    for (const [name, locale] of [['index.html', 'de-DE'], ['zh-CN/index.html', 'zh-CN']]) {
        const page = await openPage(browser, fileAddress(name), { locale });
        assert.equal(await page.locator('.language-offer').count(), 0, name);
        await page.context().close();
    }
});

test('no English word of mdBook is left in the Chinese menu', async () => {
    const page = await openPage(browser, fileAddress(`${CHINESE.path}${'chapter-2.html'}`));
    const words = await page.evaluate(() => {
        const named = [...document.querySelectorAll('[aria-label], [title]')]
            .filter(it => it.closest('body') && !it.closest('main'));
        const labels = named.flatMap(it => [it.getAttribute('aria-label'), it.title]);
        const help = document.getElementById('mdbook-help-popup').textContent;
        return [...labels, help].filter(it => it);
    });
    const english = words.filter(it => /(?!Esc\b)\b[A-Za-z]{3,}/.test(it));
    assert.deepEqual(english, []);
    await page.context().close();
});
