// Folders that scripts of the site begin with.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** This repository. */
export const WORKSPACE = path.resolve(fileURLToPath(import.meta.url), '../../..');

/** Returns the cache folder, as vm/setup finds it. */
export function cacheFolder() {
    const { NAMESPACE_WORKSHOP_CACHE: own, XDG_CACHE_HOME: all, HOME: home } = process.env;
    return own || path.join(all || path.join(home, '.cache'), 'namespace-workshop');
}
