// Assembles the folder for a static host: the book, and in live/ the machine.
//
//     node assemble.mjs MACHINE BOOK SITE [SOURCES]
//
// MACHINE is the folder of a saved machine of the page, BOOK that of a book,
// SOURCES that of the source packages. SITE is replaced when all of the new one is
// there. Prints the bytes that the first press of Run fetches, if the host
// compresses what is not compressed yet.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

import { folderOf, hash, read, write } from './files.mjs';
import { cacheFolder, WORKSPACE } from './folders.mjs';
import { GROUPS, ROOT } from './groups.mjs';
import { putNotices } from './notices.mjs';

/** Version of machine.json: a page of another version does not use it. */
const FORMAT = 1;

/** Settings of zstd(1): most effort, and a window as large as v86's zstd takes. */
const ZSTD = ['--quiet', '--ultra', '-22', '--long=27', '--force'];

/** Compresses the state beside itself, once. */
function compressed(machine) {
    const file = path.join(machine, 'state.zst');
    if (!fs.existsSync(file)) {
        execFileSync('zstd', [...ZSTD, '-o', `${file}.new`, path.join(machine, 'state')]);
        fs.renameSync(`${file}.new`, file);
    }
    return fs.readFileSync(file);
}

/** Writes the state, and returns its entry of machine.json. */
function putState(machine, live) {
    const bytes = compressed(machine);
    const url = `state-${hash(bytes)}.zst`;
    write(path.join(live, url), bytes);
    const unpacked = fs.statSync(path.join(machine, 'state')).size;
    return { url, bytes: bytes.length, unpacked };
}

/** Writes a group, and returns its entries of machine.json. */
function putGroup(group, files, live) {
    const folder = folderOf(group, files);
    return files.map(({ name, bytes }) => {
        const url = `${folder}/${name}`;
        write(path.join(live, url), bytes);
        const gzip = zlib.gzipSync(bytes, { level: 9 }).length;
        return [`${group}/${name}`, { url, bytes: bytes.length, gzip }];
    });
}

function about(machine, files) {
    const text = name => fs.readFileSync(path.join(machine, name), 'utf8');
    return {
        format: FORMAT,
        ...JSON.parse(text('versions.json')),
        options: JSON.parse(text('options.json')),
        first_word: fs.readFileSync(path.join(machine, 'first-word')).toString('base64'),
        saved: fs.statSync(path.join(machine, 'state')).mtime.toISOString(),
        first_run: firstRun(files),
        files,
    };
}

/** Paths of all files in a folder. */
function listed(folder) {
    const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter(it => it.isFile());
    return files.map(it => path.relative(folder, path.join(it.parentPath ?? it.path, it.name))).sort();
}

/**
 * Assembles a site of groups of files, and of files at its top; `finish` adds to
 * its folder live/ what belongs to a machine. Returns what machine.json says.
 */
export function assemble({ machine, book, site, cache, groups, top, finish = () => {} }) {
    const folders = { machine, cache, workspace: WORKSPACE };
    const made = `${site}.new`;
    fs.rmSync(made, { recursive: true, force: true });
    fs.cpSync(book, made, { recursive: true });
    const live = path.join(made, 'live');
    const entries = Object.entries(groups).flatMap(
        ([group, places]) => putGroup(group, read(places, folders), live),
    );
    const files = { state: putState(machine, live), ...Object.fromEntries(entries) };
    for (const { name, bytes } of read(top, folders)) write(path.join(made, name), bytes);
    const said = about(machine, files);
    write(path.join(live, 'machine.json'), JSON.stringify(said, null, 1));
    finish(live, folders);
    const version = hash(...listed(made).map(file => `${file} ${hash(fs.readFileSync(path.join(made, file)))}`));
    write(path.join(live, 'version.js'), `self.siteVersion = '${version}';\n`);
    fs.rmSync(site, { recursive: true, force: true });
    fs.renameSync(made, site);
    return said;
}

/** Bytes that the first press of Run fetches: of the lessons the largest, and
    nothing of the exercises. */
function firstRun(all) {
    const sent = ({ bytes, gzip = bytes }) => Math.min(bytes, gzip);
    const files = Object.fromEntries(Object.entries(all)
        .filter(([name]) => !/\/(exercise|finding|prose)\b/.test(name)));
    const [lessons, others] = [true, false].map(is => Object.entries(files)
        .filter(([name]) => name.includes('/lesson-') === is).map(([, file]) => sent(file)));
    return others.reduce((sum, bytes) => sum + bytes, 0) + Math.max(0, ...lessons);
}

if (path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
    const [machine, book, site, sources] = process.argv.slice(2).map(it => path.resolve(it));
    if (!site) {
        console.error('usage: node assemble.mjs MACHINE BOOK SITE [SOURCES]');
        process.exit(2);
    }
    const finish = (live, folders) => putNotices(folders, path.join(live, 'licences'), sources);
    const said = assemble({
        machine, book, site, cache: cacheFolder(), groups: GROUPS, top: ROOT, finish,
    });
    console.log(said.first_run);
}
