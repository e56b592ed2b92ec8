// The scene as the graph that sigma draws: what each entity and line looks like, and what a selection changes.
import { MultiGraph } from 'graphology';
import { isLoop } from '../board/bundles.js';
import { faded, grounds, kindColor, MANY_LINES, weights } from './palette.js';

/** A graph of the scene; `look` is `{theme, selected, picked}`. Y grows upwards in it. */
export function pictureOf({ nodes, lines }, look) {
  const graph = new MultiGraph();
  const styles = stylesOf(lines);
  for (const it of nodes) graph.addNode(it.id, { x: it.x, y: -it.y, size: it.size, node: it, ...nodeStyle(it, look) });
  for (const it of lines) graph.addEdgeWithKey(it.key, it.source, it.target, { type: isLoop(it) ? 'loop' : 'line', line: it, ...styles(it, look) });
  return graph;
}

/** Changes the graph to another selection: only what it touches. */
export function restyle(graph, { lines }, before, after) {
  const styles = stylesOf(lines);
  const ids = new Set([...before.selected, ...before.picked, ...after.selected, ...after.picked]);
  for (const id of ids) {
    if (graph.hasNode(id)) graph.mergeNodeAttributes(id, nodeStyle(graph.getNodeAttribute(id, 'node'), after));
  }
  for (const it of lines) {
    if (ids.has(it.source) || ids.has(it.target) || it.ids.some((id) => ids.has(id))) graph.mergeEdgeAttributes(it.key, styles(it, after));
  }
}

function nodeStyle({ id, color, dim }, { theme, selected, picked }) {
  return {
    color: dim ? grounds[theme].faint : kindColor(theme, color),
    highlighted: selected.has(id) || picked.has(id),
    strong: selected.has(id),
    zIndex: dim ? 0 : 1,
  };
}

/** The style of any of the lines: where they are many, they are thin and faint, and only some have heads. */
function stylesOf(lines) {
  const weight = weights(lines);
  const isRoomy = lines.length <= MANY_LINES;
  return (line, { theme, selected }) => {
    const { width, opacity } = weight(line);
    const chosen = line.ids.some((id) => selected.has(id));
    const isStrong = chosen || line.marked;
    const isTouched = selected.has(line.source) || selected.has(line.target);
    return {
      label: line.dim && !chosen ? null : line.label,
      isSpoken: isRoomy || chosen,
      hasHeads: isRoomy || isStrong,
      size: width + (isStrong ? 1.5 : 0),
      color: faded(lineColor(line, chosen || (isTouched && !isRoomy), grounds[theme]), isStrong || isTouched ? 1 : opacity),
      zIndex: chosen || isTouched ? 2 : line.dim ? 0 : 1,
    };
  };
}

function lineColor({ dim, disputed, marked }, isChosen, ground) {
  if (isChosen) return ground.selected;
  if (dim) return ground.faint;
  if (disputed) return ground.disputed;
  return marked ? ground.marked : ground.line;
}
