// Every lesson, played in a machine of the page by live.mjs and live.wasm.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { parts } from './machine.mjs';
import { Player, files } from './player.mjs';

const names = fs.readdirSync(path.join(parts, 'live'))
    .filter(name => /^lesson-\d+\.en\.json$/.test(name));
const numbers = names.map(name => Number(name.match(/\d+/)[0])).sort();

test('every lesson has its file', () => {
    assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 7]);
});

for (const number of numbers) {
    test(`lesson ${number} is as in the book`, async () => {
        const player = await Player.begin(files(number));
        try {
            const news = await player.runAll();
            const commands = player.lesson.steps.flatMap(step => step.commands);
            const ran = news.filter(it => it.what === 'ran');
            const steps = news.filter(it => it.what === 'step');
            assert.deepEqual(ran.map(it => it.command), commands.map(it => it.command));
            assert.deepEqual(steps.map(it => it.step), player.lesson.steps.map(it => it.number));
            for (const it of [...ran, ...steps]) {
                assert.ok(it.same, it.difference);
            }
        } finally {
            player.end();
        }
    });
}
