/** @jsxImportSource preact */
// The bar above: search, undo, the two views, exports, a link, light and dark.
import { useRef, useState } from 'preact/hooks';
import { boardOf } from '../actions.js';
import { gexf } from '../exports/gexf.js';
import { png, save } from '../exports/save.js';
import { svg } from '../exports/svg.js';
import { csv, json } from '../exports/table.js';
import { usePage, useListener } from '../hooks.js';
import { settings } from '../lens.js';
import { keepTheme, THEMES } from '../theme.js';
import { SearchBox } from './search.jsx';

export function Bar({ scene, theme }) {
  const { state, actions } = usePage();
  const { past, future } = state.history;
  const isEmpty = boardOf(state).entities.size === 0;
  const changed = settings(state.lens);
  const openPaths = () => {
    actions.set({ tab: 'paths' });
    requestAnimationFrame(() => document.getElementById('path-from').focus());
  };
  const view = (name, words) => (
    <button type="button" aria-pressed={state.view === name} onClick={() => actions.set({ view: name })}>{words}</button>
  );
  return (
    <header class="bar">
      <h1>relata</h1>
      <SearchBox id="search" label="Search for an entity" placeholder="Search names and aliases   /" onPick={actions.place} />
      <div class="group" role="group" aria-label="History">
        <Tool label={past.length > 0 ? `Undo: ${past.at(-1).name}` : 'Undo'} disabled={past.length === 0} onClick={actions.undo} path="M9 7 4 12l5 5M4.5 12H15a5 5 0 0 1 0 10h-2" />
        <Tool label={future.length > 0 ? `Redo: ${future[0].name}` : 'Redo'} disabled={future.length === 0} onClick={actions.redo} path="m15 7 5 5-5 5M19.500 12H9a5 5 0 0 0 0 10h2" />
      </div>
      <div class="group" role="group" aria-label="View">{view('drawing', 'Drawing')}{view('table', 'Table')}</div>
      <button type="button" aria-pressed={state.hasLens} onClick={() => actions.set({ hasLens: !state.hasLens })}>Filters{changed > 0 && ` (${changed})`}</button>
      <button type="button" onClick={openPaths}>Find paths</button>
      <span class="space" />
      <ExportMenu scene={scene} theme={theme} lens={state.lens} isEmpty={isEmpty} onFailure={() => actions.set({ notice: { text: 'The board is too large to be exported in this form; hide a part of it, or choose another.' } })} />
      <button type="button" disabled={isEmpty} onClick={actions.share} title="Copy a link that opens this view">Share</button>
      <ThemeChoice theme={state.theme} onChoose={(it) => { keepTheme(it); actions.set({ theme: it }); }} />
      <a class="button" href="graphiql">GraphiQL</a>
    </header>
  );
}

const Tool = ({ label, path, ...rest }) => (
  <button type="button" class="tool" aria-label={label} title={label} {...rest}>
    <svg viewBox="0 0 24 24" width="17" height="17" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d={path} /></svg>
  </button>
);

function ThemeChoice({ theme, onChoose }) {
  return (
    <select aria-label="Colors" value={theme} onChange={(event) => onChoose(event.currentTarget.value)}>
      {THEMES.map((it) => <option key={it} value={it}>{{ auto: 'System colors', light: 'Light', dark: 'Dark' }[it]}</option>)}
    </select>
  );
}

function ExportMenu({ scene, theme, lens, isEmpty, onFailure }) {
  const [isOpen, setOpen] = useState(false);
  const menu = useRef(null);
  useListener(window, 'pointerdown', (event) => { if (isOpen && !menu.current.contains(event.target)) setOpen(false); });
  const kinds = {
    PNG: async () => save('relata.png', await png(svg(scene, theme))),
    SVG: () => save('relata.svg', svg(scene, theme).text, 'image/svg+xml'),
    CSV: () => save('relata.csv', csv(scene), 'text/csv;charset=utf-8'),
    JSON: () => save('relata.json', json(scene, lens), 'application/json'),
    GEXF: () => save('relata.gexf', gexf(scene), 'application/xml'),
  };
  const give = async (run) => {
    setOpen(false);
    try {
      await run();
    } catch {
      onFailure();
    }
  };
  const close = (event) => {
    if (event.key !== 'Escape') return;
    setOpen(false);
    menu.current.querySelector('button').focus();
  };
  return (
    <div class="menu" ref={menu} onKeyDown={close} onFocusOut={(event) => { if (event.relatedTarget && !menu.current.contains(event.relatedTarget)) setOpen(false); }}>
      <button type="button" aria-haspopup="true" aria-expanded={isOpen} disabled={isEmpty} onClick={() => setOpen(!isOpen)}>Export</button>
      {isOpen && (
        <div class="drop" role="group" aria-label="Export what is seen as">
          {Object.entries(kinds).map(([name, run]) => (
            <button key={name} type="button" onClick={() => give(run)}>{name}</button>
          ))}
        </div>
      )}
    </div>
  );
}
