// The explorer over ships and harbors, an ontology that it has never heard of.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { binary } from '../../tests/common/server.mjs';
import { pages } from '../browser.mjs';

const folder = mkdtempSync(join(tmpdir(), 'relata-explorer-'));
const here = (name) => new URL(`data/${name}`, import.meta.url).pathname;
const loaded = spawnSync(binary, ['import', here('harbors.jsonl'), '--data', folder, '--ontology', here('harbors.graphql')]);
assert.equal(loaded.status, 0, `${loaded.stderr}`);
after(() => rmSync(folder, { recursive: true }));

const { visit: open } = pages(['--data', folder], '.empty h2');
const visit = (name, steps, options = {}) => open(name, options.path ?? '', options, steps);

const button = (page, name) => page.getByRole('button', { name, exact: true });
const details = (page) => page.locator('#details');
const notice = (page) => page.locator('.notice > p');

/** Types into a search box and takes the first that is found. */
async function pick(page, text, box = '#search') {
  await page.locator(box).fill(text);
  await page.locator('.hits [role=option]').first().waitFor();
  await page.keyboard.press('Enter');
}

async function expand(page, text) {
  await pick(page, text);
  await button(page, 'Expand').click();
  await notice(page).filter({ hasText: 'new entit' }).waitFor();
}

/** The whole graph on the board. */
async function everything(page) {
  await button(page, 'Show the best connected').click();
  await notice(page).filter({ hasText: /7 best connected of 12 entities, with 10 relationships/ }).waitFor();
}

/** Where an entity is drawn on the page; its camera must have come to rest. */
async function at(page, id) {
  const read = () => page.evaluate((it) => {
    const container = document.querySelector('.sigma');
    const { left, top } = container.getBoundingClientRect();
    const { x, y } = container.stage.at(it);
    return { x: left + x, y: top + y };
  }, id);
  let place = await read();
  for (;;) {
    await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
    const next = await read();
    if (next.x === place.x && next.y === place.y) return next;
    place = next;
  }
}

/** Clicks farther and farther above an entity until its loop is met. */
async function clickLoop(page, id, name) {
  const { x, y } = await at(page, id);
  for (let up = 16; up < 60; up += 3) {
    await page.mouse.click(x, y - up);
    if (await details(page).locator('h2', { hasText: name }).isVisible()) return;
  }
  assert.fail(`no loop above ${id}`);
}

const places = (page, ids) => page.evaluate((all) => all.map((id) => document.querySelector('.sigma').stage.place(id)), ids);

async function download(page, name) {
  await button(page, 'Export').click();
  const [file] = await Promise.all([page.waitForEvent('download'), button(page, name).click()]);
  assert.equal(file.suggestedFilename(), `relata.${name.toLowerCase()}`);
  return readFileSync(await file.path());
}

/** The query that GraphiQL is handed by the last link of this name within an element. */
async function graphql(within) {
  const href = await within.getByRole('link', { name: 'Show GraphQL' }).last().getAttribute('href');
  assert.match(href, /^graphiql\?/);
  const params = new URLSearchParams(href.slice(href.indexOf('?')));
  return { query: params.get('query'), variables: JSON.parse(params.get('variables') ?? '{}') };
}

visit('an empty board says how large the graph is, and where to begin', async (page) => {
  assert.match(await page.locator('.empty').innerText(), /12 entities, 10 relationships, 15 pieces of evidence/);
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'search');
});

