/** @jsxImportSource preact */
// The drawing, and what the keyboard does in it: arrows go from entity to entity, Enter expands, Delete removes.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { usePage } from '../hooks.js';
import { kindWords } from '../words.js';

export function Drawing({ scene, theme }) {
  const { state, actions } = usePage();
  const { selection, paths, fits } = state;
  const container = useRef(null);
  const stage = useRef(null);
  const [problem, setProblem] = useState(null);
  const [isReady, setReady] = useState(false);
  const latest = useRef(null);
  latest.current = { actions, state, scene };

  useEffect(() => {
    let left = false;
    import('../draw/stage.js').then(({ stage: open }) => {
      if (left) return;
      stage.current = open(container.current, listeners(latest));
      container.current.stage = stage.current; // for tests: where an entity is drawn
      setReady(true);
    }).catch((error) => setProblem(error));
    return () => {
      left = true;
      stage.current?.kill();
      stage.current = null;
    };
  }, []);

  const options = useMemo(() => ({
    theme,
    selected: new Set(selection?.ids ?? []),
    picked: new Set([paths.from?.id, paths.to?.id].filter(Boolean)),
  }), [theme, selection, paths.from, paths.to]);
  useEffect(() => { stage.current?.show(scene, options); }, [scene, options, isReady]);
  const selected = selection?.kind === 'entity' ? scene.nodes.find((it) => it.id === selection.ids[0]) : null;
  useCamera(stage, scene, selected, fits, isReady);

  if (problem) {
    return (
      <div class="empty" role="alert">
        <h2>The drawing needs WebGL</h2>
        <p>This browser does not offer it ({problem.message}). The table shows the same.</p>
        <p><button type="button" class="primary" onClick={() => actions.set({ view: 'table' })}>Show the table</button></p>
      </div>
    );
  }
  return (
    <div class="canvas">
      <div
        class="sigma" ref={container} tabIndex={0} role="application" aria-roledescription="graph"
        aria-label={`Drawing of ${scene.nodes.length} entities and ${scene.relationships.length} relationships. Arrow keys select, Enter expands, Delete removes.`}
        onKeyDown={(event) => steer(event, latest.current, stage.current)}
      />
      <p class="spoken" aria-live="polite">{selected && `${selected.name}, ${kindWords(selected.type)}`}</p>
      <div class="zoom" role="group" aria-label="Zoom">
        <button type="button" aria-label="Zoom in" onClick={() => stage.current?.zoom(1.5)}>+</button>
        <button type="button" aria-label="Zoom out" onClick={() => stage.current?.zoom(1 / 1.5)}>−</button>
        <button type="button" aria-label="Show everything" onClick={() => stage.current?.fit(scene.nodes)}>⤢</button>
      </div>
    </div>
  );
}

const listeners = (latest) => ({
  entity: (id) => latest.current.actions.select('entity', [id]),
  line: (bundle) => latest.current.actions.select('relationships', bundle.ids),
  ground: () => latest.current.actions.deselect(),
  open: (id) => latest.current.actions.expandAll(id),
  moved: (id, place) => latest.current.actions.moveEntity(id, place),
});

/** Turns the camera to everything where that is asked for or newcomers stand outside the picture, or to a selection. */
function useCamera(stage, scene, selected, fits, isReady) {
  const before = useRef({ fits: null, ids: new Set(), selected: null });
  useEffect(() => {
    if (!isReady) return;
    const last = before.current;
    const isOutside = (nodes) => nodes.length > 0 && !stage.current.holds(nodes);
    before.current = { fits, ids: new Set(scene.nodes.map((it) => it.id)), selected: selected?.id };
    if (scene.nodes.length > 0 && (fits !== last.fits || isOutside(scene.nodes.filter((it) => !last.ids.has(it.id))))) {
      stage.current.fit(scene.nodes, fits === last.fits && last.ids.size > 0);
    } else if (selected && selected.id !== last.selected && isOutside([selected])) {
      stage.current.center(selected);
    }
  }, [scene, selected?.id, fits, isReady]);
}

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function steer(event, { actions, state, scene }, stage) {
  const { selection } = state;
  const id = selection?.kind === 'entity' ? selection.ids[0] : null;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (WAYS[event.key]) {
    const next = nearest(scene.nodes, id, WAYS[event.key]);
    if (next) actions.select('entity', [next.id]);
  } else if (event.key === 'Enter' && id) actions.expandAll(id);
  else if (event.key === 'Delete' && id) actions.remove([id]);
  else if (event.key === 'Escape') actions.deselect();
  else if (event.key === '+') stage.zoom(1.5);
  else if (event.key === '-') stage.zoom(1 / 1.5);
  else if (event.key === '0') stage.fit(scene.nodes);
  else return;
  event.preventDefault();
}

/** The entity that lies nearest in a direction: what is aside counts twice. */
function nearest(nodes, id, [dx, dy]) {
  const from = nodes.find((it) => it.id === id);
  if (!from) return nodes[0];
  const cost = (it) => {
    const [x, y] = [it.x - from.x, it.y - from.y];
    const ahead = x * dx + y * dy;
    return ahead <= 1 ? Infinity : ahead + 2 * Math.abs(x * dy - y * dx);
  };
  const best = nodes.reduce((one, it) => (cost(it) < cost(one) ? it : one), from);
  return best === from ? null : best;
}
