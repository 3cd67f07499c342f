// A lesson that is played in its page.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { LANGUAGES, lessonsOf } from '../../book/browser/book.js';
import { Lesson, launch, serveSite } from './lesson.js';

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

const [english, chinese] = LANGUAGES;
for (const name of [...lessonsOf(english), ...lessonsOf(chinese).slice(2, 3)]) {
    test(`${name} is as in the book, block by block`, async t => {
        const lesson = await Lesson.open(browser, site.address, name);
        const count = await lesson.buttons.count();
        assert.ok(count > 5, `${count} blocks`);
        const begin = performance.now();
        for (let block = 0; block < count; block += 1) {
            await lesson.run(block);
        }
        t.diagnostic(`${count} blocks in ${Math.round(performance.now() - begin)} ms`);
        assert.deepEqual(await lesson.differences(), []);
        const marks = await lesson.marks();
        assert.equal(marks.length, count);
        assert.ok(marks.every(it => it.includes('✓')), marks.join('\n'));
        assert.ok(await lesson.tab.locator('.live-scene').count() > 2, 'pictures of this machine');
        assert.deepEqual(lesson.faults, []);
        await lesson.close();
    });
}

test('a block that is not as in the book is marked, with the difference in words', async () => {
    const lesson = await Lesson.open(browser, site.address, 'chapter-3.html', {
        before: tab => tab.route('**/lesson-3.en.json', async route => {
            const answer = await route.fetch();
            const text = await answer.text();
            const broken = text.replace(/Hello World listens on port 80/g, 'Hello World listens on port 81');
            await route.fulfill({ response: answer, body: broken });
        }),
    });
    await lesson.run(0);
    const [mark] = await lesson.marks();
    assert.match(mark, /≠ not as in the book/);
    const [difference] = await lesson.differences();
    assert.match(difference, /port 81/);
    assert.match(difference, /port 80/);
    await lesson.run(1);
    assert.match((await lesson.marks())[1], /✓/, 'the next block counts by itself');
    assert.deepEqual(lesson.faults, []);
    await lesson.close();
});

test('a reader types anything, and starts again', async t => {
    const lesson = await Lesson.open(browser, site.address);
    await lesson.start();
    await lesson.type('host', 'echo a > /tmp/mine; ls /tmp\r');
    await lesson.shows('host', /(^| )mine( |$)/);
    await lesson.type('second', 'cat /tmp/mine\r');
    await lesson.shows('second', /^a$/);
    // An arrow key is no key of the book here.
    await lesson.tab.keyboard.press('ArrowUp');
    await lesson.tab.keyboard.press('ArrowLeft');
    assert.match(lesson.tab.url(), /chapter-3/);
    await lesson.waits('host');
    await lesson.type('host', 'sleep 1000\r');
    await lesson.runs('host');
    await lesson.buttons.first().click();
    await lesson.tab.locator('.live-status', { hasText: 'still runs' }).waitFor();
    const begin = performance.now();
    await lesson.tab.locator('.live-again').click();
    await lesson.ready();
    t.diagnostic(`started again in ${Math.round(performance.now() - begin)} ms`);
    assert.equal(await lesson.shown('host'), 'host#');
    await lesson.type('host', 'ls /tmp; echo "e"nd\r');
    await lesson.shows('host', /^end$/);
    assert.doesNotMatch(await lesson.shown('host'), /mine/);
    assert.deepEqual(lesson.faults, []);
    await lesson.close();
});

test('commands of several lines are typed and pasted as bash takes them', async () => {
    const lesson = await Lesson.open(browser, site.address);
    await lesson.start();
    const lines = 'for it in a b; do\n    echo "and $it"\ndone\ncat <<END | tr a-z A-Z\nif it\'s here\nEND\n';
    await lesson.tab.evaluate(text => window.live.panel.screen().terminal.paste(text), lines);
    await lesson.shows('host', /^IF IT'S HERE$/);
    await lesson.type('second', 'if true; then\recho "then"$((6 * 7))\rfi\r');
    await lesson.shows('second', /^then42$/);
    await lesson.waits('second');
    assert.match(await lesson.shown('host'), /^host# for it in a b; do\n> .*\n> done\nand a\nand b\nhost# cat/);
    // Ctrl-C forgets a command that goes on.
    await lesson.type('second', 'if true; then\r');
    await lesson.tab.keyboard.press('Control+c');
    await lesson.type('second', 'echo "again"$((6 * 7))\r');
    await lesson.shows('second', /^again42$/);
    assert.deepEqual(lesson.faults, []);
    await lesson.close();
});

test('a machine that switches itself off is named, and another one starts', async () => {
    const lesson = await Lesson.open(browser, site.address);
    await lesson.start();
    await lesson.type('second', 'poweroff -f\r');
    await lesson.tab.locator('.live-status', { hasText: 'The machine has ended: it switched itself off' }).waitFor();
    await lesson.run(0);
    assert.match((await lesson.marks())[0], /✓/);
    assert.deepEqual(lesson.faults, []);
    await lesson.close();
});

test('two tabs have a machine each', async () => {
    const one = await Lesson.open(browser, site.address);
    const tab = await one.tab.context().newPage();
    await tab.goto(`${site.address}chapter-3.html`);
    const other = new Lesson(tab);
    await Promise.all([one.start(), other.start()]);
    await one.type('host', 'echo a > /tmp/mine\r');
    await one.waits('host');
    await other.type('host', 'ls /tmp; echo "e"nd\r');
    await other.shows('host', /^end$/);
    assert.doesNotMatch(await other.shown('host'), /mine/);
    await one.close();
});

test('after a reload in the middle the page offers to go on from there', async () => {
    const lesson = await Lesson.open(browser, site.address);
    await lesson.run(2);
    await lesson.tab.reload();
    assert.equal(await lesson.tab.locator('.live-panel').count(), 0);
    await lesson.tab.locator('.live > .live-run').nth(1).click();
    await lesson.ready();
    await lesson.tab.waitForFunction(() => window.live.done > 0 && !window.live.works);
    assert.ok((await lesson.marks()).length >= 3);
    assert.deepEqual(lesson.faults, []);
    await lesson.close();
});

test('who switched on "What do you expect?" is asked before a command runs', async () => {
    const lesson = await Lesson.open(browser, site.address);
    await lesson.tab.locator('.expect-switch').click();
    await lesson.tab.locator('.expect-show:visible').first().click();
    await lesson.buttons.first().click();
    const field = lesson.tab.locator('.live-expect input');
    await field.fill('a long number');
    assert.match(await lesson.shown('host'), /^host#$/, 'nothing has run');
    await field.press('Enter');
    await lesson.shows('host', /sha256/);
    // A command about which the lesson has a question of types.
    const types = lesson.tab.locator('.live-expect input[type=checkbox]');
    await types.first().waitFor();
    assert.equal(await types.count(), 8);
    await lesson.tab.getByRole('checkbox', { name: 'user' }).check();
    await lesson.tab.getByRole('button', { name: 'Run it' }).click();
    const verdict = lesson.tab.locator('.live-expected li');
    await verdict.first().waitFor();
    const said = await verdict.allTextContents();
    assert.ok(said.some(it => /✗ user: you said that it differs/.test(it)), said.join('\n'));
    assert.ok(said.some(it => /✗ net: you said that it is the same/.test(it)), said.join('\n'));
    await lesson.tab.getByRole('button', { name: 'Not now' }).click();
    await lesson.ready();
    assert.deepEqual(lesson.faults, []);
    await lesson.close();
});
