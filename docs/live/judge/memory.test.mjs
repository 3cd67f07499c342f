// How much memory a machine takes that has just been restored.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

import { Player, files } from './player.mjs';

/** Kilobytes: 220,000 are taken, and 325,000 if all pages are written. */
const MOST = 270_000;

test('a restored machine takes memory for the pages that were saved, not for all', async () => {
    const player = await Player.begin(files(3));
    try {
        const status = fs.readFileSync(`/proc/${player.machine.pid}/status`, 'utf8');
        const held = Number(status.match(/^VmHWM:\s+(\d+) kB$/m)[1]);
        assert.ok(held < MOST, `${held} kB`);
    } finally {
        player.end();
    }
});
