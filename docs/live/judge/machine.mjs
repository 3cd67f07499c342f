// A machine of the page under Node, as --machine page restores it.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const cache = process.env.NAMESPACE_WORKSHOP_CACHE
    ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'namespace-workshop');

/** Folder of the page's files in the cache. */
export const parts = path.join(cache, 'page');

/** Returns the folder of the machine that was saved last. */
function saved() {
    const all = path.join(parts, 'machines');
    const folders = fs.readdirSync(all)
        .map(name => path.join(all, name))
        .filter(folder => fs.existsSync(path.join(folder, 'about')));
    const made = folder => fs.statSync(path.join(folder, 'about')).mtimeMs;
    return folders.sort((one, other) => made(other) - made(one))[0];
}

/** Starts a machine. `hear` gets its bytes. */
export function start(hear) {
    const folder = saved();
    const node = spawn(process.execPath, [path.join(folder, 'machine.mjs'), 'restore', folder],
        { stdio: ['pipe', 'pipe', 'ignore'] });
    node.stdout.on('data', hear);
    node.stdin.on('error', () => {});
    return {
        pid: node.pid,
        ended: new Promise(ended => node.on('exit', ended)),
        send: bytes => node.stdin.write(bytes),
        end: () => node.kill(),
    };
}
