// Pictures of the pages, for a person to look at.

import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { allPages, fileAddress } from './book.js';
import { launch, openTab } from './browser.js';

const SCREENS = [
    { width: 360, height: 740, colorScheme: 'light' },
    { width: 1280, height: 900, colorScheme: 'dark' },
];

test('each page has its picture, as a phone and a desk show it', async () => {
    const folder = process.env.BOOK_SCREENS;
    fs.rmSync(folder, { recursive: true, force: true });
    const browser = await launch();
    for (const { width, height, colorScheme } of SCREENS) {
        const page = await openTab(browser, fileAddress(''),
            { viewport: { width, height }, colorScheme, isMobile: width < 500 });
        for (const name of allPages().filter(it => !it.endsWith('print.html'))) {
            await page.goto(fileAddress(name));
            await page.screenshot({ path: path.join(folder, `${width}`, `${name}.png`) });
        }
    }
    await browser.close();
});
