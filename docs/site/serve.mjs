// Serves the folder of a site on this computer, as a static host would.
//
//     node serve.mjs SITE [PORT]

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

const PORT = 8000;

const TYPES = {
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.json': 'application/json',
    '.mjs': 'text/javascript; charset=utf-8',
    '.png': 'image/png',
    '.svg': 'image/svg+xml',
    '.txt': 'text/plain; charset=utf-8',
    '.wasm': 'application/wasm',
    '.webmanifest': 'application/manifest+json',
    '.woff2': 'font/woff2',
};

/** Types that are compressed already. */
const PACKED = ['.png', '.woff2', '.zst', '.xz', '.gz'];

/** Names with a hash of the contents: no browser asks for them twice. */
const FOR_EVER = /^live\/[a-z0-9]+-[0-9a-f]{16}[./]/;

/** Returns the file for a path of a request, or nothing if the site has none. */
function find(site, pathname) {
    const name = decodeURIComponent(pathname).slice(1);
    const file = path.join(site, name.endsWith('/') || name === '' ? `${name}index.html` : name);
    if (!file.startsWith(site + path.sep)) return undefined;
    return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}

function answer(site, request, response) {
    let file;
    try {
        file = find(site, new URL(request.url, 'http://site').pathname);
    } catch {
        response.writeHead(400).end();
        return;
    }
    if (!file || !['GET', 'HEAD'].includes(request.method)) {
        response.writeHead(file ? 405 : 404).end();
        return;
    }
    const kind = path.extname(file);
    const name = path.relative(site, file);
    const headers = {
        'Content-Type': TYPES[kind] ?? 'application/octet-stream',
        'Cache-Control': FOR_EVER.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
        'X-Content-Type-Options': 'nosniff',
    };
    let body = fs.readFileSync(file);
    const takes = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    if (takes && !PACKED.includes(kind)) {
        body = zlib.gzipSync(body);
        headers['Content-Encoding'] = 'gzip';
    }
    headers['Content-Length'] = body.length;
    response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : body);
}

/**
 * Serves a folder to this computer alone; port 0 is any free one. Returns the
 * address, which ends with a slash, and `close`.
 */
export async function serve(folder, port) {
    const site = path.resolve(folder);
    const server = http.createServer((request, response) => answer(site, request, response));
    await new Promise((listens, fails) => {
        server.once('error', fails);
        server.listen(port, '127.0.0.1', listens);
    });
    return {
        address: `http://127.0.0.1:${server.address().port}/`,
        close: () => new Promise(closed => {
            server.close(closed);
            server.closeAllConnections();
        }),
    };
}

if (path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
    const [folder, port = PORT] = process.argv.slice(2);
    if (!folder || !fs.existsSync(path.join(folder, 'index.html'))) {
        console.error('usage: node serve.mjs SITE [PORT]');
        process.exit(2);
    }
    try {
        console.log((await serve(folder, Number(port))).address);
    } catch (error) {
        console.error(`listen(127.0.0.1:${port}): ${error.message}`);
        process.exit(69);
    }
}
