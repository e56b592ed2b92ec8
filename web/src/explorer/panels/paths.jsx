/** @jsxImportSource preact */
// The way from one entity to another: how many ways, how long, over which types, as of when; told in sentences.
import { pathsRequest } from '../actions.js';
import { usePage } from '../hooks.js';
import { pathSentences, pathSummary } from '../sentences.js';
import { count, relationWords, truncation } from '../words.js';
import { AsOf } from './lens.jsx';
import { ShowGraphQL } from './parts.jsx';
import { SearchBox } from './search.jsx';

const HOPS_MAX = 8;

const numbers = (most) => Array.from({ length: most }, (_, at) => at + 1);

export function PathsPanel() {
  const { state, actions } = usePage();
  const { paths } = state;
  const change = (part) => actions.setPaths({ ...part, answer: null, shown: null });
  const select = (name, most) => (
    <select value={paths[name]} onChange={(event) => change({ [name]: Number(event.currentTarget.value) })}>
      {numbers(most).map((it) => <option key={it} value={it}>{it}</option>)}
    </select>
  );
  const isSame = paths.from && paths.from.id === paths.to?.id;
  const isReady = paths.from && paths.to && !isSame;
  return (
    <form class="paths" onSubmit={(event) => { event.preventDefault(); if (isReady) actions.findPaths(); }}>
      <div class="ends">
        <label for="path-from">From</label>
        <SearchBox id="path-from" label="Path from" placeholder="Search a name" keeps value={paths.from?.name} onPick={(from) => change({ from })} />
        <label for="path-to">To</label>
        <SearchBox id="path-to" label="Path to" placeholder="Search a name" keeps value={paths.to?.name} onPick={(to) => change({ to })} />
      </div>
      <p class="row">
        <label>Paths {select('k', 10)}</label>
        <label>Hops at most {select('maxHops', HOPS_MAX)}</label>
        <button type="button" class="link" disabled={!isReady} onClick={() => change({ from: paths.to, to: paths.from })}>Swap</button>
      </p>
      <AsOf value={paths.asOf} onChange={(asOf) => change({ asOf })} />
      <label class="check"><input type="checkbox" checked={paths.onlyFacts} onChange={() => change({ onlyFacts: !paths.onlyFacts })} />only what is asserted</label>
      <Types types={paths.types} onChange={(types) => change({ types })} />
      <p class="row"><button type="submit" class="primary" disabled={!isReady || Boolean(state.busy)}>Find paths</button>{isReady && <ShowGraphQL requests={[pathsRequest(paths)]} />}</p>
      {isSame && <p class="muted" role="status">Both ends are the same entity; choose another.</p>}
      {paths.answer && <Answer />}
    </form>
  );
}

function Types({ types, onChange }) {
  const { state } = usePage();
  const there = (state.ontology?.relationshipsByType ?? []).filter((it) => it.count > 0);
  return (
    <details>
      <summary>{types.length === 0 ? 'Over relationships of any type' : `Over ${count(types.length, 'type')}`}</summary>
      <fieldset>
        <legend class="spoken">Types of relationships</legend>
        {there.map(({ type }) => (
          <label key={type} class="check"><input type="checkbox" checked={types.includes(type)} onChange={() => onChange(types.includes(type) ? types.filter((it) => it !== type) : [...types, type])} />{relationWords(type)}</label>
        ))}
      </fieldset>
    </details>
  );
}

/** What may be asked for less strictly. */
function advice({ onlyFacts, maxHops, types, asOf }) {
  const ways = [onlyFacts && 'with more than what is asserted', maxHops < HOPS_MAX && 'with more hops', types.length > 0 && 'over any type', asOf && 'without a date'].filter(Boolean);
  return ways.length > 0 ? `Try ${ways.join(', or ')}.` : 'They are not connected, as far as is known here.';
}

function Answer() {
  const { state, actions } = usePage();
  const { answer, shown } = state.paths;
  if (!answer.found) {
    return (
      <div role="status">
        <p>No way was found{truncation(answer)}.</p>
        <p class="muted">{advice(state.paths)}</p>
      </div>
    );
  }
  return (
    <section aria-label="Paths found" class="found">
      <p class="row" role="status">
        <b>{count(answer.paths.length, 'path')}</b>
        <button type="button" class="link" aria-pressed={shown === 'all'} onClick={() => actions.setPaths({ shown: shown === 'all' ? null : 'all' })}>{shown === 'all' ? 'Show the whole board' : 'Mark all'}</button>
      </p>
      {answer.truncated && <p class="wrong">There may be more{truncation(answer)}.</p>}
      <ol>
        {answer.paths.map((path, index) => (
          <li key={path.steps.map((it) => it.relationship.id).join()} class={shown === index ? 'on' : ''}>
            <button type="button" aria-pressed={shown === index} onClick={() => actions.setPaths({ shown: shown === index ? 'all' : index })}>{pathSummary(path)}</button>
            <ul>
              {pathSentences(path).map((it, at) => (
                <li key={it}><button type="button" class="link sentence" title="Who says so" onClick={() => actions.select('relationships', [path.steps[at].relationship.id])}><bdi>{it}</bdi></button></li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </section>
  );
}
