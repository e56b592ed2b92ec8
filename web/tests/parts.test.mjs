// The explorer's pure parts: what must hold without a browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, collapse, emptyBoard, move, remove } from '../src/explorer/board/board.js';
import { bundles } from '../src/explorer/board/bundles.js';
import { begin, redo, step, undo } from '../src/explorer/board/history.js';
import { arrange } from '../src/explorer/board/arrange.js';
import { arrangeCrowd } from '../src/explorer/board/crowd.js';
import { GAP } from '../src/explorer/board/places.js';
import { counts } from '../src/explorer/answers.js';
import { isDate, lastDay, overlaps, validity } from '../src/explorer/dates.js';
import { graphIn } from '../src/explorer/extract.js';
import { gexf } from '../src/explorer/exports/gexf.js';
import { svg } from '../src/explorer/exports/svg.js';
import { cell, csv, json } from '../src/explorer/exports/table.js';
import { xml } from '../src/explorer/exports/xml.js';
import { histogram } from '../src/explorer/histogram.js';
import { openLens, seen, whereOf } from '../src/explorer/lens.js';
import { decode, encode, placesOf, viewOf } from '../src/explorer/link.js';
import * as queries from '../src/explorer/queries.js';
import { sceneOf } from '../src/explorer/scene.js';
import { sentence, sources } from '../src/explorer/sentences.js';

const entity = (id, name = id, type = 'Thing') => ({ id, name, type, aliases: [] });
const link = (id, source, target, more = {}) => ({
  id, source, target, type: 'KNOWS', validFrom: null, validTo: null, modality: 'ASSERTED', disputed: false,
  confidence: null, origins: 1, mentions: 1, properties: {}, ...more,
});
const range = (count) => Array.from({ length: count }, (_, at) => at);

/** A board with `hub` and as many entities around it. */
const star = (count) => add(add(emptyBoard, { entities: [entity('hub')] }), {
  entities: range(count).map((it) => entity(`n${it}`)),
  relationships: range(count).map((it) => link(`l${it}`, 'hub', `n${it}`)),
}, 'hub');

test('an expansion moves nothing that stands, and puts nothing onto another', () => {
  let board = star(40);
  for (const parent of ['n3', 'n17', 'hub', 'n3']) {
    const before = board;
    const fresh = range(30).map((it) => entity(`${parent}-${board.entities.size}-${it}`));
    board = add(board, { entities: fresh }, parent);
    for (const [id, place] of before.places) assert.deepEqual(board.places.get(id), place);
    assert.equal(before.places.size + 30, board.places.size);
  }
  const places = [...board.places.values()];
  for (const [at, a] of places.entries()) {
    for (const b of places.slice(at + 1)) assert.ok(Math.hypot(a.x - b.x, a.y - b.y) >= GAP * 0.94);
  }
});

test('the same board is laid out the same way', () => {
  const ids = range(30).map(String);
  const links = range(29).map((it) => [String(it), String(it + 1)]);
  assert.deepEqual(arrange(ids, links), arrange(ids, links));
  for (const { x, y } of arrange(ids, links).values()) assert.ok(Number.isFinite(x) && Number.isFinite(y));
  assert.equal(arrange([], []).size, 0);
  assert.equal(arrange(['a', 'b', 'c'], [['a', 'b']]).size, 3);
});

test('a crowd is arranged with every entity near one that it is linked with, and none on another', () => {
  const ids = range(1500).map(String);
  const places = arrangeCrowd(ids, range(1499).map((it) => [String(it + 1), String((it + 1) % 700)]));
  assert.equal(places.size, 1500);
  assert.deepEqual([...places.keys()].sort(), [...ids].sort());
  const all = [...places.values()].sort((a, b) => a.x - b.x);
  for (const [at, a] of all.entries()) {
    for (const b of all.slice(at + 1, at + 60)) assert.ok(Math.hypot(a.x - b.x, a.y - b.y) > GAP * 0.45);
  }
});

test('undo and redo go through every change, and a new change ends what could be redone', () => {
  const boards = [emptyBoard, star(1), star(2), star(3)];
  let history = begin(boards[0]);
  for (const it of boards.slice(1)) history = step(history, it, 'grow');
  for (const it of boards.slice(0, 3).reverse()) assert.equal((history = undo(history)).present, it);
  assert.equal(undo(history).present, boards[0]);
  history = redo(redo(history));
  assert.equal(history.present, boards[2]);
  history = step(history, boards[0], 'clear');
  assert.equal(redo(history).present, boards[0]);
  assert.equal(step(history, history.present, 'nothing'), history);
});

test('a collapse takes away what an expansion brought, but not what was expanded since', () => {
  let board = star(3);
  board = add(board, { entities: [entity('far')], relationships: [link('x', 'n1', 'far')] }, 'n1');
  board = collapse(board, 'hub');
  assert.deepEqual([...board.entities.keys()].sort(), ['far', 'hub', 'n1']);
  assert.deepEqual([...board.relationships.keys()].sort(), ['l1', 'x']);
  board = remove(board, ['n1']);
  assert.equal(board.relationships.size, 0);
  assert.deepEqual(move(board, [['hub', { x: 5, y: 5 }]]).places.get('hub'), { x: 5, y: 5 });
});

