// The explorer over a graph of which only a part can be read at once.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { binary } from '../../tests/common/server.mjs';
import { pages } from '../browser.mjs';

const ENTITIES = 1200;
const folder = mkdtempSync(join(tmpdir(), 'relata-large-'));
const loaded = spawnSync(binary, ['import', '-', '--data', folder], { input: facts() });
assert.equal(loaded.status, 0, `${loaded.stderr}`);
after(() => rmSync(folder, { recursive: true }));

const { visit } = pages(['--data', folder], '.empty h2');

/** Every entity borders that with half its number, and the first five border each other. */
function facts() {
  const numbers = Array.from({ length: ENTITIES }, (_, at) => at);
  const entity = (at) => ({ kind: 'entity', id: `c${at}`, type: 'Country', name: `Country ${at}` });
  const pairs = [...numbers.slice(1).map((at) => [at, at >> 1]), ...[1, 2, 3, 4].map((at) => [at, 0])];
  const border = ([source, target], at) => ({ kind: 'relationship', id: `b${at}`, type: 'BORDERS', source: `c${source}`, target: `c${target}` });
  return [...numbers.map(entity), ...pairs.map(border)].map((it) => JSON.stringify(it)).join('\n');
}

const told = (page, text) => page.locator('.notice > p', { hasText: text }).waitFor();
const overview = (page) => page.getByRole('button', { name: 'Show the best connected' }).click();

visit('an overview says how many of how many it shows, and shows more until all are there', '', {}, async (page) => {
  await overview(page);
  await told(page, /The 60 best connected of 1,200 entities, with 6\d of 1,203 relationships\./);
  for (const [next, text] of [['Show 250', 'The 250 best connected of 1,200 entities'], ['Show 750', 'The 750 best connected'], ['Show all', 'All 1,200 entities, with 1,203 relationships.']]) {
    await page.getByRole('button', { name: next }).click();
    await told(page, text);
  }
  await page.locator('#search').fill('country 1199');
  await page.locator('.hits [role=option]').first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('#details .expansion').waitFor();
  await page.waitForFunction(() => {
    const { x, y } = document.querySelector('.sigma').stage.at('c1199');
    const { clientWidth, clientHeight } = document.querySelector('.sigma');
    return x > 0 && y > 0 && x < clientWidth && y < clientHeight;
  });
});

visit('where even a few have more relationships than can be drawn, a sample of the newest is', '', {}, async (page) => {
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData().includes('query Degrees')) return route.continue();
    const response = await route.fetch();
    const json = await response.json();
    for (const it of json.data.entities.nodes) it.degree *= 100_000;
    return route.fulfill({ response, json });
  });
  await overview(page);
  await told(page, /A sample: the 12 best connected of 1,200 entities, each with its newest 60 relationships; shown are \d+ of 1,203 relationships\. Search for a name, or narrow the filters, to see more\./);
  assert.ok(await page.evaluate(() => document.querySelector('.sigma').stage.place('c0') !== null));
});
