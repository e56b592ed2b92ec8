/** @jsxImportSource preact */
// The lens, which is the legend too: types with their colors, modalities with their strokes, confidence, a date.
import { useState } from 'preact/hooks';
import { boardOf } from '../actions.js';
import { isDate } from '../dates.js';
import { usePage } from '../hooks.js';
import { MODALITIES, settings } from '../lens.js';
import { kindWords, relationWords } from '../words.js';
import { Dot, Stroke } from './parts.jsx';

const MEANING = { ASSERTED: 'said to be so', INTENDED: 'is meant', POSSIBLE: 'may be so', REQUESTED: 'asked for' };

export function LensPanel({ kinds, theme }) {
  const { state, actions } = usePage();
  const { lens } = state;
  const board = boardOf(state);
  const count = tally(board.entities.values());
  const links = tally(board.relationships.values());
  const changed = settings(lens);
  return (
    <aside class="panel lens" aria-label="Filters and legend">
      <h2>Filters {changed > 0 && <button type="button" class="link" onClick={actions.resetLens}>Reset {changed}</button>}</h2>
      <AsOf value={lens.asOf} onChange={(asOf) => actions.setLens({ asOf })} />
      <fieldset>
        <legend>Modality</legend>
        {MODALITIES.map((it) => (
          <Check key={it} checked={lens.modalities.includes(it)} onChange={() => actions.setLens({ modalities: MODALITIES.filter((at) => lens.modalities.includes(at) !== (at === it)) })}>
            <Stroke dash={it === 'ASSERTED' ? 'solid' : 'dashed'} />{it.toLowerCase()}<small>{MEANING[it]}</small>
          </Check>
        ))}
        <p class="key"><Stroke dash="dotted" />no source</p>
        <p class="key"><Stroke dash="solid" color="disputed" />disputed</p>
      </fieldset>
      <label class="range">Confidence at least <span>{lens.confidenceMin === 0 ? 'any' : lens.confidenceMin.toFixed(2)}</span>
        <input type="range" min="0" max="1" step="0.05" value={lens.confidenceMin} onInput={(event) => actions.setLens({ confidenceMin: Number(event.currentTarget.value) })} />
      </label>
      <Types title="Entities" types={kinds} counts={count} hidden={lens.kindsHidden} words={kindWords} mark={(type) => <Dot index={kinds.indexOf(type)} theme={theme} />} onChange={(kindsHidden) => actions.setLens({ kindsHidden })} />
      <Types title="Relationships" types={(state.ontology?.relationshipsByType ?? []).map((it) => it.type)} counts={links} hidden={lens.relationsHidden} words={relationWords} onChange={(relationsHidden) => actions.setLens({ relationsHidden })} />
      {board.entities.size > 1 && (
        <fieldset class="tools">
          <legend>Board</legend>
          <button type="button" onClick={actions.connect} title="Every relationship among the entities on the board">Links among these</button>
          <button type="button" onClick={actions.arrange} title="Lay everything out anew">Arrange</button>
          <button type="button" onClick={actions.clear}>Clear</button>
        </fieldset>
      )}
    </aside>
  );
}

function tally(parts) {
  const counts = new Map();
  for (const { type } of parts) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

/** The types that are on the board, each to be hidden or shown. */
function Types({ title, types, counts, hidden, words, mark, onChange }) {
  const there = types.filter((it) => counts.has(it) || hidden.includes(it));
  if (there.length === 0) return null;
  return (
    <fieldset>
      <legend>{title}</legend>
      {there.map((it) => (
        <Check key={it} checked={!hidden.includes(it)} onChange={() => onChange(hidden.includes(it) ? hidden.filter((at) => at !== it) : [...hidden, it])}>
          {mark?.(it)}<span class="name">{words(it)}</span><span class="count">{(counts.get(it) ?? 0).toLocaleString('en')}</span>
        </Check>
      ))}
    </fieldset>
  );
}

const Check = ({ checked, onChange, children }) => (
  <label class="check"><input type="checkbox" checked={checked} onChange={onChange} />{children}</label>
);

/** A date that takes effect once it is one. */
export function AsOf({ value, onChange, label = 'As of' }) {
  const [text, setText] = useState(null);
  const shown = text ?? value;
  const isWrong = shown !== '' && !isDate(shown);
  const take = (it) => { setText(it); if (it === '' || isDate(it)) onChange(it); };
  return (
    <label class="date">{label}
      <input type="text" inputmode="numeric" placeholder="any date, as 2024-08" value={shown} aria-invalid={isWrong} onInput={(event) => take(event.currentTarget.value.trim())} onBlur={() => { if (!isWrong) setText(null); }} />
      {isWrong && <small class="wrong" role="alert">Write 2024, 2024-08 or 2024-08-19</small>}
    </label>
  );
}
