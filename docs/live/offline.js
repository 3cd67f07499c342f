'use strict';

/* The service worker: after the first Run, pages that were visited and the
   machine's files need no network. Pages are kept for one version of the site;
   files below live/ have their hashes in their names, and stay.

   version.js sets `siteVersion`. The browser looks for another one by itself. */

importScripts('live/version.js');

const PAGES = `pages-${self.siteVersion}`;
const FILES = 'live';

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('activate', event => event.waitUntil((async () => {
    for (const name of await caches.keys()) {
        if (name.startsWith('pages-') && name !== PAGES) {
            await caches.delete(name);
        }
    }
    await self.clients.claim();
})()));

/** Whether a file's name has its hash. */
function isImmutable(url) {
    return /\/live\/[^/]+-[0-9a-f]{8,}(\.|\/)/.test(url.pathname);
}

async function keep(addresses) {
    for (const address of addresses) {
        const url = new URL(address);
        if (url.origin !== self.location.origin) {
            continue;
        }
        const cache = await caches.open(isImmutable(url) ? FILES : PAGES);
        if (!await cache.match(address)) {
            // The page has just had it: the browser need not ask again.
            const answer = await fetch(address, { cache: 'force-cache' });
            if (answer.ok) {
                await cache.put(address, answer);
            }
        }
    }
}

/** Removes files of older machines. */
async function forgetAllBut(files) {
    const cache = await caches.open(FILES);
    for (const { url } of await cache.keys()) {
        if (!files.includes(url)) {
            await cache.delete(url);
        }
    }
}

self.addEventListener('message', event => event.waitUntil(
    keep(event.data.keep).then(() => forgetAllBut(event.data.files))));

const OFFLINE = '<!DOCTYPE html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    + '<title>Offline</title><p>There is no network, and this page was not visited before. '
    + 'Pages that were visited open without one.</p>'
    + '<p lang="zh-CN">没有网络，这一页以前也没有打开过。打开过的页面没有网络也能看。</p>';

async function answer(request) {
    const url = new URL(request.url);
    const cache = await caches.open(isImmutable(url) ? FILES : PAGES);
    const kept = await cache.match(request, { ignoreSearch: request.mode === 'navigate' });
    if (kept) {
        return kept;
    }
    try {
        const fresh = await fetch(request);
        if (fresh.ok && fresh.type === 'basic') {
            await cache.put(request, fresh.clone()).catch(() => {});
        }
        return fresh;
    } catch (error) {
        if (request.mode === 'navigate') {
            return new Response(OFFLINE, { status: 503, headers: { 'Content-Type': 'text/html' } });
        }
        throw error;
    }
}

self.addEventListener('fetch', event => {
    const { method, url } = event.request;
    const { origin, pathname } = new URL(url);
    // Who asks for the worker itself asks for a newer one.
    const own = pathname.endsWith('/offline.js') || pathname.endsWith('/version.js');
    if (method === 'GET' && origin === self.location.origin && !own) {
        event.respondWith(answer(event.request));
    }
});
