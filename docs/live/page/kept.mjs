// Keeps the files in the browser's cache: a second visit needs no network.
//
// Files below live/ have names with their hashes, and are in one cache. Pages are
// kept by the service worker (offline.js), for each version of the site anew.

/** Name of the cache; offline.js has it, too. */
const CACHE = 'live';

const TYPES = { mjs: 'text/javascript', wasm: 'application/wasm', json: 'application/json', css: 'text/css' };

/** Returns the cache, or `null` where a browser has none or forbids it. */
export async function openCache() {
    try {
        return await caches.open(CACHE);
    } catch {
        return null;
    }
}

/** Keeps bytes; a browser without room forgets. */
export async function keep(cache, address, bytes) {
    const type = TYPES[address.split('.').pop()] ?? 'application/octet-stream';
    try {
        await cache?.put(address, new Response(bytes, { headers: { 'Content-Type': type } }));
    } catch {
        // Fetched again at the next visit.
    }
}

/** Starts the service worker, and tells it what this page is made of. `files`
    are the addresses of the machine's files: no other stays in the cache. The
    scripts among them are kept by their names, as the page does not see what its
    worker loads. */
export async function keepPage(top, files) {
    if (!navigator.serviceWorker) {
        return;
    }
    try {
        await navigator.serviceWorker.register(new URL('offline.js', top));
        const { active } = await navigator.serviceWorker.ready;
        const loaded = performance.getEntriesByType('resource').map(it => it.name);
        const scripts = files.filter(it => it.endsWith('.mjs'));
        const pages = [location.href, ...loaded, ...scripts].map(it => it.split('#')[0]);
        active.postMessage({ keep: [...new Set(pages)], files });
    } catch {
        // Not kept: the page works all the same.
    }
}