for (const [text, name] of [['northern', 'Northern Star'], ['Северная', 'Northern Star'], ['نجم', 'Northern Star'], ['الوردة', 'Rose'], ['Nothern', 'Northern Star']]) {
  visit(`a search for “${text}” finds ${name}`, async (page) => {
    await page.locator('#search').fill(text);
    await page.locator('.hits [role=option]', { hasText: name }).waitFor();
    assert.match((await graphql(page.locator('.hits'))).query, /search\(text: \$text/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await details(page).getByRole('heading', { name }).waitFor();
  });
}

visit('a search without a find says so', async (page) => {
  await page.locator('#search').fill('zzzzqqqq');
  await page.getByText('Nothing is named like').waitFor();
});

visit('an entity shows its properties, and counts by type and direction before it is expanded', async (page) => {
  await pick(page, 'northern');
  await details(page).getByRole('table').waitFor();
  const rows = await details(page).locator('tbody tr').allInnerTexts();
  assert.deepEqual(rows.map((it) => it.replace(/\s+/g, ' ').trim()), ['→ calls at 4 –', '→ owned by 1 –', '↔ meets 1 –']);
  assert.match(await details(page).locator('.properties').innerText(), /imo\s+9074729\s+tons\s+31,500/);
  assert.match(await details(page).innerText(), /also Северная звезда, نجم الشمال/);
  const { query, variables } = await graphql(details(page));
  assert.match(query, /propertiesJson/);
  assert.match(query, /out_CALLS_AT: degree/);
  assert.equal(variables.id, 'vessel:star');
});

visit('only the chosen types are expanded, up to a limit', async (page) => {
  await pick(page, 'northern');
  await details(page).getByLabel('owned by, outgoing').uncheck();
  await details(page).getByLabel('meets, in both directions').uncheck();
  await button(page, 'Expand').click();
  await notice(page).filter({ hasText: '1 new entity, 4 relationships.' }).waitFor();
  assert.match((await graphql(page.locator('.notice'))).query, /outgoing: relationships\(types: \[CALLS_AT\], direction: OUT/);
});

visit('an expansion moves nothing that stands; it is undone and done again', async (page) => {
  await expand(page, 'northern');
  const ids = ['vessel:star', 'harbor:baku', 'firm:owner', 'vessel:rose'];
  const before = await places(page, ids);
  await expand(page, 'الوردة');
  assert.deepEqual(await places(page, ids), before);
  await page.getByRole('button', { name: 'Undo: expand Rose' }).click();
  await page.getByRole('button', { name: 'Redo: expand Rose' }).waitFor();
  await page.waitForFunction(() => !document.querySelector('.sigma').stage.place('harbor:aktau'));
  await page.keyboard.press('Control+Shift+Z');
  await page.getByRole('button', { name: 'Undo: expand Rose' }).waitFor();
  assert.deepEqual(await places(page, ids), before);
});

visit('an expansion is collapsed, and an entity removed', async (page) => {
  await expand(page, 'northern');
  await button(page, 'Collapse 3').click();
  await page.waitForFunction(() => !document.querySelector('.sigma').stage.place('harbor:baku'));
  assert.deepEqual((await places(page, ['vessel:star', 'harbor:baku'])).map(Boolean), [true, false]);
  await button(page, 'Remove').click();
  await page.locator('.empty h2').waitFor();
});

visit('an entity is dragged, and nothing else moves', async (page) => {
  await expand(page, 'northern');
  const [star, harbor] = await places(page, ['vessel:star', 'harbor:baku']);
  const from = await at(page, 'harbor:baku');
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 40, from.y + 60, { steps: 4 });
  await page.mouse.up();
  await page.getByRole('button', { name: 'Undo: move' }).waitFor();
  const [starAfter, harborAfter] = await places(page, ['vessel:star', 'harbor:baku']);
  assert.deepEqual(starAfter, star);
  assert.notDeepEqual(harborAfter, harbor);
});

visit('a click on a line shows who says so, and who says otherwise', async (page) => {
  await everything(page);
  const [a, b] = [await at(page, 'vessel:star'), await at(page, 'firm:owner')];
  await page.mouse.click((a.x + b.x) / 2, (a.y + b.y) / 2);
  await details(page).locator('.evidence li').first().waitFor();
  const text = await details(page).innerText();
  for (const part of [/1 origin \/ 3 mentions/, /disputed/, /said by\s+=HYPERLINK/, /credited source\s+Harbor Agency/, /read in\s+Report 1/, /date\s+2022-06-01/, /where\s+page 3/, /Statement 1/, /asserted/, /contradicts/, /“We do not own her”/, /since 2020/]) assert.match(text, part);
  assert.match((await graphql(details(page))).query, /query Evidence/);
});

visit('parallel relationships are one line with a count, each to be looked at', async (page) => {
  await expand(page, 'northern');
  const [a, b] = [await at(page, 'vessel:star'), await at(page, 'harbor:baku')];
  await page.locator('.sigma').focus();
  const reach = Math.hypot(b.x - a.x, b.y - a.y);
  for (const side of [-5, 5]) { // beside the dashed line lies the solid one
    await page.mouse.click((a.x + b.x) / 2 + (side * (b.y - a.y)) / reach, (a.y + b.y) / 2 - (side * (b.x - a.x)) / reach);
    const heading = await details(page).locator('h2').innerText();
    if (/and/.test(heading)) break;
  }
  assert.match(await details(page).innerText(), /3 relationships between/);
  await details(page).getByRole('button', { name: /calls at 2021-03/ }).click();
  await details(page).locator('.evidence li').nth(3).waitFor();
  await details(page).getByText('1 origin / 4 mentions').waitFor();
  assert.equal(await details(page).locator('.evidence li').count(), 4);
});

visit('lines are drawn dashed, dotted and red as the legend says', async (page) => {
  await everything(page);
  await page.getByRole('button', { name: 'Dismiss' }).click();
  const pattern = async (from, to) => {
    const [a, b] = [await at(page, from), await at(page, to)];
    const png = (await page.screenshot()).toString('base64');
    return page.evaluate(async ({ png, a, b }) => {
      const image = new Image();
      image.src = `data:image/png;base64,${png}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context.drawImage(image, 0, 0);
      const ground = context.getImageData(a.x + 2, 140, 1, 1).data;
      let [longest, run, runs, red] = [0, 0, 0, 0];
      const reach = Math.hypot(b.x - a.x, b.y - a.y);
      for (let along = 20; along < reach - 20; along += 0.5) {
        const [r, g, bl] = context.getImageData(Math.floor(a.x + ((b.x - a.x) * along) / reach), Math.floor(a.y + ((b.y - a.y) * along) / reach), 1, 1).data;
        const isOn = Math.abs(r - ground[0]) + Math.abs(g - ground[1]) + Math.abs(bl - ground[2]) > 60;
        run = isOn ? run + 0.5 : 0;
        if (run === 0.5) runs += 1;
        longest = Math.max(longest, run);
        if (isOn && r > 180 && g < 120) red += 1;
      }
      return { longest, runs, red };
    }, { png, a, b });
  };
  const [owned, met, possible, unsourced] = [
    await pattern('vessel:star', 'firm:owner'), await pattern('vessel:star', 'vessel:rose'),
    await pattern('vessel:gull', 'harbor:anzali'), await pattern('vessel:rose', 'harbor:aktau'),
  ];
  const all = JSON.stringify({ owned, met, possible, unsourced });
  assert.ok(owned.red > 40 && owned.longest > 20, all);
  assert.ok(met.red === 0 && met.longest > 25, all);
  assert.ok(possible.longest < 16 && possible.runs > 4, all);
  assert.ok(unsourced.longest < possible.longest && unsourced.runs > possible.runs, all);
});

visit('paths are found between two, as sentences, drawn and with their evidence', async (page) => {
  await button(page, 'Find paths').click();
  await pick(page, 'anzali', '#path-from');
  await pick(page, 'northern', '#path-to');
  await details(page).getByRole('button', { name: 'Find paths' }).click();
  await details(page).getByText('No way was found').waitFor();
  await details(page).getByLabel('only what is asserted').uncheck();
  await details(page).getByRole('button', { name: 'Find paths' }).click();
  await details(page).locator('.found').waitFor();
  const sentences = await details(page).locator('.found .sentence').allInnerTexts();
  assert.deepEqual(sentences.slice(0, 3), ['Gull calls at Anzali (possible, 1 origin)', 'Rose meets Gull (requested, 1 origin)', 'Northern Star meets Rose (2022-03-01, 1 origin)']);
  assert.deepEqual((await places(page, ['vessel:gull', 'vessel:rose'])).map(Boolean), [true, true]);
  const { query, variables } = await graphql(details(page));
  assert.match(query, /mode: K_SHORTEST/);
  assert.deepEqual([variables.from, variables.k, variables.maxHops], ['harbor:anzali', 3, 4]);
  await details(page).locator('.found .sentence').first().click();
  await details(page).locator('.evidence li').first().waitFor();
});

visit('paths keep to types, hops and a date', async (page) => {
  await button(page, 'Find paths').click();
  await pick(page, 'rose', '#path-from');
  await pick(page, 'northern', '#path-to');
  await details(page).getByLabel('Hops at most').selectOption('2');
  await details(page).getByText('Over relationships of any type').click();
  await details(page).getByLabel('calls at').check();
  await details(page).getByRole('button', { name: 'Find paths' }).click();
  await details(page).locator('.found').waitFor();
  assert.ok((await details(page).locator('.found .sentence').allInnerTexts()).every((it) => it.includes('calls at Baku')));
  await details(page).getByLabel('As of').fill('2019');
  await details(page).getByRole('button', { name: 'Find paths' }).click();
  await details(page).getByText('No way was found').waitFor();
  await details(page).getByText('Try with more than what is asserted, or with more hops, or over any type, or without a date.').waitFor();
  await pick(page, 'rose', '#path-to');
  await details(page).getByText('Both ends are the same entity').waitFor();
  assert.ok(await details(page).getByRole('button', { name: 'Find paths' }).isDisabled());
});

visit('filters by type, modality, confidence and date hide and show', async (page) => {
  await everything(page);
  await button(page, 'Table').click();
  const shown = (count) => page.getByRole('button', { name: `Relationships ${count}`, exact: true }).waitFor();
  await shown(10);
  await page.getByLabel('possible').uncheck();
  await shown(9);
  await page.getByLabel('owned by').uncheck();
  await shown(8);
  await page.locator('.lens').getByLabel('Harbor').uncheck();
  await shown(2);
  await page.getByRole('button', { name: 'Reset 3' }).click();
  await page.getByLabel(/Confidence at least/).fill('0.5');
  await shown(2);
  await page.getByRole('button', { name: 'Reset 1' }).click();
  await page.getByLabel('As of').fill('2021-03');
  await shown(4);
  await page.getByLabel('As of').fill('2021-3x');
  await page.getByRole('alert').filter({ hasText: 'Write 2024' }).waitFor();
});

visit('a brush over the histogram shows what held then, by pointer and by keys', async (page) => {
  await everything(page);
  await button(page, 'Table').click();
  const box = await page.locator('.bars').boundingBox();
  await page.mouse.move(box.x + 2, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.1, box.y + 20, { steps: 3 });
  await page.mouse.up();
  await page.locator('.time b', { hasText: '2020-01 –' }).waitFor();
  await page.getByRole('button', { name: 'Relationships 3', exact: true }).waitFor();
  await page.getByRole('slider', { name: 'To' }).press('End');
  await page.locator('.time b', { hasText: 'All times' }).waitFor();
});

visit('the table is sorted and walked by keys, and opens the evidence', async (page) => {
  await everything(page);
  await button(page, 'Table').click();
  for (const direction of ['ascending', 'descending']) {
    await page.getByRole('button', { name: 'Mentions' }).click();
    await page.locator(`th[aria-sort=${direction}]`, { hasText: 'Mentions' }).waitFor();
  }
  await page.locator('.table tbody tr').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await details(page).getByText('1 origin / 3 mentions').waitFor();
  await page.getByRole('button', { name: /^Entities/ }).click();
  await page.locator('.table tbody tr', { hasText: 'Gull' }).click();
  await details(page).getByRole('heading', { name: 'Gull' }).waitFor();
});

visit('the drawing is walked by keys', async (page) => {
  await everything(page);
  await page.locator('.sigma').focus();
  await page.keyboard.press('ArrowRight');
  await details(page).locator('.expansion').waitFor();
  const first = await details(page).locator('h2').innerText();
  for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) await page.keyboard.press(key);
  await details(page).locator('.expansion').waitFor();
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: 'Undo: remove' }).waitFor();
  assert.ok(first.length > 0);
});

visit('everything seen is exported in five forms', async (page) => {
  await everything(page);
  const csv = `${await download(page, 'CSV')}`;
  assert.equal(csv.trim().split('\r\n').length, 11);
  assert.match(csv, /,"'=HYPERLINK\(""x""\) & <Sons>",/);
  const json = JSON.parse(`${await download(page, 'JSON')}`);
  assert.deepEqual([json.entities.length, json.relationships.length], [7, 10]);
  const isXml = (text) => page.evaluate((it) => new DOMParser().parseFromString(it, 'application/xml').querySelector('parsererror')?.textContent ?? '', text);
  const [svg, gexf] = [`${await download(page, 'SVG')}`, `${await download(page, 'GEXF')}`];
  assert.deepEqual([await isXml(svg), await isXml(gexf)], ['', '']);
  assert.match(svg, />=HYPERLINK\(&quot;x&quot;\)<.*>&amp; &lt;Sons&gt;</);
  assert.match(gexf, /<edge id="call1" source="vessel:star" target="harbor:baku"/);
  const png = await download(page, 'PNG');
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  assert.ok(png.length > 10_000);
});

visit('a link opens the same view', async (page, problems) => {
  await expand(page, 'northern');
  await page.getByLabel('intended').uncheck();
  const before = await places(page, ['vessel:star', 'harbor:baku']);
  await button(page, 'Share').click();
  await notice(page).filter({ hasText: 'clipboard' }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /#v=/);
  const other = await page.context().newPage();
  await other.goto(link);
  await details(other).getByRole('heading', { name: 'Northern Star' }).waitFor();
  await other.waitForFunction(() => document.querySelector('.sigma')?.stage?.place('harbor:baku'));
  assert.deepEqual((await places(other, ['vessel:star', 'harbor:baku'])).map(({ x, y }) => [Math.round(x), Math.round(y)]), before.map(({ x, y }) => [Math.round(x), Math.round(y)]));
  assert.equal(await other.getByLabel('intended').isChecked(), false);
  const broken = await page.context().newPage();
  await broken.goto(link.slice(0, -9));
  await broken.getByText('The link to this page is damaged').waitFor();
  assert.deepEqual(problems, []);
});

visit('GraphiQL opens the query of a view, and an old link to one', async (page) => {
  await pick(page, 'northern');
  const [tab] = await Promise.all([page.context().waitForEvent('page'), details(page).getByRole('link', { name: 'Show GraphQL' }).click()]);
  await tab.locator('.graphiql-query-editor .view-lines', { hasText: 'query Entity' }).waitFor();
  await tab.goto(new URL('/?query=%7Bstats%7Bentities%7D%7D', page.url()).href);
  await tab.waitForURL(/\/graphiql\?query=/);
});

visit('what the server refuses is told with its code, and can be tried again', async (page, problems) => {
  await pick(page, 'northern');
  await details(page).locator('.expansion').waitFor();
  const refusal = { data: null, errors: [{ message: 'the walk took too long', extensions: { code: 'DEADLINE_EXCEEDED' } }] };
  await page.route('**/graphql', (route) => route.fulfill({ json: refusal }));
  await button(page, 'Expand').click();
  await page.getByRole('alert').filter({ hasText: /DEADLINE_EXCEEDED the walk took too long\s*Ask for less/ }).waitFor();
  await page.route('**/graphql', (route) => route.abort());
  await button(page, 'Try again').click();
  await page.getByRole('alert').filter({ hasText: 'UNREACHABLE' }).waitFor();
  problems.length = 0; // the browser's own words on the request that was cut off
  await page.unrouteAll();
  await button(page, 'Try again').click();
  await notice(page).filter({ hasText: '3 new entities' }).waitFor();
});

visit('a page without a server says so, and goes on once it is there', async (page, problems) => {
  await page.route('**/graphql', (route) => route.abort());
  await page.reload();
  await page.getByRole('alert').filter({ hasText: 'UNREACHABLE the server does not answer' }).waitFor();
  problems.length = 0; // the browser's own words on the request that was cut off
  await page.unrouteAll();
  await button(page, 'Try again').click();
  await page.locator('.empty h2').waitFor();
});

visit('on a phone everything has its place, below each other', async (page) => {
  assert.equal(await page.locator('.lens').count(), 0);
  await expand(page, 'northern');
  const [work, side] = [await page.locator('.work').boundingBox(), await page.locator('.side').boundingBox()];
  assert.ok(work.y + work.height <= side.y + 1 && side.width === 390 && side.height > 300, JSON.stringify({ work, side }));
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByLabel('intended').uncheck();
  await page.getByRole('button', { name: 'Filters (1)' }).click();
  await page.locator('.lens').waitFor({ state: 'detached' });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
}, { viewport: { width: 390, height: 800 } });

visit('the colors follow the system, or the choice, which is kept', async (page) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.querySelector('.work')).backgroundColor);
  const isDark = (color) => color.match(/\d+/g).slice(0, 3).every((it) => Number(it) < 60);
  assert.ok(isDark(await ground()));
  await page.emulateMedia({ colorScheme: 'light' });
  assert.ok(!isDark(await ground()));
  await page.getByLabel('Colors').selectOption('dark');
  await page.waitForFunction(() => document.documentElement.style.colorScheme === 'dark');
  assert.ok(isDark(await ground()));
  await page.reload();
  await page.locator('.empty h2').waitFor();
  await page.waitForFunction(() => document.documentElement.style.colorScheme === 'dark');
  assert.ok(isDark(await ground()));
}, { colorScheme: 'dark' });

visit('a relationship of an entity to itself is a loop, in every view and with its evidence', async (page) => {
  const query = `mutation { assertRelationships(input: [{
    type: MEETS, source: { id: "vessel:gull" }, target: { id: "vessel:gull" }, evidence: [{ document: { id: "report:1" }, summary: "She was seen twice at once" }]
  }]) { relationships { id } } }`;
  await page.evaluate((it) => fetch('graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: it }) }), query);
  await expand(page, 'gull');
  await clickLoop(page, 'vessel:gull', 'Gull meets Gull');
  await details(page).getByText('She was seen twice at once').waitFor();
  assert.match(`${await download(page, 'SVG')}`, /<circle [^>]*fill="none"/);
  await button(page, 'Table').click();
  await page.locator('.table tbody tr[aria-selected=true]', { hasText: 'Gull' }).waitFor();
});
