// The folder of the site, and its server, without a machine: node --test

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { assemble } from './assemble.mjs';
import { names, packages, packagesOf } from './licences.mjs';
import { serve } from './serve.mjs';

const groups = { v86: [{ from: 'machine', path: '.', files: ['libv86.mjs', 'v86.wasm'] }] };
const top = [{ from: 'cache', path: '.', files: ['worker.js'] }];

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'site-'));
after(() => fs.rmSync(work, { recursive: true }));

/** Writes a small machine and a small book, and returns a site of them. */
function made(name, state = 'state') {
    const folder = path.join(work, name);
    const files = {
        'machine/state': state,
        'machine/first-word': '\0\x01',
        'machine/libv86.mjs': 'export class V86 {}\n',
        'machine/v86.wasm': '\0asm',
        'machine/options.json': '{"memory_size": 1}',
        'machine/versions.json': '{"v86": "0", "kernel": "1"}',
        'book/index.html': '<p>A book</p>',
        'book/course/page.js': 'book();\n'.repeat(1000),
        'worker.js': 'work();',
        'outside': 'nobody reads this',
    };
    for (const [file, text] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        fs.writeFileSync(path.join(folder, file), text);
    }
    const at = it => path.join(folder, it);
    const site = at('site');
    const said = assemble({ machine: at('machine'), book: at('book'), site, cache: folder, groups, top });
    return { site, said };
}

test('machine.json names every file, and a name changes with the contents', () => {
    const { site, said } = made('one');
    for (const { url, bytes } of Object.values(said.files)) {
        assert.equal(fs.statSync(path.join(site, 'live', url)).size, bytes, url);
    }
    assert.ok(fs.existsSync(path.join(site, 'worker.js')));
    assert.match(fs.readFileSync(path.join(site, 'live/version.js'), 'utf8'), /'[0-9a-f]{16}'/);
    assert.deepEqual(JSON.parse(fs.readFileSync(path.join(site, 'live/machine.json'))), said);
    const other = made('other', 'another state').said;
    assert.notEqual(other.files.state.url, said.files.state.url);
    assert.equal(other.files['v86/v86.wasm'].url, said.files['v86/v86.wasm'].url);
});

test('a file that is missing is named, and the old site stays', () => {
    const { site } = made('whole');
    fs.rmSync(path.join(site, '../machine/v86.wasm'));
    const folder = path.dirname(site);
    assert.throws(() => assemble({
        machine: path.join(folder, 'machine'), book: path.join(folder, 'book'), site, cache: folder, groups, top,
    }), /v86\.wasm/);
    assert.ok(fs.existsSync(path.join(site, 'live/machine.json')));
});

test('the server has types, compression, and nothing but the site', async () => {
    const { site, said } = made('served');
    const { address, close } = await serve(site, 0);
    try {
        const get = (at, options) => fetch(address + at, options);
        const wasm = await get(`live/${said.files['v86/v86.wasm'].url}`);
        assert.equal(wasm.headers.get('content-type'), 'application/wasm');
        assert.match(wasm.headers.get('cache-control'), /immutable/);
        const list = await get('live/machine.json');
        assert.equal(list.headers.get('cache-control'), 'no-cache');
        const script = await get('course/page.js');
        assert.equal(script.headers.get('content-encoding'), 'gzip');
        assert.ok(Number(script.headers.get('content-length')) < 1000);
        assert.equal((await script.text()).length, 8000);
        const state = await get(`live/${said.files.state.url}`);
        assert.equal(state.headers.get('content-encoding'), null);
        assert.equal(await (await get('')).text(), '<p>A book</p>');
        for (const at of ['nothing', '..%2foutside', '%2e%2e/outside', 'live']) {
            assert.equal((await get(at)).status, 404, at);
        }
        assert.equal((await get('%')).status, 400);
        assert.equal((await get('', { method: 'POST' })).status, 405);
    } finally {
        await close();
    }
});

test('each file of a machine is of a package with a licence and a source', () => {
    const papers = path.join(work, 'papers');
    const write = (file, text) => {
        fs.mkdirSync(path.dirname(path.join(papers, file)), { recursive: true });
        fs.writeFileSync(path.join(papers, file), text);
    };
    write('key', '');
    write('busybox/copyright', 'License: GPL-2\n text\n\nLicense: BSD\n\nLicense: GPL-2\n');
    write('busybox/source', 'busybox 1:1.37.0-6\n');
    write('busybox/files', './\n./usr/bin/busybox\n');
    write('unused/copyright', 'License: MIT\n');
    write('unused/source', 'unused 1\n');
    write('unused/files', './lib/unused.so.1\n');
    const all = packages(papers);
    const [busybox, ...others] = packagesOf(['usr/bin/busybox', 'bin/busybox'], all);
    assert.deepEqual(others, []);
    assert.equal(`${busybox.source}=${busybox.version}`, 'busybox=1:1.37.0-6');
    assert.equal(names(busybox.text), 'GPL-2, BSD');
    assert.throws(() => packagesOf(['usr/bin/stranger'], all), /stranger.*no package/);
    write('unused/copyright', '');
    assert.throws(() => packages(papers), /unused has no licence/);
    write('unused/copyright', 'License: MIT\n');
    write('unused/source', 'unused');
    assert.throws(() => packages(papers), /unused has no licence or no source/);
});
