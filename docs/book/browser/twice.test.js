// What twice.mjs says of tests that pass, fail once, or fail always.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const RUNNER = fileURLToPath(new URL('twice.mjs', import.meta.url));
const NOT_PROVED = /^NOT PROVED: failed once, passed when run again: (.*)$/gm;

/** Runs a file with tests, each `[name, body]`; a body has `first`, which is true
    in the first run. Returns the exit status and the names that are NOT PROVED. */
function played(tests, rest = '') {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twice-'));
    const file = path.join(folder, 'all.test.mjs');
    fs.writeFileSync(file, [
        'import fs from "node:fs"; import { test } from "node:test";',
        'const mark = new URL("mark", import.meta.url); const first = !fs.existsSync(mark);',
        'fs.writeFileSync(mark, "");',
        ...tests.map(([name, body]) => `test(${JSON.stringify(name)}, () => { ${body} });`),
        rest,
    ].join('\n'));
    // A test runner inside of another one runs nothing, unless the outer one is hidden.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { status, stdout } = spawnSync(process.execPath, [RUNNER, file], { env, encoding: 'utf8' });
    fs.rmSync(folder, { recursive: true });
    return [status, [...stdout.matchAll(NOT_PROVED)].map(it => it[1])];
}

const GOOD = ['good', ''];
const ONCE = ['fails once: a/b [1] and $', 'if (first) throw new Error("once")'];
const ALWAYS = ['fails always', 'throw new Error("always")'];

test('tests that pass are run once', () => {
    assert.deepEqual(played([GOOD, ['passes once', 'if (!first) throw new Error("again")']]), [0, []]);
});

test('a test that fails once is named, and is no failure', () => {
    assert.deepEqual(played([GOOD, ONCE]), [0, [ONCE[0]]]);
});

test('a test that fails always is a failure', () => {
    assert.deepEqual(played([GOOD, ALWAYS]), [1, []]);
    assert.deepEqual(played([ONCE, ALWAYS]), [1, []]);
});

test('many tests that fail once have another reason than time', () => {
    const many = ['one', 'two', 'three'].map(name => [name, ONCE[1]]);
    assert.deepEqual(played(many), [1, []]);
});

test('a file that breaks by itself is a failure', () => {
    assert.deepEqual(played([GOOD], 'setTimeout(() => { throw new Error("late") }, 50);'), [1, []]);
    assert.deepEqual(played([GOOD], 'if (first) process.exit(3);'), [1, []]);
});
