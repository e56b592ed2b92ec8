// The drawing: sigma on a graph that mirrors the scene. It knows no state but what it is given.
import { MultiGraph } from 'graphology';
import Sigma from 'sigma';
import { LineProgram } from './edges.js';
import { lineLabel, nodeHover, nodeLabel } from './labels.js';
import { faded, grounds, kindColor, MANY_LINES, weights } from './palette.js';
import { boundsOf } from '../scene.js';

/** Half the width of the box that sigma takes for the graph, so that places do not depend on what is laid out. */
const BOX = 500;
const ROOM_RATIO = 1.25;

/** A drawing in `container`; `on` hears `entity(id, event)`, `line(bundle)`, `ground()`, `open(id)`, `moved(id, place)`. */
export function stage(container, on) {
  const graph = new MultiGraph();
  let theme = 'light';
  let lines = 0;
  const look = () => ({
    ground: grounds[theme],
    scale: sigma.scaleSize(1),
    isRoomy: sigma.getCamera().ratio < ROOM_RATIO && graph.order < 90 && lines <= MANY_LINES,
    manyLines: lines > MANY_LINES,
  });
  const sigma = new Sigma(graph, container, {
    defaultEdgeType: 'line',
    edgeProgramClasses: { line: LineProgram },
    defaultDrawNodeLabel: nodeLabel(look),
    defaultDrawNodeHover: nodeHover(look),
    defaultDrawEdgeLabel: lineLabel(look),
    renderEdgeLabels: true,
    enableEdgeEvents: true,
    labelDensity: 3,
    labelGridCellSize: 110,
    labelRenderedSizeThreshold: 4,
    stagePadding: 0,
    zIndex: true,
    minCameraRatio: 0.05,
    maxCameraRatio: 30,
    doubleClickZoomingRatio: 1,
  });
  sigma.setCustomBBox({ x: [-BOX, BOX], y: [-BOX, BOX] });
  listen(sigma, graph, container, on);

  return {
    show(scene, options) {
      theme = options.theme;
      lines = scene.lines.length;
      mirror(graph, scene, options);
      sigma.refresh();
    },
    fit: (nodes, animated = true) => fit(sigma, nodes, animated),
    holds: (nodes) => nodes.every((it) => isInside(sigma, it)),
    zoom: (factor) => sigma.getCamera().animatedZoom({ factor, duration: 150 }),
    unzoom: (factor) => sigma.getCamera().animatedUnzoom({ factor, duration: 150 }),
    /** Where an entity stands; null where it does not. */
    place: (id) => (graph.hasNode(id) ? { x: graph.getNodeAttribute(id, 'x'), y: -graph.getNodeAttribute(id, 'y') } : null),
    /** Where an entity is drawn, in pixels of the container. */
    at: (id) => sigma.graphToViewport(graph.getNodeAttributes(id)),
    kill: () => sigma.kill(),
  };
}

/** Makes the graph what the scene says, and nothing else. */
function mirror(graph, { nodes, lines }, { theme, selected, picked }) {
  const [ids, keys] = [new Set(nodes.map((it) => it.id)), new Set(lines.map((it) => it.key))];
  graph.forEachEdge((key) => { if (!keys.has(key)) graph.dropEdge(key); });
  graph.forEachNode((id) => { if (!ids.has(id)) graph.dropNode(id); });
  const ground = grounds[theme];
  const weight = weights(lines);
  const isRoomy = lines.length <= MANY_LINES;
  for (const it of nodes) {
    graph.mergeNode(it.id, {
      x: it.x, y: -it.y, label: it.label, kind: it.type, size: it.size, dim: it.dim,
      color: it.dim ? ground.faint : kindColor(theme, it.color),
      highlighted: selected.has(it.id) || picked.has(it.id),
      strong: selected.has(it.id),
      forceLabel: (nodes.length <= 60 && isRoomy) || selected.has(it.id) || picked.has(it.id),
      zIndex: it.dim ? 0 : 1,
    });
  }
  for (const it of lines) {
    const { width, opacity } = weight(it);
    const chosen = it.ids.some((id) => selected.has(id));
    const isClear = chosen || it.marked || selected.has(it.source) || selected.has(it.target);
    const attributes = {
      line: it, label: it.label, dim: it.dim, forceLabel: chosen, hasHeads: isRoomy || chosen || it.marked,
      size: width + (chosen || it.marked ? 1.5 : 0), color: faded(lineColor(it, chosen, ground), isClear ? 1 : opacity),
      zIndex: chosen ? 2 : it.dim ? 0 : 1,
    };
    if (graph.hasEdge(it.key)) graph.replaceEdgeAttributes(it.key, attributes);
    else graph.addEdgeWithKey(it.key, it.source, it.target, attributes);
  }
}

function lineColor({ dim, disputed, marked }, isChosen, ground) {
  if (isChosen) return ground.selected;
  if (dim) return ground.faint;
  if (disputed) return ground.disputed;
  return marked ? ground.marked : ground.line;
}

function listen(sigma, graph, container, on) {
  let dragged = null;
  let moved = false;
  sigma.on('clickNode', ({ node, event }) => on.entity(node, event.original));
  sigma.on('doubleClickNode', ({ node, preventSigmaDefault }) => { preventSigmaDefault(); on.open(node); });
  sigma.on('doubleClickStage', ({ preventSigmaDefault }) => preventSigmaDefault());
  sigma.on('clickEdge', ({ edge }) => on.line(graph.getEdgeAttribute(edge, 'line')));
  sigma.on('clickStage', () => on.ground());
  for (const [event, cursor] of [['enterNode', 'pointer'], ['leaveNode', ''], ['enterEdge', 'pointer'], ['leaveEdge', '']]) {
    sigma.on(event, () => { container.style.cursor = cursor; });
  }
  sigma.on('downNode', ({ node }) => { dragged = node; moved = false; });
  sigma.on('moveBody', ({ event }) => {
    if (!dragged) return;
    moved = true;
    graph.mergeNodeAttributes(dragged, sigma.viewportToGraph(event));
    event.preventSigmaDefault();
    event.original.preventDefault();
  });
  const drop = () => {
    if (dragged && moved) {
      const { x, y } = graph.getNodeAttributes(dragged);
      on.moved(dragged, { x, y: -y });
    }
    dragged = null;
  };
  sigma.on('upNode', drop);
  sigma.on('upStage', drop);
}

function isInside(sigma, { x, y }) {
  const at = sigma.graphToViewport({ x, y: -y });
  const { width, height } = sigma.getDimensions();
  return at.x > 20 && at.y > 20 && at.x < width - 20 && at.y < height - 45;
}

/** Turns the camera to all of the entities, never nearer than their true size. */
function fit(sigma, nodes, animated) {
  const bounds = boundsOf(nodes);
  const { width, height } = sigma.getDimensions();
  const least = Math.min(width, height);
  const ratio = Math.max((bounds.width + 190) / width, (bounds.height + 170) / height, 0.72) * (least / (2 * BOX));
  const state = {
    x: 0.5 + (bounds.x + bounds.width / 2) / (2 * BOX),
    y: 0.5 - (bounds.y + bounds.height / 2) / (2 * BOX),
    ratio,
  };
  if (animated) sigma.getCamera().animate(state, { duration: 300 });
  else sigma.getCamera().setState(state);
}
