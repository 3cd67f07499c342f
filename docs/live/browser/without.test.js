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

/** The only sentence of the place of the machine; `text` is part of the page. */
async function says(address, text, words, options) {
    const page = await openPage(browser, address, options);
    assert.match(await page.locator('.live').innerText(), words);
    assert.equal(await page.locator('.live-run').count(), 0);
    assert.ok(await page.locator(text).first().isVisible());
    assert.deepEqual(page.faults, []);
    await page.context().close();
}

const withoutWebAssembly = tab => tab.addInitScript(() => {
    delete window.WebAssembly;
});

const LESSON = ['chapter-3.html', '.output'];
const EXERCISES = ['chapter-3-exercises.html', 'details.starter'];
for (const [folder, [page, text], file, old, off] of [
    ['', LESSON, /server sends/, /no\s+WebAssembly/, /scripts are switched off/],
    ['zh-CN/', LESSON, /服务器/, /没有 WebAssembly/, /脚本被关闭/],
    ['', EXERCISES, /server sends/, /no\s+WebAssembly/, /scripts are switched off/],
    ['zh-CN/', EXERCISES, /服务器/, /没有 WebAssembly/, /脚本被关闭/],
]) {
    const name = folder + page;
    test(`${name} from a folder`, () => says(fileAddress(name), text, file));

    test(`${name} without WebAssembly`, () => says(
        site.address + name, text, old, { before: withoutWebAssembly }));

    test(`${name} without scripts`, () => says(
        site.address + name, text, off, { javaScriptEnabled: false }));
}
