/** @jsxImportSource preact */
// When the relationships on the board hold, and a brush that shows only those of a time: drawn over, or by two sliders.
import { useMemo, useRef, useState } from 'preact/hooks';
import { boardOf } from '../actions.js';
import { firstDay, lastDay } from '../dates.js';
import { usePage } from '../hooks.js';
import { histogram } from '../histogram.js';
import { admits } from '../lens.js';
import { count } from '../words.js';

export function TimeBrush() {
  const { state, actions } = usePage();
  const { lens } = state;
  const board = boardOf(state);
  const { unit, bars, undated } = useMemo(
    () => histogram([...board.relationships.values()].filter((it) => admits(lens, it))),
    [board.relationships, lens.modalities, lens.relationsHidden, lens.confidenceMin],
  );
  if (board.relationships.size === 0) return null;
  if (bars.length === 0) return <div class="time"><p class="muted">No dates among {count(undated, 'relationship')}.</p></div>;
  const from = lens.from ? bars.findIndex((it) => lastDay(it.to) >= firstDay(lens.from)) : 0;
  const to = lens.to ? bars.findLastIndex((it) => firstDay(it.from) <= lastDay(lens.to)) : bars.length - 1;
  const choose = (first, last) => {
    const isAll = first <= 0 && last >= bars.length - 1;
    actions.setLens(isAll ? { from: '', to: '' } : { from: bars[Math.max(0, first)].from, to: bars[Math.min(last, bars.length - 1)].to });
  };
  return (
    <section class="time" aria-label="Time">
      <p class="ends">
        <b>{lens.from || lens.to ? `${lens.from} – ${lens.to}` : 'All times'}</b>
        <span class="muted">{count(bars.length, unit)}{undated > 0 && `, and ${count(undated, 'relationship')} without a date, which always show`}</span>
        {(lens.from || lens.to) && <button type="button" class="link" onClick={() => actions.setLens({ from: '', to: '' })}>Clear</button>}
      </p>
      <Bars bars={bars} from={from} to={to} onChoose={choose} />
      <div class="sliders">
        <input type="range" aria-label="From" aria-valuetext={bars[Math.max(0, from)].from} min="0" max={bars.length - 1} value={from} onInput={(event) => choose(Math.min(Number(event.currentTarget.value), to), to)} />
        <input type="range" aria-label="To" aria-valuetext={bars[Math.max(0, to)].to} min="0" max={bars.length - 1} value={to} onInput={(event) => choose(from, Math.max(Number(event.currentTarget.value), from))} />
      </div>
      <p class="axis muted"><span>{bars[0].from}</span><span>{bars.at(-1).to}</span></p>
    </section>
  );
}

function Bars({ bars, from, to, onChoose }) {
  const chart = useRef(null);
  const [drag, setDrag] = useState(null);
  const most = Math.max(...bars.map((it) => it.count));
  const barAt = (event) => {
    const { left, width } = chart.current.getBoundingClientRect();
    return Math.max(0, Math.min(bars.length - 1, Math.floor(((event.clientX - left) / width) * bars.length)));
  };
  const range = drag ? [Math.min(drag.start, drag.end), Math.max(drag.start, drag.end)] : [from, to];
  return (
    <svg
      class="bars" ref={chart} viewBox={`0 0 ${bars.length} 1`} preserveAspectRatio="none" aria-hidden="true"
      onPointerDown={(event) => { chart.current.setPointerCapture(event.pointerId); setDrag({ start: barAt(event), end: barAt(event) }); }}
      onPointerMove={(event) => { if (drag) setDrag({ ...drag, end: barAt(event) }); }}
      onPointerUp={() => { if (drag) onChoose(...range); setDrag(null); }}
    >
      {bars.map((it, index) => (
        <g key={it.from} class={index >= range[0] && index <= range[1] ? 'in' : 'out'}>
          <title>{`${it.from}: ${it.count}`}</title>
          <rect class="catch" x={index} y="0" width="1" height="1" />
          <rect x={index + 0.08} y={1 - it.count / most} width="0.84" height={it.count / most} />
        </g>
      ))}
    </svg>
  );
}
