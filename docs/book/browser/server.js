// A static server of the book, with a policy that allows no other host, and no
// script in a page's text.

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

import { folder } from './book.js';

const TYPES = {
    '.css': 'text/css',
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.png': 'image/png',
    '.svg': 'image/svg+xml',
};

const POLICY = "default-src 'none'; img-src 'self' data:; frame-src 'self'; "
    + "style-src 'self' 'unsafe-inline'; script-src 'self'";

function answer(request, response) {
    const { pathname } = new URL(request.url, 'http://book');
    const name = path.join(folder, decodeURIComponent(pathname));
    const file = name.endsWith('/') ? `${name}index.html` : name;
    if (!file.startsWith(folder) || !fs.existsSync(file)) {
        response.writeHead(404).end();
        return;
    }
    const body = fs.readFileSync(file);
    const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
    response.setHeader('Content-Type', type);
    if (type === 'text/html') {
        response.setHeader('Content-Security-Policy', POLICY);
    }
    response.end(body);
}

/** Serves the book at an address that ends with a slash. */
export async function serve() {
    const server = http.createServer(answer);
    await new Promise(listens => server.listen(0, '127.0.0.1', listens));
    return {
        address: `http://127.0.0.1:${server.address().port}/`,
        close: () => new Promise(closed => {
            server.close(closed);
            server.closeAllConnections();
        }),
    };
}
