// What a page with a machine fetches, keeps, and does without a network.

import assert from 'node:assert/strict';
import channel from 'node:diagnostics_channel';
import { after, before, test } from 'node:test';

import { Lesson, launch, machine, serveSite } from './lesson.js';

/** Third generation of mobile networks, as browsers' tools know it. */
const SLOW = { offline: false, latency: 400, downloadThroughput: 400_000 / 8, uploadThroughput: 400_000 / 8 };

let browser;
let site;
before(async () => {
    browser = await launch();
    site = await serveSite();
});
after(async () => {
    await browser.close();
    await site.close();
});

/** Paths that the server is asked for from now on. */
function asked() {
    const all = [];
    channel.subscribe('http.server.request.start', ({ request }) => all.push(request.url));
    return all;
}

test('nothing of the machine is asked for before the first Run', async () => {
    const lesson = await Lesson.open(browser, site.address, 'index.html');
    const all = asked();
    await lesson.tab.goto(`${site.address}chapter-3.html`);
    await lesson.tab.mouse.wheel(0, 4000);
    assert.deepEqual(all.filter(it => it.includes('/live/') || it.includes('offline')), []);
    assert.ok(all.length > 5);
    await lesson.close();
});

test('the second visit asks for nothing, and needs no network', async () => {
    const lesson = await Lesson.open(browser, site.address);
    await lesson.run(0);
    await lesson.kept();
    const sent = asked();
    await lesson.tab.reload();
    await lesson.run(0);
    const own = ['/offline.js', '/live/version.js'];
    assert.deepEqual(sent.filter(it => !own.includes(it)), []);

    await lesson.tab.context().setOffline(true);
    await lesson.tab.reload();
    await lesson.run(1);
    assert.deepEqual(await lesson.differences(), []);
    const answer = await lesson.tab.goto(`${site.address}chapter-5.html`);
    assert.equal(answer.status(), 503);
    assert.match(await lesson.tab.locator('body').textContent(), /not visited before/);
    await lesson.close();
});

test('a slow network shows how much has come', async () => {
    const lesson = await Lesson.open(browser, site.address);
    const wire = await lesson.tab.context().newCDPSession(lesson.tab);
    await wire.send('Network.emulateNetworkConditions', SLOW);
    await lesson.tab.locator('.live > .live-run').first().click();
    const values = () => lesson.tab.waitForFunction(
        least => document.querySelector('.live-progress')?.value > least
            && document.querySelector('.live-progress').value,
        lesson.seen ?? 0).then(it => it.jsonValue());
    lesson.seen = await values();
    const later = await values();
    assert.ok(later > lesson.seen);
    const all = await lesson.tab.locator('.live-progress').getAttribute('max');
    assert.ok(Number(all) >= machine().files.state.bytes);
    await wire.send('Network.emulateNetworkConditions',
        { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
    await lesson.ready();
    assert.ok(await lesson.tab.locator('.live-progress').isHidden());
    assert.deepEqual(lesson.faults, []);
    await lesson.close();
});

test('a network that breaks is named, and the next press goes on', async () => {
    const lesson = await Lesson.open(browser, site.address);
    await lesson.tab.route('**/*.zst', route => route.abort());
    await lesson.tab.locator('.live > .live-run').first().click();
    await lesson.tab.locator('.live-said', { hasText: 'Linux did not start' }).waitFor();
    assert.equal(await lesson.tab.locator('.live-panel').count(), 0);
    await lesson.tab.unroute('**/*.zst');
    await lesson.start();
    assert.equal(await lesson.tab.locator('.live-said').textContent(), '');
    await lesson.close();
});
