// Reads the files of groups, and names folders by their contents.

import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const HASH_LENGTH = 16;

/** Returns the first digits of the hash of all parts. */
export function hash(...parts) {
    const sum = crypto.createHash('sha256');
    parts.forEach(part => sum.update(part));
    return sum.digest('hex').slice(0, HASH_LENGTH);
}

/**
 * Reads the files of a group: `[{name, bytes}]`. Throws an error with the path
 * of a file that is missing.
 */
export function read(places, folders) {
    return places.flatMap(({ from, path: below, files }) => files.map(name => {
        const file = path.join(folders[from], below, name);
        return { name, bytes: fs.readFileSync(file) };
    }));
}

/** Returns the name of a group's folder. */
export function folderOf(group, files) {
    const parts = files.flatMap(({ name, bytes }) => [`${name} ${bytes.length}\n`, bytes]);
    return `${group}-${hash(...parts)}`;
}

/** Writes a file, and the folders above it. */
export function write(file, bytes) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, bytes);
}
