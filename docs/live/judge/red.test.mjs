// Whatever differs from the book is marked, in the language of the page.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Player, files, judge } from './player.mjs';

/** Runs the first step of a lesson, and returns the news of each kind. */
async function firstStep(lesson, before = async () => {}) {
    const player = await Player.begin(lesson);
    try {
        await before(player);
        const news = [];
        while (!news.some(it => it.what === 'step')) {
            news.push(...await player.run());
            assert.ok(!news.some(it => it.what === 'stopped'), JSON.stringify(news));
        }
        const kind = what => news.filter(it => it.what === what);
        return { ran: kind('ran'), step: kind('step')[0], kernel: kind('kernel') };
    } finally {
        player.end();
    }
}

/** Replaces a text that is there. */
function change(text, old, now) {
    assert.ok(text.includes(old), old);
    return text.replace(old, now);
}

/** Returns the first line of output of a lesson's first command with output. */
const expected = async lesson => (await judge()).open(lesson).steps
    .flatMap(step => step.commands)
    .find(it => it.expected.some(line => line.length > 8));

test('a line of the book that the machine does not print is a difference', async () => {
    const lesson = files(3);
    const command = await expected(lesson);
    const line = command.expected.find(it => it.length > 8);
    lesson.markdown = change(lesson.markdown, `\n${line}\n`, `\n${line} CHANGED\n`);
    const { ran } = await firstStep(lesson);
    const told = ran.find(it => it.command === command.command);
    assert.equal(told.same, false);
    assert.match(told.difference, /^chapters\/03-set-ns\/README\.md:\d+: not as in the lesson\n/);
    assert.ok(told.difference.includes(`- ${line} CHANGED\n  + ${line}\n`), told.difference);
    assert.deepEqual(ran.filter(it => it !== told).map(it => it.same),
        ran.slice(1).map(() => true));
});

test('a snapshot that is not what the kernel holds is a difference', async () => {
    const lesson = files(3);
    const [name] = Object.keys(lesson.snapshots).sort();
    lesson.snapshots[name] = change(lesson.snapshots[name], 'lo        loopback', 'lo1       loopback');
    const { ran, step } = await firstStep(lesson);
    assert.ok(ran.every(it => it.same));
    assert.equal(step.same, false);
    assert.match(step.difference, /- {3}lo1 +loopback/);
});

test('in Chinese the difference and the picture are Chinese', async () => {
    const lesson = files(3, 'zh-CN');
    const [name] = Object.keys(lesson.snapshots).sort();
    lesson.snapshots[name] = change(lesson.snapshots[name], 'lo        loopback', 'lo1       loopback');
    const { step, kernel } = await firstStep(lesson);
    assert.match(step.difference, /与课文不一致/);
    assert.match(kernel.at(-1).figure, /用文字说/);
});

test('a command of a person\'s own changes the picture and is said', async () => {
    const { ran, kernel } = await firstStep(files(3), async player => {
        const news = await player.type('host', 'ip link add mine type bridge\n');
        assert.equal(news.find(it => it.what === 'waits').prompt, 'host#');
        await player.until('kernel');
        const { changes, figure } = player.news.find(it => it.what === 'kernel');
        assert.ok(figure.includes('mine'), figure);
        assert.ok(changes.some(it => it.includes('mine')) || changes.length === 0, changes);
    });
    assert.ok(ran.every(it => it.own));
    assert.ok(kernel.length >= 0);
});

test('what the lesson would type counts as the lesson\'s when a person types that', async () => {
    const player = await Player.begin(files(3));
    try {
        const { terminal, command } = player.live.next();
        const { text } = player.lesson.steps.flatMap(it => it.commands)[command];
        const news = await player.type(terminal, `${text}\n`);
        assert.equal(news.find(it => it.what === 'ran').own, false);
        assert.equal(player.live.next().command, command + 1);
    } finally {
        player.end();
    }
});

test('a shell that the lesson does not show stops the lesson until it has ended', async () => {
    const player = await Player.begin(files(3));
    try {
        await player.type('host', 'bash\n');
        await player.until('kernel');
        const stopped = (await player.run()).find(it => it.what === 'stopped');
        assert.match(stopped.reason, /host:shell#/);
        await player.type('host', 'exit\n');
        await player.until('kernel');
        assert.ok((await player.run()).some(it => it.what === 'ran'));
    } finally {
        player.end();
    }
});
