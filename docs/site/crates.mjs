// Licences of the crates that programs of this workspace are built of.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Crates that run on this computer alone. */
const HERE = ['harness', 'reader', 'book', 'features', 'exercise-programs'];

/** Names of files with the terms of a crate. */
const TERMS = /^(licen[cs]e|copying|copyright|notice|unlicense)/i;

/** Returns the ids of packages and of all that is linked into their programs. */
function linked(metadata, roots) {
    const nodes = new Map(metadata.resolve.nodes.map(it => [it.id, it]));
    const found = new Set();
    const rest = [...roots];
    while (rest.length > 0) {
        const id = rest.pop();
        if (found.has(id)) continue;
        found.add(id);
        for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) {
            if (kinds.some(it => it.kind === null)) rest.push(pkg);
        }
    }
    return found;
}

/**
 * Returns the crates: `[{name, version, licence, text}]`, in the order of their
 * names. Throws an error that names a crate without a licence.
 */
export function crates(workspace, target) {
    const words = ['metadata', '--format-version=1', '--locked', `--filter-platform=${target}`];
    const said = execFileSync('cargo', words, { cwd: workspace, maxBuffer: 1 << 28 });
    const metadata = JSON.parse(said);
    const own = new Set(metadata.workspace_members);
    const roots = metadata.packages.filter(it => own.has(it.id) && !HERE.includes(it.name));
    const ids = linked(metadata, roots.map(it => it.id));
    const outside = metadata.packages.filter(it => ids.has(it.id) && !own.has(it.id));
    return outside.map(({ name, version, license, manifest_path: manifest }) => {
        const folder = path.dirname(manifest);
        const terms = fs.readdirSync(folder).filter(it => TERMS.test(it)).sort()
            .filter(it => fs.statSync(path.join(folder, it)).isFile());
        const text = terms.map(it => fs.readFileSync(path.join(folder, it), 'utf8')).join('\n\n');
        if (!license) throw new Error(`the crate ${name} ${version} has no licence`);
        return { name, version, licence: license, text };
    }).sort((a, b) => a.name.localeCompare(b.name));
}
