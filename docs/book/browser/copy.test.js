// The buttons that copy the commands of console blocks.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { LANGUAGES, fileAddress, lessonsOf, workspace } from './book.js';
import { launch, openPage } from './browser.js';
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

/** Commands of a lesson's console blocks, as [terminal, text] of each block. */
function blocksOf(chapter) {
    const chapters = path.join(workspace, 'chapters');
    const folder = fs.readdirSync(chapters)
        .find(it => Number(it.split('-')[0]) === chapter);
    const lesson = fs.readFileSync(path.join(chapters, folder, 'README.md'), 'utf8');
    return [...lesson.matchAll(/^```console\n([^]*?)^```$/gm)].map(it => commandsOf(it[1]));
}

/** Lines with `>` continue a command directly below it; below output they are output. */
function commandsOf(block) {
    const commands = [];
    let goesOn = false;
    for (const line of block.split('\n')) {
        const [, prompt, text] = /^([a-z][a-z0-9:_-]*)[#$] (.*)$/.exec(line) ?? [];
        if (prompt) {
            commands.push([prompt.split(':')[0], text]);
            goesOn = true;
        } else if (goesOn && /^>( |$)/.test(line)) {
            commands.at(-1)[1] += `\n${line.slice(2)}`;
        } else {
            goesOn = false;
        }
    }
    return commands;
}

const typed = commands => commands.map(it => `${it[1]}\n`).join('');

/** Waits until a button's label fulfils a condition. */
async function says(button, condition) {
    const until = Date.now() + 15_000;
    while (!condition(await button.textContent())) {
        assert.ok(Date.now() < until, `the button says ${await button.textContent()}`);
    }
}

/** All that the buttons of a page's blocks copy. */
async function copied(page, read) {
    const blocks = [];
    await page.$$eval('details', all => all.forEach(it => {
        it.open = true;
    }));
    for (const box of await page.locator('.console-box').all()) {
        const texts = [];
        for (const button of await box.locator('.console-copy').all()) {
            const before = await button.textContent();
            await button.click();
            await says(button, label => label !== before);
            texts.push(await read(page));
        }
        blocks.push(texts);
    }
    return blocks;
}

/** One text for the only terminal; or one for each, and one for all. */
function expected(commands) {
    const terminals = [...new Set(commands.map(it => it[0]))];
    const each = terminals.map(name => typed(commands.filter(it => it[0] === name)));
    return terminals.length === 1 ? each : [...each, typed(commands)];
}

for (const language of LANGUAGES) {
    test(`${language.tag}: buttons copy commands, and nothing else`, async () => {
        for (const name of lessonsOf(language)) {
            const page = await openPage(browser, server.address + name,
                { permissions: ['clipboard-read', 'clipboard-write'] });
            const texts = await copied(page,
                it => it.evaluate(() => navigator.clipboard.readText()));
            const chapter = Number(/chapter-(\d+)/.exec(name)[1]);
            assert.deepEqual(texts, blocksOf(chapter).map(expected), name);
            await page.context().close();
        }
    });
}

test('where a page may not use the clipboard, a selection is copied', async () => {
    const [name] = lessonsOf(LANGUAGES[0]);
    const page = await openPage(browser, fileAddress(name), {
        before: it => it.addInitScript(() => {
            Object.defineProperty(navigator, 'clipboard', { value: undefined });
            document.addEventListener('copy', () => {
                window.wasCopied = document.activeElement.value;
            });
        }),
    });
    const texts = await copied(page, it => it.evaluate(() => window.wasCopied));
    assert.deepEqual(texts, blocksOf(1).map(expected));
    await page.context().close();
});

test('a block has our buttons only, and a button says what it did', async () => {
    const [name] = lessonsOf(LANGUAGES[0]);
    const page = await openPage(browser, fileAddress(name));
    assert.equal(await page.locator('.clip-button').count(), 0);
    const button = page.locator('.console-copy').first();
    const label = await button.textContent();
    await button.press('Enter');
    await page.waitForFunction(
        () => document.querySelector('.for-ears[role=status]').textContent !== '');
    await says(button, it => it !== label);
    await page.keyboard.press('Tab');
    await says(button, it => it === label);
    await page.context().close();
});
