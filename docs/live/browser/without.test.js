// Pages in which no machine can run: the text as it is, and one sentence.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { fileAddress } from '../../book/browser/book.js';
import { launch, openPage } from '../../book/browser/browser.js';
import { serveSite } from './lesson.js';

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

/** The only sentence of the place of the machine. */
async function says(address, words, options) {
    const page = await openPage(browser, address, options);
    assert.match(await page.locator('.live').innerText(), words);
    assert.equal(await page.locator('.live-run').count(), 0);
    assert.ok(await page.locator('.output').first().isVisible());
    assert.deepEqual(page.faults, []);
    await page.context().close();
}

const withoutWebAssembly = tab => tab.addInitScript(() => {
    delete window.WebAssembly;
});

for (const [language, name, file, old, off] of [
    ['en', 'chapter-3.html', /server sends/, /no\s+WebAssembly/, /scripts are switched off/],
    ['zh-CN', 'zh-CN/chapter-3.html', /服务器/, /没有 WebAssembly/, /脚本被关闭/],
]) {
    test(`${language}: from a folder`, () => says(fileAddress(name), file));

    test(`${language}: without WebAssembly`, () => says(
        site.address + name, old, { before: withoutWebAssembly }));

    test(`${language}: without scripts`, () => says(
        site.address + name, off, { javaScriptEnabled: false }));
}
