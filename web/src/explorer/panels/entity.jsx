/** @jsxImportSource preact */
// An entity: its properties, and how many relationships of which type it has before any of them is fetched.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { counts as countsOf } from '../answers.js';
import { boardOf } from '../actions.js';
import { collapsible, touching } from '../board/board.js';
import { useAsk, usePage } from '../hooks.js';
import * as queries from '../queries.js';
import { count, kindWords, relationWords } from '../words.js';
import { Failure, Properties, ShowGraphQL, Waiting } from './parts.jsx';

const LIMITS = [10, 25, 50, 100, 250];
const ARROWS = { OUT: '→', IN: '←', ANY: '↔' };
const DIRECTIONS = { OUT: 'outgoing', IN: 'incoming', ANY: 'in both directions' };

export function EntityPanel({ entity }) {
  const { state, actions } = usePage();
  const board = boardOf(state);
  const children = collapsible(board, entity.id).length;
  return (
    <>
      <header class="head">
        <p class="muted">{kindWords(entity.type)}</p>
        <h2><bdi>{entity.name}</bdi></h2>
        {entity.aliases.length > 0 && <p class="muted">also <bdi>{entity.aliases.join(', ')}</bdi></p>}
        <p><code class="id">{entity.id}</code></p>
      </header>
      <p class="row">
        <button type="button" onClick={() => actions.setPaths({ from: entity, answer: null, shown: null })}>Path from</button>
        <button type="button" onClick={() => { actions.setPaths({ to: entity, answer: null, shown: null }); if (state.paths.from) actions.set({ tab: 'paths' }); }}>Path to</button>
        <button type="button" disabled={children === 0} title="Take away what its expansion has brought" onClick={() => actions.collapse(entity.id)}>Collapse{children > 0 ? ` ${children}` : ''}</button>
        <button type="button" onClick={() => actions.remove([entity.id])}>Remove</button>
      </p>
      <Details entity={entity} board={board} />
    </>
  );
}

function Details({ entity, board }) {
  const { state, actions } = usePage();
  const { lens, ontology } = state;
  const relations = useMemo(() => (ontology?.relationshipsByType ?? []).filter((it) => it.count > 0).map((it) => it.type), [ontology]);
  const requests = useMemo(() => queries.entity(entity.id, relations, lens), [entity.id, relations, lens]);
  const { answers, error, retry } = useAsk(requests);
  const told = answers && Object.assign({}, ...answers.map((it) => it.entity));
  const rows = told?.id ? countsOf(told, relations) : [];
  useEffect(() => actions.learn(rows.filter((it) => it.direction === 'ANY').map((it) => it.type)), [answers]);
  if (error) return <Failure error={error} retry={retry} requests={requests} />;
  if (!answers) return <Waiting what="Counting its relationships" />;
  if (!told.id) return <p class="failure" role="alert">This entity is there no more.</p>;
  return (
    <>
      <Properties values={told.propertiesJson} />
      <Expansion key={entity.id} rows={rows} onBoard={touching(board, entity.id)} entity={entity} onExpand={actions.expand} />
      <p><ShowGraphQL requests={requests} /></p>
    </>
  );
}

const keyOf = (it) => `${it.type} ${it.direction}`;

function Expansion({ rows, onBoard, entity, onExpand }) {
  const [off, setOff] = useState(new Set());
  const [limit, setLimit] = useState(25);
  const there = (row) => onBoard.filter((it) => it.type === row.type && (row.direction === 'ANY' || (row.direction === 'OUT' ? it.source : it.target) === entity.id)).length;
  const chosen = rows.filter((it) => !off.has(keyOf(it)));
  if (rows.length === 0) return <p class="muted">No relationships under these filters.</p>;
  const toggle = (row) => {
    const next = new Set(off);
    if (!next.delete(keyOf(row))) next.add(keyOf(row));
    setOff(next);
  };
  const all = () => setOff(off.size === 0 ? new Set(rows.map(keyOf)) : new Set());
  return (
    <form class="expansion" onSubmit={(event) => { event.preventDefault(); onExpand(entity.id, choiceOf(chosen), limit); }}>
      <table>
        <caption>{count(rows.reduce((sum, it) => sum + it.count, 0), 'relationship')}</caption>
        <thead><tr><th scope="col"><input type="checkbox" aria-label="All types" checked={off.size === 0} onChange={all} /></th><th scope="col">Type</th><th scope="col" class="number">In all</th><th scope="col" class="number">Shown</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} onClick={(event) => { if (event.target.tagName !== 'INPUT') toggle(row); }}>
              <td><input type="checkbox" aria-label={`${relationWords(row.type)}, ${DIRECTIONS[row.direction]}`} checked={!off.has(keyOf(row))} onChange={() => toggle(row)} /></td>
              <th scope="row"><span class="arrow" title={DIRECTIONS[row.direction]}>{ARROWS[row.direction]}</span> {relationWords(row.type)}</th>
              <td class="number">{row.count.toLocaleString('en')}</td>
              <td class="number muted">{there(row) || '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="row">
        <label>Newest <select value={limit} onChange={(event) => setLimit(Number(event.currentTarget.value))}>{LIMITS.map((it) => <option key={it} value={it}>{it}</option>)}</select> each way</label>
        <button type="submit" class="primary" disabled={chosen.length === 0}>Expand</button>
      </p>
    </form>
  );
}

/** Rows as what an expansion asks for. */
function choiceOf(rows) {
  const of = (direction) => rows.filter((it) => it.direction === direction).map((it) => it.type);
  return { outgoing: of('OUT'), incoming: of('IN'), mutual: of('ANY') };
}
