// Runs test files. A test that failed is run once more: a browser has times of its
// own. A test that passes then is named as NOT PROVED, and is no failure.
//
//     node twice.mjs FILE...
//
// Exit status: 0 all passed, some at the second time, 1 a test did not pass.

import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** More failures than these have another reason than time. */
const FEW = 2;

/** Runs files, or their tests with these names. Returns what passed and what
    failed, as `{ file, name }`; a file that breaks by itself has its path as name. */
async function results(files, names) {
    const testNamePatterns = names?.map(it => new RegExp(`^${escaped(it)}$`));
    const passed = [];
    const failed = [];
    const put = list => ({ name, file, nesting, skip }) => {
        if (nesting === 0 && skip === undefined) {
            list.push({ file, name });
        }
    };
    const events = run({ files, concurrency: true, testNamePatterns });
    events.on('test:pass', put(passed)).on('test:fail', put(failed));
    await pipeline(events.compose(new spec()), process.stdout, { end: false });
    return { passed, failed };
}

const escaped = text => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const unique = list => [...new Set(list)];

/** Whether each test that failed passes now. */
async function passNow(failed) {
    const names = unique(failed.map(it => it.name));
    console.log(`\nOnce more: ${names.join('; ')}`);
    const second = await results(unique(failed.map(it => it.file)), names);
    const passed = second.passed.map(it => it.name);
    return second.failed.length === 0 && names.every(it => passed.includes(it));
}

const files = process.argv.slice(2).map(it => path.resolve(it));
const { failed } = await results(files);
const few = failed.length <= FEW && failed.every(it => it.file);
if (failed.length > 0 && few && await passNow(failed)) {
    failed.forEach(it => console.log(`NOT PROVED: failed once, passed when run again: ${it.name}`));
} else if (failed.length > 0) {
    process.exitCode = 1;
}
