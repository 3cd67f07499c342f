// Frames, requests that are none, and what becomes of an error.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { files, judge } from './player.mjs';

test('a frame in pieces is an event when it is whole', async () => {
    const live = await judge();
    const ready = [{ Ready: { protocol: 2, kernel: '7.3' } }];
    // Ready is the first event: its number, the protocol, a text with its length.
    const frame = Uint8Array.of(6, 0, 0, 0, 0, 2, 3, 55, 46, 51);
    assert.deepEqual(live.decode(frame), ready);
    for (const byte of frame.subarray(0, -1)) {
        assert.deepEqual(live.decode(Uint8Array.of(byte)), []);
    }
    assert.deepEqual(live.decode(frame.subarray(-1)), ready);
});

test('a request is what vm/protocol sends', async () => {
    const live = await judge();
    const bytes = new TextEncoder().encode('ls\n');
    const frame = live.encode({ Input: { id: 1, bytes } });
    assert.deepEqual([...frame], [6, 0, 0, 0, 6, 1, 3, 108, 115, 10]);
});

test('what is no request is an error that says why, and the next call works', async () => {
    const live = await judge();
    assert.throws(() => live.encode({ Dance: {} }), /Dance/);
    assert.throws(() => live.hear(Uint8Array.of(1)), /open a lesson first/);
    assert.throws(() => live.open({ number: 1 }), /missing field/);
    assert.throws(() => live.decode(new Uint8Array(8).fill(255)), /frame/);
    const lesson = files(3);
    assert.throws(() => live.open({ ...lesson, markdown: '# T\n' }), /no step/);
    assert.equal(live.open(lesson).number, 3);
    live.begin({ time: 0, entropy: new Uint8Array(32) });
    assert.deepEqual(live.run().news, [{ what: 'busy' }]);
});

test('bytes of every kind from a machine end in news or in an error', async () => {
    const lesson = files(3);
    for (let seed = 1; seed < 300; seed += 1) {
        const live = await judge();
        live.open(lesson);
        live.begin({ time: 0, entropy: new Uint8Array(32) });
        let state = seed;
        const random = () => {
            state = (state * 48271) % 2147483647;
            return state;
        };
        try {
            for (let n = 0; n < 8; n += 1) {
                const length = 1 + random() % 12;
                const payload = Array.from({ length }, () => random() % (random() % 2 ? 9 : 256));
                live.hear(Uint8Array.of(length, 0, 0, 0, ...payload));
            }
        } catch (error) {
            assert.equal(error.name, 'LiveError', error.stack);
            assert.doesNotMatch(error.message, /panicked/);
        }
    }
});
