// Prints the source packages that belong to a machine of the page, as apt-get names
// them: SOURCE=VERSION, without the kernel's.
//
//     node sources.mjs MACHINE

import path from 'node:path';

import { cacheFolder, WORKSPACE } from './folders.mjs';
import { parts } from './notices.mjs';

const machine = path.resolve(process.argv[2]);
const all = parts({ machine, cache: cacheFolder(), workspace: WORKSPACE });
const sources = all.map(it => it.source).filter(it => it?.includes('='));
console.log([...new Set(sources)].join('\n'));