test('parallel relationships are one line for each manner of drawing, with a count', () => {
  const found = bundles([
    link('1', 'a', 'b'), link('2', 'b', 'a'), link('3', 'a', 'b', { modality: 'INTENDED' }),
    link('4', 'a', 'b', { mentions: 0 }), link('5', 'a', 'b', { disputed: true }), link('6', 'a', 'a'),
  ]);
  const [loop] = found.splice(4);
  assert.deepEqual(found.map((it) => [it.dash, it.disputed, it.ids.length, it.atSource, it.atTarget]), [
    ['solid', false, 2, true, true], ['dashed', false, 1, false, true], ['dotted', false, 1, false, true], ['solid', true, 1, false, true],
  ]);
  assert.equal(new Set(found.map((it) => it.lane)).size, 4);
  assert.deepEqual([loop.source, loop.target, loop.ids, loop.lane], ['a', 'a', ['6'], 0]);
  assert.deepEqual(bundles([link('1', 'a', 'b')], new Set(['KNOWS'])).map((it) => it.atTarget), [false]);
});

test('dates compare by what they cover', () => {
  for (const [text, last] of [['2024', '2024-12-31'], ['2024-02', '2024-02-29'], ['2023-02', '2023-02-28'], ['2024-08-19', '2024-08-19']]) assert.equal(lastDay(text), last);
  for (const [text, is] of [['2024', true], ['2024-02-30', false], ['2024-13', false], ['24', false], ['', false]]) assert.equal(isDate(text), is, text);
  const held = { validFrom: '2018-09', validTo: '2018-11' };
  for (const [from, to, is] of [['2018', '2018', true], ['2018-11-30', '', true], ['2018-12', '', false], ['', '2018-08-31', false], ['', '', true]]) assert.equal(overlaps(held, from, to), is, `${from} ${to}`);
  assert.equal(validity({ validFrom: '2018', validTo: null }), 'since 2018');
});

test('the lens hides by type, modality, confidence and time, and asks the server for the same', () => {
  const board = add(add(emptyBoard, { entities: [entity('a'), entity('b', 'b', 'Other')] }), {
    entities: [], relationships: [link('1', 'a', 'b', { confidence: 0.9, validFrom: '2020', validTo: '2020' }), link('2', 'a', 'b', { modality: 'POSSIBLE' })],
  });
  for (const [part, ids] of [
    [{}, '1 2'], [{ modalities: ['ASSERTED'] }, '1'], [{ confidenceMin: 0.5 }, '1'], [{ confidenceMin: 0.95 }, ''], [{ asOf: '2021' }, '2'],
    [{ from: '2019', to: '2020-01' }, '1 2'], [{ kindsHidden: ['Other'] }, ''], [{ relationsHidden: ['KNOWS'] }, ''],
  ]) assert.equal(seen(board, { ...openLens, ...part }).relationships.map((it) => it.id).join(' '), ids, JSON.stringify(part));
  assert.deepEqual(whereOf({ ...openLens, modalities: ['ASSERTED'], confidenceMin: 0.5, from: '2019' }), { modality: ['ASSERTED'], confidence: { gte: 0.5 }, validDuring: { from: '2019' } });
});

test('relationships are counted in the direction that they have', () => {
  const entity = { out_A: 2, in_A: 1, any_A: 3, out_B: 4, in_B: 4, any_B: 4, out_C: 0, in_C: 0, any_C: 0 };
  assert.deepEqual(counts(entity, ['A', 'B', 'C']), [{ type: 'A', direction: 'OUT', count: 2 }, { type: 'A', direction: 'IN', count: 1 }, { type: 'B', direction: 'ANY', count: 4 }]);
});

