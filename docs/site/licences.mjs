// Licences of the machine in the page, and the sources that belong to it: each
// file of the machine is from a package, which has both.

import fs from 'node:fs';
import path from 'node:path';

/**
 * Packages of one folder of papers, as `vm/apt SUITE papers` writes it:
 * `[{name, source, version, text, files}]`. Throws an error that names a package
 * without a licence or a source.
 */
export function packages(papers) {
    const folders = fs.readdirSync(papers, { withFileTypes: true }).filter(it => it.isDirectory());
    return folders.map(({ name }) => {
        const read = file => fs.readFileSync(path.join(papers, name, file), 'utf8');
        const [source, version] = read('source').trim().split(' ');
        const text = read('copyright');
        if (!version || !text) throw new Error(`the package ${name} has no licence or no source`);
        const files = read('files').split('\n').map(plain);
        return { name, source, version, text, files };
    });
}

/** Returns a path as it is in both kinds of Debian: with a merged /usr, and without. */
function plain(file) {
    return file.replace(/^\.?\//, '').replace(/^usr\//, '');
}

/**
 * Returns the packages that files of a machine are from. `files` are paths in a
 * tree of packages. Throws an error that names a file of no package.
 */
export function packagesOf(files, all) {
    const owners = new Map(all.flatMap(it => it.files.map(file => [file, it])));
    const found = files.map(file => {
        const owner = owners.get(plain(file));
        if (!owner) throw new Error(`${file} is in the machine, and in no package with a licence`);
        return owner;
    });
    return [...new Set(found)].sort((a, b) => a.name.localeCompare(b.name));
}

/** Returns the licences that a Debian copyright file names, each once. */
export function names(text) {
    const lines = text.matchAll(/^License: *(\S.*)$/gm);
    return [...new Set([...lines].map(it => it[1].trim()))].join(', ') || 'see its text';
}
