// GraphiQL in a browser that can reach nothing but the server, which serves the demo.
import assert from 'node:assert/strict';
import { pages } from '../browser.mjs';

const editor = '.graphiql-query-editor .monaco-editor';
const answer = '.graphiql-response .view-lines';
const graphiql = pages(['--demo'], editor);
const visit = (name, path, options, steps) => graphiql.visit(name, `graphiql${path}`, options, steps);

const text = async (page, selector) => (await page.locator(selector).innerText()).replaceAll('\u00a0', ' ');
const run = (page) => page.getByRole('button', { name: /Execute query/ }).click();

/** Waits until the lightness of a color, 0 to 1, is in the range. */
const lightness = (page, selector, property, min, max) => page.waitForFunction(([selector, property, min, max]) => {
  const element = document.querySelector(selector);
  const parts = element && getComputedStyle(element)[property].match(/[\d.]+/g);
  const light = parts && (Number(parts[0]) + Number(parts[1]) + Number(parts[2])) / 765;
  return parts && light >= min && light <= max;
}, [selector, property, min, max]);

/** Pastes `content` over what an editor holds; what is typed, it would complete with brackets. */
async function write(page, content, into = editor) {
  await page.evaluate((it) => navigator.clipboard.writeText(it), content);
  await page.locator(into).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Control+V');
}

visit('the first tabs ask the demo', '', {}, async (page) => {
  const tabs = await page.getByRole('tab').allInnerTexts();
  assert.deepEqual(tabs.map((it) => it.trim()), ['Connection', 'Demarcation', 'TradeGoal', 'RiaNovosti', 'SaidByPutin']);
  await page.locator(editor, { hasText: /What\sconnects\sBaku\sShipyard\swith\sRussia/ }).waitFor();
});

visit('every example is valid and has an answer', '', {}, async (page) => {
  const count = await page.getByRole('tab').count();
  for (let index = 0; index < count; index += 1) {
    await page.getByRole('tab').nth(index).getByRole('button').first().click();
    await run(page);
    await page.locator(answer, { hasText: '"data"' }).waitFor();
    assert.doesNotMatch(await text(page, answer), /"errors"/);
  }
});

visit('the first example names the way and its source', '', {}, async (page) => {
  await run(page);
  await page.locator(answer, { hasText: 'United Shipbuilding Corporation' }).waitFor();
  assert.match(await text(page, answer), /"found": true/);
});

visit('the editor completes and objects, by its workers', '', {}, async (page) => {
  await write(page, '{ nonsense }');
  await page.locator(`${editor} .squiggly-error`).waitFor(); // so the worker has the schema, without which it completes nothing
  await write(page, '{ ');
  await page.keyboard.type('countr');
  await page.locator('.suggest-widget .monaco-list-row', { hasText: 'countries' }).first().waitFor();
  const workers = page.workers().map((it) => it.url());
  assert.ok(workers.length >= 2, `workers: ${workers}`);
});

visit('variables are checked and formatted as JSON', '', {}, async (page) => {
  await write(page, 'query Named($id: ID!) { node(id: $id) { id } }');
  await page.getByRole('button', { name: 'Variables' }).click();
  const variables = '.graphiql-editor-tool .graphiql-editor:not(.hidden) .monaco-editor';
  await write(page, '{ "id": 1,, }', variables);
  await page.locator(`${variables} .squiggly-error`).first().waitFor();
  await write(page, '{"id":"country:AZE"}', variables);
  await page.getByRole('button', { name: /Prettify/ }).click();
  await page.locator(`${variables} .view-line >> nth=2`).waitFor();
});

visit('prettifying keeps comments', '', {}, async (page) => {
  await write(page, '# why\n{stats{entities}}');
  await page.getByRole('button', { name: /Prettify/ }).click();
  await page.waitForFunction((it) => document.querySelectorAll(`${it} .view-line`).length === 7, editor);
  assert.match(await text(page, editor), /# why/);
});

visit('the explorer and the documentation open', '', {}, async (page) => {
  await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
  await page.locator('.graphiql-explorer-root', { hasText: 'paths' }).waitFor();
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.locator('.graphiql-doc-explorer', { hasText: 'Query' }).waitFor();
});

const link = `?${new URLSearchParams({ query: 'query Linked($id: ID!) { node(id: $id) { id } }', variables: '{"id":"country:AZE"}' })}`;

visit('a link opens its query', link, {}, async (page) => {
  await page.locator(editor, { hasText: /query\sLinked/ }).waitFor();
  assert.match(page.url(), /query=/);
  await run(page);
  await page.locator(answer, { hasText: 'country:AZE' }).waitFor();
  await page.reload();
  await page.locator(editor).waitFor();
  assert.equal(await page.getByRole('tab', { name: 'Linked' }).count(), 1);
});

visit('the address names the query that is shown, or none', link, {}, async (page) => {
  await write(page, '{ stats { entities } }');
  await page.waitForURL((it) => it.search === '');
  await page.getByRole('button', { name: 'Copy a link to this query' }).click();
  await page.waitForURL((it) => new URLSearchParams(it.search).get('query') === '{ stats { entities } }');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
});

visit('tabs can be dragged into another order', '', {}, async (page) => {
  const [first, second] = [page.getByRole('tab').nth(0), page.getByRole('tab').nth(1)];
  await first.hover();
  await page.mouse.down();
  await second.hover();
  await page.mouse.up();
  await page.getByRole('tab').first().filter({ hasText: 'Demarcation' }).waitFor();
});

visit('the page follows the system into the dark and back', '', { colorScheme: 'dark' }, async (page) => {
  await lightness(page, '.graphiql-container', 'backgroundColor', 0, 0.3);
  await lightness(page, `${editor} .mtk1`, 'color', 0.5, 1);
  await page.emulateMedia({ colorScheme: 'light' });
  await lightness(page, '.graphiql-container', 'backgroundColor', 0.9, 1);
  await lightness(page, `${editor} .mtk1`, 'color', 0, 0.5);
});

visit('a plugin draws the graph of an answer, and opens it in the explorer', '', {}, async (page) => {
  await run(page);
  await page.locator(answer, { hasText: 'United Shipbuilding Corporation' }).waitFor();
  await page.getByRole('button', { name: 'Show Drawing of the answer' }).click();
  const drawing = page.locator('.relata-drawing');
  await drawing.locator('img').waitFor();
  assert.equal(await drawing.getByRole('link').count(), 0); // the answer names no ids
  await write(page, '{ subgraph(roots: [{ id: "org:baku-shipyard" }]) { nodes { id name type } relationships { id type source { id } target { id } } } }');
  await run(page);
  await drawing.getByRole('link', { name: 'Open in the explorer' }).waitFor();
  assert.match(await drawing.innerText(), /\d entities, \d relationships?/);
  assert.ok(await drawing.locator('img').evaluate((it) => it.decode().then(() => it.naturalWidth > 200)));
  const [tab] = await Promise.all([page.context().waitForEvent('page'), drawing.getByRole('link', { name: 'Open in the explorer' }).click()]);
  await tab.waitForFunction(() => document.querySelector('.sigma')?.stage?.place('org:baku-shipyard'));
});

visit('the logo leads to the explorer', '', {}, async (page) => {
  await page.getByRole('link', { name: 'relata', exact: true }).click();
  await page.locator('.empty h2').waitFor();
});
