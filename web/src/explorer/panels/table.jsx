/** @jsxImportSource preact */
// The same selection as a table: sorted by its heads, walked with the arrow keys, Enter for who says so.
import { useMemo, useRef, useState } from 'preact/hooks';
import { validity } from '../dates.js';
import { usePage } from '../hooks.js';
import { kindWords, relationWords } from '../words.js';
import { Modality } from './parts.jsx';

const PAGE = 200;
const RELATIONSHIPS = [
  ['source', 'From'], ['type', 'Relationship'], ['target', 'To'], ['validFrom', 'When'],
  ['modality', 'Modality'], ['confidence', 'Confidence'], ['origins', 'Origins'], ['mentions', 'Mentions'],
];
const ENTITIES = [['name', 'Name'], ['type', 'Type'], ['links', 'Relationships'], ['id', 'Id']];
const CLASSES = { source: 'long', target: 'long', name: 'long', confidence: 'number', origins: 'number', mentions: 'number', links: 'number' };

export function Table({ scene }) {
  const { actions } = usePage();
  const [what, setWhat] = useState('relationships');
  const names = useMemo(() => new Map(scene.nodes.map((it) => [it.id, it.name])), [scene]);
  const rows = useMemo(() => (what === 'entities' ? entityRows(scene) : scene.relationships), [scene, what]);
  const choice = (name, words) => <button type="button" aria-pressed={what === name} onClick={() => setWhat(name)}>{words}</button>;
  return (
    <div class="table">
      <div class="group" role="group" aria-label="Rows">
        {choice('relationships', `Relationships ${scene.relationships.length.toLocaleString('en')}`)}
        {choice('entities', `Entities ${scene.nodes.length.toLocaleString('en')}`)}
      </div>
      {rows.length === 0 ? <p class="muted hint">Nothing to list: search for an entity and expand it, or open the filters.</p> : (
        <Grid
          key={what} rows={rows} columns={what === 'entities' ? ENTITIES : RELATIONSHIPS}
          text={(row, column) => (column === 'source' || column === 'target' ? names.get(row[column]) : row[column])}
          onOpen={(row) => actions.select(what === 'entities' ? 'entity' : 'relationships', [row.id])}
        />
      )}
    </div>
  );
}

function entityRows({ nodes, relationships }) {
  const links = new Map();
  for (const { source, target } of relationships) {
    for (const id of new Set([source, target])) links.set(id, (links.get(id) ?? 0) + 1);
  }
  return nodes.map(({ id, name, type }) => ({ id, name, type, links: links.get(id) ?? 0 }));
}

function Grid({ rows, columns, text, onOpen }) {
  const { state } = usePage();
  const [sort, setSort] = useState({ column: columns[0][0], isDown: false });
  const [shown, setShown] = useState(PAGE);
  const [at, setAt] = useState(0);
  const body = useRef(null);
  const sorted = useMemo(() => sortedBy(rows, sort, text), [rows, sort]);
  const go = (event) => {
    const last = Math.min(shown, sorted.length) - 1;
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last, PageDown: at + 15, PageUp: at - 15 }[event.key];
    if (event.key === 'Enter' || event.key === ' ') onOpen(sorted[at]);
    else if (next === undefined) return;
    event.preventDefault();
    if (next === undefined) return;
    const row = Math.max(0, Math.min(last, next));
    setAt(row);
    body.current.rows[row].focus();
  };
  const head = ([column, words]) => {
    const isSorted = sort.column === column;
    return (
      <th key={column} scope="col" class={CLASSES[column]} aria-sort={isSorted ? (sort.isDown ? 'descending' : 'ascending') : 'none'}>
        <button type="button" onClick={() => { setSort({ column, isDown: isSorted && !sort.isDown }); setAt(0); }}>{words}<span aria-hidden="true">{isSorted ? (sort.isDown ? ' ↓' : ' ↑') : ''}</span></button>
      </th>
    );
  };
  return (
    <div class="scroll">
      <table>
        <thead><tr>{columns.map(head)}</tr></thead>
        <tbody ref={body} onKeyDown={go}>
          {sorted.slice(0, shown).map((row, index) => (
            <tr key={row.id} tabIndex={index === at ? 0 : -1} aria-selected={Boolean(state.selection?.ids.includes(row.id))} onClick={() => { setAt(index); onOpen(row); }} onFocus={() => setAt(index)}>
              {columns.map(([column]) => <td key={column} class={CLASSES[column]}><Cell column={column} value={text(row, column)} row={row} /></td>)}
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length > shown && <p class="more"><button type="button" onClick={() => setShown(shown + PAGE)}>Show {Math.min(PAGE, sorted.length - shown)} more of {(sorted.length - shown).toLocaleString('en')}</button></p>}
    </div>
  );
}

function Cell({ column, value, row }) {
  if (column === 'modality') return <><Modality modality={value} />{row.disputed && <span class="badge disputed">disputed</span>}</>;
  if (column === 'type') return row.links === undefined ? relationWords(value) : kindWords(value);
  const shown = column === 'validFrom' ? validity(row) : value;
  return shown || shown === 0 ? <bdi title={CLASSES[column] === 'long' ? shown : undefined}>{shown}</bdi> : <span class="muted">–</span>;
}

/** By a column, missing values last; the same order every time. */
function sortedBy(rows, { column, isDown }, text) {
  const rank = ranks(rows.map((it) => text(it, column)));
  const byId = (a, b) => (a.id < b.id ? -1 : 1);
  return rows.map((row) => [rank.get(text(row, column)), row]).sort(([a, one], [b, other]) => {
    if (a === undefined || b === undefined) return (a === undefined) - (b === undefined) || byId(one, other);
    return (isDown ? b - a : a - b) || byId(one, other);
  }).map(([, row]) => row);
}

/** The place of each value among those that differ: texts are slow to compare. */
function ranks(values) {
  const order = new Intl.Collator('en', { numeric: true }).compare;
  const distinct = [...new Set(values)].filter((it) => it !== null && it !== undefined);
  return new Map(distinct.sort((a, b) => (typeof a === 'number' ? a - b : order(a, b))).map((it, index) => [it, index]));
}
