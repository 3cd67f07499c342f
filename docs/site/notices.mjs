// Writes what has to stand beside the machine's binaries: the licences of all that
// is in it, how it was built, and its sources or a warning that they are missing.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { crates } from './crates.mjs';
import { write } from './files.mjs';
import { names, packages, packagesOf } from './licences.mjs';

/** Target of the programs in the machine. */
const TARGET = 'i686-unknown-linux-gnu';

/** Package with the code that a machine has begun with, in its memory still. */
const FIRMWARE = 'seabios';

/**
 * Packages whose code is linked into the course's programs: the C library is the
 * machine's own, too.
 */
const LINKED = ['libc6', 'libgcc-s1'];

/** Source packages that need not stand beside: the GCC Runtime Library Exception. */
const WITHOUT_SOURCE = ['gcc-14'];

/** Packages of npm that the pages load. */
const SCRIPTS = ['v86', '@xterm/xterm'];

const RUST = `Rust's standard library: Copyright (c) The Rust Project Contributors. It
is licensed under the Apache License, Version 2.0, or the MIT license, at your
option, as the crates of this list are that say "MIT OR Apache-2.0".
`;

const LINUX = `Linux is licensed under the GNU General Public License, version 2 only, with
the note that programs which use it by system calls are no derived works of it:
see COPYING and LICENSES in its source.
`;

/** The licence's text, which every Debian has. */
const GPL = '/usr/share/common-licenses/GPL-2';

const escape = text => text.replace(/[&<>"]/g, it => `&#${it.charCodeAt(0)};`);

/** Collects all parts: `[{name, version, licence, text, source?}]`. */
export function parts({ machine, cache, workspace }) {
    const page = path.join(cache, 'page');
    const read = (...names) => fs.readFileSync(path.join(...names), 'utf8');
    const all = packages(path.join(page, 'papers'));
    const own = read(page, 'userland/stand-ins').trim().split('\n');
    const files = read(machine, 'userland').trim().split('\n')
        .filter(it => !own.includes(path.basename(it)));
    const more = all.filter(it => [FIRMWARE, ...LINKED].includes(it.name));
    const used = [...new Set([...packagesOf(files, all), ...more])];
    const programs = used.map(({ name, source, version, text }) => (
        {
            name,
            version,
            licence: names(text),
            text,
            source: WITHOUT_SOURCE.includes(source) ? undefined : `${source}=${version}`,
        }
    ));
    const [kernel, version] = read(page, 'kernel/package').trim().split(' ');
    const linux = {
        name: 'linux',
        version,
        licence: 'GPL-2.0 WITH Linux-syscall-note',
        text: `${LINUX}\n${read(GPL)}`,
        source: kernel,
    };
    const scripts = SCRIPTS.map(name => {
        const folder = path.join(page, 'emulator/node_modules', name);
        const { version, license: licence } = JSON.parse(read(folder, 'package.json'));
        return { name, version, licence, text: read(folder, 'LICENSE') };
    });
    const rust = { name: 'rust', version: '', licence: 'MIT OR Apache-2.0', text: RUST };
    return [linux, ...programs, ...scripts, rust, ...crates(workspace, TARGET)];
}

/** Writes this repository's files, without what git ignores, as an archive. */
function pack(workspace, to) {
    const words = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const files = execFileSync('git', words, { cwd: workspace }).toString().split('\0');
    const there = files.filter(it => it && fs.existsSync(path.join(workspace, it)));
    const options = ['--sort=name', '--owner=0', '--group=0', '--null', '-T', '-'];
    execFileSync('tar', ['-czf', to, ...options], { cwd: workspace, input: there.join('\0') });
}

function row(part, file, sources) {
    const source = !part.source ? '' : sources ? 'sources/' : part.source;
    const cells = [part.name, part.version, part.licence].map(it => `<td>${escape(it)}</td>`);
    const shown = sources && source ? `<a href="${source}">${escape(part.source)}</a>` : escape(source);
    const text = part.text ? `<a href="${file}">text</a>` : '';
    return `<tr>${cells.join('')}<td>${text}</td><td>${shown}</td></tr>`;
}

function html(rows, sources) {
    const warning = '<p><strong>The sources are not in this folder. It must not be '
        + 'published alone: the GPL wants them beside the machine. '
        + '<code>just web --sources</code> puts them here.</strong></p>';
    return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Licences of the machine in the page</title>
<h1>Licences of the machine in the page</h1>
<p>The saved machine contains all of these, compiled. <a href="kernel.config">kernel.config</a>
and <a href="course.tar.gz">the course's own sources</a>, with the scripts that build
everything (<code>just web</code>), belong to them.</p>
${sources ? '' : warning}
<table>
<tr><th>Part</th><th>Version</th><th>Licence</th><th></th><th>Source package</th></tr>
${rows.join('\n')}
</table>
</html>
`;
}

/**
 * Writes the notices into a folder. `sources` is a folder with the source
 * packages, or nothing. Returns the parts.
 */
export function putNotices(folders, to, sources) {
    const all = parts(folders);
    const rows = all.map(part => {
        const file = `texts/${part.name}-${part.version}.txt`.replace(/[^\w./+-]/g, '_');
        if (part.text) write(path.join(to, file), part.text);
        return row(part, file, sources);
    });
    write(path.join(to, 'index.html'), html(rows, sources));
    fs.cpSync(path.join(folders.cache, 'page/kernel/config'), path.join(to, 'kernel.config'));
    pack(folders.workspace, path.join(to, 'course.tar.gz'));
    if (sources) fs.cpSync(sources, path.join(to, 'sources'), { recursive: true });
    return all;
}
