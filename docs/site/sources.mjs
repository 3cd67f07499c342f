// Prints the source packages that belong to the machine of the page, as apt-get
// names them: SOURCE=VERSION, without the kernel's.

import { cacheFolder, WORKSPACE } from './folders.mjs';
import { parts } from './notices.mjs';

const all = parts({ cache: cacheFolder(), workspace: WORKSPACE });
const sources = all.map(it => it.source).filter(it => it?.includes('='));
console.log([...new Set(sources)].join('\n'));
