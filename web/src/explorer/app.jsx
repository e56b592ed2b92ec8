/** @jsxImportSource preact */
// The page: what is above, to the left, in the middle, to the right and below; and what keys do everywhere.
import { useMemo } from 'preact/hooks';
import { usePage, useListener } from './hooks.js';
import { sceneOf } from './scene.js';
import { Bar } from './panels/bar.jsx';
import { Drawing } from './panels/drawing.jsx';
import { Empty } from './panels/empty.jsx';
import { LensPanel } from './panels/lens.jsx';
import { Notice } from './panels/notice.jsx';
import { Side } from './panels/side.jsx';
import { Table } from './panels/table.jsx';
import { TimeBrush } from './panels/time.jsx';
import { useTheme } from './theme.js';

export function App() {
  const { state, actions } = usePage();
  const { history, lens, ontology, symmetric, paths } = state;
  const board = history.present;
  const theme = useTheme(state.theme);
  const marked = useMemo(() => markedBy(paths), [paths.answer, paths.shown]);
  const kinds = useMemo(() => (ontology?.entitiesByType ?? []).map((it) => it.type), [ontology]);
  const scene = useMemo(() => sceneOf(board, lens, { kinds, symmetric, marked }), [board, lens, kinds, symmetric, marked]);
  useListener(window, 'keydown', (event) => shortcut(event, actions));

  return (
    <>
      <a class="skip" href="#side" onClick={(event) => { event.preventDefault(); document.getElementById('side').focus(); }}>Skip to the details</a>
      <Bar scene={scene} theme={theme} />
      <main class="middle">
        {state.hasLens && <LensPanel kinds={kinds} theme={theme} />}
        <section class="work" aria-label="Board">
          <Notice />
          {state.view === 'table' ? <Table scene={scene} /> : <Drawing scene={scene} theme={theme} />}
          {board.entities.size === 0 && state.view === 'drawing' && <Empty />}
          <TimeBrush />
        </section>
        <Side />
      </main>
    </>
  );
}

/** What the shown paths run over. */
function markedBy({ answer, shown }) {
  if (!answer || shown === null) return null;
  const paths = shown === 'all' ? answer.paths : [answer.paths[shown]];
  return {
    entities: new Set(paths.flatMap((it) => it.entities.map((at) => at.id))),
    relationships: new Set(paths.flatMap((it) => it.steps.map((at) => at.relationship.id))),
  };
}

function shortcut(event, actions) {
  const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== 'checkbox';
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && key === 'z' && !isTyping) {
    event.preventDefault();
    if (event.shiftKey) actions.redo(); else actions.undo();
  } else if ((event.ctrlKey || event.metaKey) && key === 'y' && !isTyping) {
    event.preventDefault();
    actions.redo();
  } else if (key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.getElementById('search').focus();
  }
}
