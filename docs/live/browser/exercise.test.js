// An exercise to find something, done in its page as a new reader does it.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { DESK, Desk, PHONE } from './desk.js';
import { launch, openTab, serveSite } from './lesson.js';

/** Third hint of 3.4: each handle of a network, and the addresses in there. */
const LOOK = 'for fd in /proc/[0-9]*/fd/*; do case $(readlink $fd) in '
    + 'net:*) echo $fd; nsenter --net=$fd ip -4 addr ;; esac; done\r';

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

/** The exercises of a page, of which one is done with a machine. */
class Exercise extends Desk {
    static async open(page = 'chapter-3-exercises.html', options = {}) {
        const tab = await openTab(browser, site.address, options);
        const exercise = new Exercise(tab, 'exercise');
        await tab.goto(site.address + page);
        return exercise;
    }

    get place() {
        return this.tab.locator('.live-exercise');
    }

    get field() {
        return this.tab.locator('.live-answer input');
    }

    get feedback() {
        return this.tab.locator('.live-feedback');
    }

    /** Presses the button of the exercise, and waits for its machine. */
    async begin() {
        await this.place.locator('.live-run').click();
        await this.ready();
    }

    /** Waits until the exercise's state is there, or a sentence says why not. */
    async ready() {
        const end = await this.tab.waitForFunction(() => window.exercise?.prepared
            || document.querySelector('.live-exercise .live-said').textContent);
        assert.equal(await end.jsonValue(), true);
    }

    /** Runs a command in the terminal, and returns everything that it shows. */
    async run(keys) {
        await this.type('host', keys);
        await this.waits('host');
        return this.shown('host');
    }

    /** Finds who holds the network with an address, as the hints say. */
    async holder(address) {
        const shown = await this.run(LOOK);
        const handle = shown.split('\n').reduce(([at, found], line) => {
            const [, pid] = line.match(/^\/proc\/(\d+)\/fd\/\d+$/) ?? [];
            return [pid ?? at, line.includes(`inet ${address}`) ? pid ?? at : found];
        }, [])[1];
        assert.ok(handle, shown);
        const name = await this.run(`cat /proc/${handle}/comm\r`);
        return name.match(/^[a-z]{6}$/m)[0];
    }

    /** Answers, and returns the feedback, which begins with the answer. */
    async answer(words) {
        await this.field.fill(words);
        await this.field.press('Enter');
        await this.feedback.locator('p', { hasText: words }).first().waitFor();
        return this.feedback.innerText();
    }

    /** Presses "Start again", and waits for another machine. */
    async again() {
        const old = await this.tab.evaluateHandle(() => window.exercise.finding);
        await this.tab.locator('.live-again').click();
        await this.tab.waitForFunction(
            it => window.exercise.prepared && window.exercise.finding !== it, old);
    }
}

test('3.4: a reader looks around, answers wrong, then right; another machine has another answer', async t => {
    const exercise = await Exercise.open();
    const begin = performance.now();
    await exercise.begin();
    t.diagnostic(`ready in ${Math.round(performance.now() - begin)} ms`);
    assert.match(await exercise.run('ping -c 1 10.9.8.2\r'), /1 (packets )?received/);
    const keeper = await exercise.holder('10.9.8.2/24');
    const near = await exercise.answer('bash');
    assert.match(near, /✗ bash is not it/);
    assert.match(near, /Which of the processes have a network namespace open/);
    assert.equal(await exercise.place.locator('.live-said').innerText(), '');
    const right = await exercise.answer(keeper);
    assert.match(right, new RegExp(`✓ ${keeper} is right`));
    assert.match(right, /A namespace needs no owner/);
    assert.match(await exercise.place.locator('.live-said').innerText(), /You have solved it/);

    await exercise.again();
    assert.equal(await exercise.field.inputValue(), '');
    assert.equal(await exercise.feedback.innerText(), '');
    assert.match(await exercise.answer(keeper), /✗/, 'the answer of the machine before');
    const other = await exercise.holder('10.9.8.2/24');
    assert.match(await exercise.answer(other), /✓/);
    assert.deepEqual(exercise.faults, []);

    await exercise.tab.reload();
    assert.match(await exercise.place.locator('.live-said').innerText(), /You have solved it/);
    await exercise.close();
});

test('3.4 in Chinese has Chinese words and feedback', async () => {
    const exercise = await Exercise.open('zh-CN/chapter-3-exercises.html');
    await exercise.begin();
    const status = await exercise.status();
    const said = await exercise.answer('bash');
    for (const words of [status, ...said.split('\n').filter(it => it.trim())]) {
        assert.match(words, /[\u4e00-\u9fff]/);
    }
    assert.match(said, /✗/);
    assert.match(await exercise.answer(await exercise.holder('10.9.8.2/24')), /✓/);
    assert.deepEqual(exercise.faults, []);
    await exercise.close();
});

