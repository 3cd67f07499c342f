// Chromium without a window, and pages that write down what goes wrong.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.env.BROWSER_PACKAGES, 'package.json'));
const { chromium } = require('playwright-core');

/** Milliseconds after which something that should happen did not. */
const TIMEOUT = 15_000;

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Brings `window.axe`, which looks for barriers, into a page: no policy of the
    page counts for that. */
export function addAxe(page) {
    return page.evaluate(`${AXE}; undefined`);
}

export function launch() {
    return chromium.launch({ executablePath: process.env.CHROMIUM });
}

/** Opens a tab in a context of its own, whose storage is empty. */
export async function openTab(browser, home, options = {}) {
    const { before, ...settings } = options;
    const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        reducedMotion: 'reduce',
        ...settings,
    });
    context.setDefaultTimeout(TIMEOUT);
    const page = await context.newPage();
    page.faults = faultsOf(page, home);
    await before?.(page);
    return page;
}

/** Opens a page in a tab of its own. */
export async function openPage(browser, address, options) {
    const page = await openTab(browser, address, options);
    await page.goto(address);
    return page;
}

/** A list that grows with each error, and with each request that failed or
    went elsewhere than to the book. */
function faultsOf(page, address) {
    const faults = [];
    const { origin, protocol } = new URL(address);
    const home = protocol === 'file:' ? 'file://' : origin;
    page.on('console', message => {
        if (['error', 'warning'].includes(message.type())) {
            faults.push(`console: ${message.text()}`);
        }
    });
    page.on('pageerror', error => faults.push(`script: ${error.message}`));
    page.on('requestfailed', request => {
        // Who leaves a page early aborts what it still waits for.
        if (request.failure().errorText !== 'net::ERR_ABORTED') {
            faults.push(`failed: ${request.url()}`);
        }
    });
    page.on('response', response => {
        if (response.status() >= 400) {
            faults.push(`${response.status()}: ${response.url()}`);
        }
    });
    page.on('request', request => {
        if (!request.url().startsWith(home) && !request.url().startsWith('data:')) {
            faults.push(`elsewhere: ${request.url()}`);
        }
    });
    return faults;
}
