// The exercises to find something, in machines of the page: PID 1's kernel shows the
// answer, and live.wasm judges.

import assert from 'node:assert/strict';
import { webcrypto as crypto } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { Finding, NO_LESSON } from '../finding.mjs';
import { parts } from './machine.mjs';
import { Player } from './player.mjs';

const exercise = (number, language = 'en') =>
    JSON.parse(fs.readFileSync(path.join(parts, `live/exercise-${number}.${language}.json`), 'utf8'));

/** Looks around in a new machine with this exercise. */
async function explore(exercise, look) {
    const player = await Player.begin(NO_LESSON);
    const finding = new Finding(player.live, said => player.does(() => said));
    const { does } = player;
    // All that the machine says goes to both.
    player.does = call => {
        const before = player.news.length;
        does.call(player, call);
        player.news.slice(before).forEach(it => finding.told(it));
    };
    player.machine.ended.then(() => finding.told({ what: 'lost', why: 'the machine has ended' }));
    try {
        await finding.prepare(exercise, crypto.getRandomValues(new Uint8Array(32)));
        return await look(player, finding);
    } finally {
        player.end();
    }
}

/** Output of the commands that find the answer. */
const found = async (finding, { finds }) => new TextDecoder()
    .decode(await finding.run(['bash', '-c', finds])).trim();

for (const number of ['1.3', '3.4', '4.3', '5.3', '6.3', '7.3']) {
    test(`${number}: what the kernel shows is right, and is another in each machine`, async () => {
        const toml = exercise(number);
        const answers = [];
        for (let machine = 0; machine < 2; machine += 1) {
            await explore(toml, async (player, finding) => {
                const right = await found(finding, toml);
                assert.match(right, /^[a-z]{6}$/);
                assert.deepEqual(finding.answer(` ${right.toUpperCase()} `),
                    { right: true, says: toml.after });
                answers.push(right);
            });
        }
        assert.notEqual(answers[0], answers[1]);
    });
}

test('3.4: each wrong answer has its feedback, with the names of this machine', async () => {
    const toml = exercise('3.4');
    await explore(toml, async (player, finding) => {
        const wrong = finding.answer('bash');
        assert.equal(wrong.right, false);
        assert.equal(wrong.says, toml.feedback.at(-1).says.trim());
        // Whoever holds a handle of the machine's own network.
        const holds = `for fd in /proc/[0-9]*/fd/7; do
            [ "$(readlink $fd)" = "$(readlink /proc/1/ns/net)" ] && cat \${fd%/fd/*}/comm; done; true`;
        const initial = await found(finding, { finds: holds });
        const { right, says } = finding.answer(initial);
        assert.equal(right, false);
        const of = toml.feedback.find(it => it.id === 'initial').says;
        assert.equal(says, of.replaceAll('$initial', initial).trim());
        // The reader finds it in the terminal.
        const script = toml.finds.replace(/\s*\n\s*/g, '\n');
        await player.type('host', `bash -c '${script.replaceAll("'", `'\\''`)}'\n`);
        const shown = player.news.filter(it => it.what === 'output')
            .map(it => new TextDecoder().decode(it.bytes)).join('');
        assert.equal(finding.answer(shown).right, true, shown);
    });
});

test('3.4 in Chinese has Chinese feedback', async () => {
    await explore(exercise('3.4', 'zh-CN'), async (player, finding) => {
        assert.match(finding.answer('bash').says, /[\u4e00-\u9fff]/);
    });
});

test('a machine in which the kernel shows another answer is refused', async () => {
    const broken = exercise('3.4');
    broken.finds = 'echo bash';
    await assert.rejects(explore(broken, () => {}), /the machine shows "bash"/);
    broken.setup = 'false';
    await assert.rejects(explore(broken, () => {}), /Code/);
});