test('a hint is pasted as the book has it; a shell that has ended, a machine, too, begins anew', async () => {
    const exercise = await Exercise.open();
    await exercise.begin();
    const hint = exercise.tab.locator('details', { hasText: 'similar address' }).locator('pre');
    await exercise.tab.evaluate(
        text => window.exercise.panel.screen().terminal.paste(text), `${await hint.textContent()}\n`);
    await exercise.shows('host', /inet 10\.9\.8\.2\/24/);
    await exercise.waits('host');
    for (const [keys, words] of [['exit\r', null], ['poweroff -f\r', 'The machine has ended: it switched itself off']]) {
        await exercise.type('host', keys);
        await (words
            ? exercise.tab.locator('.live-status', { hasText: words }).waitFor()
            : exercise.shows('host', /has ended/));
        await exercise.again();
    }
    assert.match(await exercise.answer(await exercise.holder('10.9.8.2/24')), /✓/);
    assert.deepEqual(exercise.faults, []);
    await exercise.close();
});

test('who presses "Start again" while it starts still has a machine', async () => {
    const exercise = await Exercise.open();
    await exercise.tab.evaluate(() => {
        window.pressed = 0;
        new MutationObserver(() => {
            const status = document.querySelector('.live-status')?.textContent ?? '';
            if (/^(Starting|Setting up)/.test(status)) {
                window.pressed += 1;
                document.querySelector('.live-again').click();
            }
        }).observe(document.body, { childList: true, subtree: true });
    });
    await exercise.begin();
    assert.ok(await exercise.tab.evaluate(() => window.pressed) > 1);
    await exercise.answer(await exercise.holder('10.9.8.2/24'));
    assert.match(await exercise.place.locator('.live-said').innerText(), /You have solved it/);
    await exercise.close();
});

test('a machine in which the kernel shows another answer is refused', async () => {
    const exercise = await Exercise.open(undefined, {
        before: tab => tab.route('**/exercise-3.4.en.json', async route => {
            const answer = await route.fetch();
            const broken = JSON.stringify({ ...await answer.json(), finds: 'echo bash' });
            await route.fulfill({ response: answer, body: broken });
        }),
    });
    // The size is that of machine.json: another one is refused before.
    await exercise.tab.route('**/machine.json', async route => {
        const answer = await route.fetch();
        const said = await answer.json();
        const file = said.files['live/exercise-3.4.en.json'];
        const whole = await (await fetch(`${site.address}live/${file.url}`)).json();
        file.bytes = Buffer.byteLength(JSON.stringify({ ...whole, finds: 'echo bash' }));
        await route.fulfill({ response: answer, json: said });
    });
    await exercise.place.locator('.live-run').click();
    const said = exercise.place.locator('.live-said', { hasText: 'Linux did not start' });
    await said.waitFor();
    assert.match(await said.innerText(), /the machine shows "bash"/);
    assert.equal(await exercise.tab.locator('.live-panel').count(), 0);
    await exercise.close();
});

test('after the first visit an exercise needs no network', async () => {
    const exercise = await Exercise.open();
    await exercise.begin();
    await exercise.kept();
    await exercise.tab.context().setOffline(true);
    await exercise.tab.reload();
    await exercise.begin();
    assert.match(await exercise.answer(await exercise.holder('10.9.8.2/24')), /✓/);
    await exercise.close();
});

for (const [kind, screen] of [['phone', PHONE], ['desk', DESK]]) {
    for (const [language, folder] of [['en', ''], ['zh-CN', 'zh-CN/']]) {
        test(`a ${kind} shows an exercise without barriers, ${language}`, async () => {
            const exercise = await Exercise.open(`${folder}chapter-3-exercises.html`, {
                ...screen, colorScheme: language === 'en' ? 'light' : 'dark',
            });
            const picture = name => exercise.tab.screenshot({
                path: path.join(process.env.BOOK_SCREENS, `exercise-${kind}-${language}-${name}.png`),
            });
            await exercise.place.scrollIntoViewIfNeeded();
            await picture('before');
            await exercise.begin();
            await picture('ready');
            const keeper = await exercise.holder('10.9.8.2/24');
            assert.deepEqual(await exercise.barriers(), []);
            await exercise.answer('bash');
            await picture('wrong');
            await exercise.answer(keeper);
            await picture('right');
            assert.deepEqual(await exercise.barriers(), []);
            const { scrollWidth, clientWidth } = await exercise.tab.evaluate(() => document.documentElement);
            assert.ok(!(scrollWidth > clientWidth));
            assert.deepEqual(exercise.faults, []);
            await exercise.close();
        });
    }
}
