// Licences of the packages in the machine of the page, and their sources.

import fs from 'node:fs';
import path from 'node:path';

/**
 * Packages of one folder of papers, as `vm/apt SUITE papers` writes it:
 * `[{name, source, version, text}]`. Throws an error that names a package
 * without a licence or a source.
 */
export function packages(papers) {
    const folders = fs.readdirSync(papers, { withFileTypes: true }).filter(it => it.isDirectory());
    return folders.map(({ name }) => {
        const read = file => fs.readFileSync(path.join(papers, name, file), 'utf8');
        const [source, version] = read('source').trim().split(' ');
        const text = read('copyright');
        if (!version || !text) throw new Error(`the package ${name} has no licence or no source`);
        return { name, source, version, text };
    });
}

/** Returns the licences that a Debian copyright file names, each once. */
export function names(text) {
    const lines = text.matchAll(/^License: *(\S.*)$/gm);
    return [...new Set([...lines].map(it => it[1].trim()))].join(', ') || 'see its text';
}
