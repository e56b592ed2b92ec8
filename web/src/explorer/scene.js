// What is to be seen, ready to be drawn by WebGL, as SVG or as a table: entities with places, lines with styles.
import { bundles, isLoop } from './board/bundles.js';
import { seen } from './lens.js';
import { nameLines, relationWords } from './words.js';

/** `kinds` and `relations` are the ontology's types in its order; `symmetric` those that have no direction. */
export function sceneOf(board, lens, { kinds, symmetric, marked }) {
  const { entities, relationships } = seen(board, lens);
  const isMarked = (it) => Boolean(marked) && it.ids.some((id) => marked.relationships.has(id));
  const lines = bundles(relationships, symmetric).map((it) => ({ ...it, label: label(it), marked: isMarked(it), dim: Boolean(marked) && !isMarked(it) }));
  const degrees = new Map();
  for (const { source, target } of lines.filter((it) => !isLoop(it))) {
    degrees.set(source, (degrees.get(source) ?? 0) + 1);
    degrees.set(target, (degrees.get(target) ?? 0) + 1);
  }
  const nodes = entities.map((it) => ({
    ...it,
    ...board.places.get(it.id),
    label: nameLines(it.name),
    color: Math.max(0, kinds.indexOf(it.type)),
    size: Math.min(16, 7 + 1.4 * Math.sqrt(degrees.get(it.id) ?? 0)),
    dim: Boolean(marked) && !marked.entities.has(it.id),
  }));
  return { nodes, lines, relationships };
}

function label({ types, ids }) {
  const what = types.length === 1 ? relationWords(types[0]) : `${types.length} types`;
  return ids.length === 1 ? what : `${what} ×${ids.length.toLocaleString('en')}`;
}

/** The box around all entities: `{x, y, width, height}`. */
export function boundsOf(nodes) {
  if (nodes.length === 0) return { x: -100, y: -100, width: 200, height: 200 };
  const [xs, ys] = [nodes.map((it) => it.x), nodes.map((it) => it.y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}