test('no query has more aliases than the server takes', () => {
  const requests = queries.entity('x', range(40).map((it) => `T${it}`), openLens);
  for (const { query } of requests) assert.ok(query.match(/degree\(/g).length <= 48);
  assert.equal(requests.map((it) => it.query.match(/degree\(/g).length).reduce((a, b) => a + b), 120);
});

test('a histogram counts each relationship wherever it holds', () => {
  const { unit, bars, undated } = histogram([link('1', 'a', 'b', { validFrom: '2020-01', validTo: '2020-03' }), link('2', 'a', 'b', { validFrom: '2021-02' }), link('3', 'a', 'b')]);
  assert.equal(unit, 'month');
  assert.deepEqual([bars[0], bars[2], bars.at(-1), bars.length], [{ from: '2020-01', to: '2020-01', count: 1 }, { from: '2020-03', to: '2020-03', count: 1 }, { from: '2021-02', to: '2021-02', count: 1 }, 14]);
  assert.equal(undated, 1);
  assert.ok(histogram([link('1', 'a', 'b', { validFrom: '0001', validTo: '2024' })]).bars.length < 500);
});

test('sentences say what, how it is meant, when, and how well it is sourced', () => {
  const names = (id) => ({ a: 'Anna', b: 'Boris' })[id];
  assert.equal(sentence(link('1', 'a', 'b', { type: 'TRADES_WITH', modality: 'INTENDED', validFrom: '2024' }), names), 'Anna trades with Boris (intended, since 2024, 1 origin)');
  assert.equal(sentence(link('1', 'b', 'a', { mentions: 0, disputed: true }), names), 'Boris knows Anna (disputed, no source)');
  assert.equal(sources({ origins: 1, mentions: 4 }), '1 origin / 4 mentions');
});

test('a link holds the view, in any script, and nothing else passes for one', async () => {
  const board = add(add(emptyBoard, { entities: [entity('حاوية'), entity('б"<')] }), { entities: [entity('c')], relationships: [link('1', 'c', 'б"<')] }, 'б"<');
  const view = viewOf({ board, lens: { ...openLens, asOf: '2024' }, selection: { kind: 'entity', ids: ['c'] } });
  const fragment = await encode(view);
  assert.match(fragment, /^#v=[\w-]+$/);
  const again = await decode(fragment);
  assert.deepEqual(again, view);
  assert.equal(placesOf(again, () => true).parents.get('c'), 'б"<');
  assert.equal(placesOf(again, (id) => id !== 'б"<').parents.size, 0);
  assert.equal(await decode('#elsewhere'), null);
  await assert.rejects(decode(`${fragment.slice(0, -8)}`));
});

test('a cell of CSV is never a formula, and always one cell', () => {
  for (const [value, written] of [
    ['=1+1', "'=1+1"], ['+49', "'+49"], ['-x', "'-x"], ['@a', "'@a"], [' =1', "' =1"], ['\t=1', `"'\t=1"`], ['＝1', "'＝1"],
    ['a"b', '"a""b"'], ['a,b', '"a,b"'], ['a\nb', '"a\nb"'], [-5, '-5'], [null, ''], [true, 'true'], ['Ağdam', 'Ağdam'],
  ]) assert.equal(cell(value), written);
  const text = csv({ nodes: [entity('a', '=a'), entity('b', '=b')], relationships: [link('1', 'a', 'b', { properties: { x: '=1' } })] });
  assert.match(text, /^\ufeffid,type,/);
  assert.match(text, /,'=a,/);
});

test('XML escapes what would end it, and drops what it may not hold', () => {
  assert.equal(xml('<a href="x">&\'\n\u0000\ud800'), '&lt;a href=&quot;x&quot;&gt;&amp;&apos;&#10;\ufffd\ufffd');
  assert.equal(xml('😀'), '😀');
  const board = add(add(emptyBoard, { entities: [entity('<&>', '</text><script>'), entity('b')] }), { entities: [], relationships: [link('"', '<&>', 'b', { validFrom: '2020', properties: { a: '<' } })] });
  const scene = sceneOf(board, openLens, { kinds: ['Thing'], symmetric: new Set(), marked: null });
  for (const text of [svg(scene, 'dark').text, gexf(scene)]) {
    assert.doesNotMatch(text, /<script|"<|NaN|undefined/);
  }
  assert.match(gexf(scene), /start="2020-01-01"/);
  assert.equal(JSON.parse(json(scene, openLens)).entities[0].name, '</text><script>');
});

test('the graph in an answer is found whatever its form', () => {
  const [a, b] = [{ id: 'a', name: 'A' }, { id: 'b', name: 'B' }];
  for (const [data, links] of [
    [{ relationships: { nodes: [{ id: '1', type: 'KNOWS', source: a, target: b }] } }, 'a KNOWS b'],
    [{ paths: { paths: [{ nodes: [a, b], relationships: [{ id: '1', type: 'KNOWS' }] }] } }, 'a KNOWS b'],
    [{ paths: { paths: [{ steps: [{ direction: 'IN', source: a, target: b, relationship: { id: '1', type: 'KNOWS' } }] }] } }, 'b KNOWS a'],
    [{ entity: { ...a, relationships: { edges: [{ direction: 'IN', other: b, node: { id: '1', type: 'KNOWS' } }] } } }, 'b KNOWS a'],
    [{ thing: { ...a, knows: [b] } }, 'a knows b'],
    [{ thing: { ...a, knowsConnection: { edges: [{ node: b, relationship: { id: '1', type: 'KNOWS' } }] } } }, 'a KNOWS b'],
    [{ subgraph: { nodes: [a, b], relationships: [{ id: '1', type: 'KNOWS', source: { id: 'a' }, target: { id: 'b' } }] } }, 'a KNOWS b'],
    [{ stats: { entities: 3 } }, ''], [null, ''], [{ relationship: { evidence: { nodes: [{ id: 'e', summary: 'x' }] } } }, ''],
  ]) {
    const { entities, relationships } = graphIn({ data });
    assert.equal(relationships.map((it) => `${it.source} ${it.type} ${it.target}`).join(), links, JSON.stringify(data));
    if (links) assert.deepEqual(entities.map((it) => it.name).sort(), ['A', 'B']);
  }
});
