// The drawing: sigma over a picture of the scene. It knows no state but what it is given.
import Sigma from 'sigma';
import { boundsOf } from '../scene.js';
import { drawRing, keepFree, paper, writeCaption, writeNames } from './labels.js';
import { LineProgram } from './lines.js';
import { LoopProgram } from './loops.js';
import { grounds, MANY_LINES } from './palette.js';
import { pictureOf, restyle } from './picture.js';

/** Half the width of the box that sigma takes for the graph, so that places do not depend on what is laid out. */
const BOX = 500;
const ROOM_RATIO = 1.25;
const ROOM_ENTITIES = 90;
/** More names could not be told apart, and would have to be tried in every frame. */
const NAMES_MAX = 400;
/** More lines than can be drawn in every frame of a movement. */
const LINES_IN_MOTION_MAX = 4000;

const emptyScene = { nodes: [], lines: [] };
const plainLook = { theme: 'light', selected: new Set(), picked: new Set() };

/** A drawing in `container`; `on` hears `entity(id)`, `line(bundle)`, `ground()`, `open(id)`, `moved(id, place)`. */
export function stage(container, on) {
  let [scene, look] = [emptyScene, plainLook];
  let graph = pictureOf(scene, look);
  let order = [];
  let named = new Map();
  const manner = () => ({
    ground: grounds[look.theme],
    scale: sigma.scaleSize(1),
    isRoomy: sigma.getCamera().ratio < ROOM_RATIO && graph.order < ROOM_ENTITIES && scene.lines.length <= MANY_LINES,
  });
  const sigma = new Sigma(graph, container, {
    defaultEdgeType: 'line',
    edgeProgramClasses: { line: LineProgram, loop: LoopProgram },
    defaultDrawNodeHover: (context, data) => drawRing(context, { ...data, ...namesOf(data.node) }, named.has(data.key), manner()),
    renderLabels: false,
    enableEdgeEvents: true,
    stagePadding: 0,
    zIndex: true,
    minCameraRatio: 0.05,
    maxCameraRatio: 30,
    doubleClickZoomingRatio: 1,
  });
  sigma.setCustomBBox({ x: [-BOX, BOX], y: [-BOX, BOX] });
  sigma.on('afterRender', () => { named = write(sigma, order, manner()); });
  listen(sigma, container, on);

  return {
    show(nextScene, nextLook) {
      const [sceneBefore, lookBefore] = [scene, look];
      [scene, look] = [nextScene, nextLook];
      const isSame = scene === sceneBefore && look.theme === lookBefore.theme;
      if (isSame) restyle(graph, scene, lookBefore, look);
      else graph = pictureOf(scene, look);
      order = byImportance(graph);
      if (isSame) return;
      sigma.setSetting('hideEdgesOnMove', scene.lines.length > LINES_IN_MOTION_MAX);
      sigma.setGraph(graph);
    },
    fit: (nodes, animated = true) => fit(sigma, nodes, animated),
    /** Turns the camera to an entity that stands outside the picture. */
    reveal(node) {
      if (!isInside(sigma, node)) turn(sigma, centerOf(node));
    },
    holds: (nodes) => nodes.every((it) => isInside(sigma, it)),
    zoom: (factor) => sigma.getCamera().animatedZoom({ factor, duration: 150 }),
    unzoom: (factor) => sigma.getCamera().animatedUnzoom({ factor, duration: 150 }),
    /** Where an entity stands; null where it does not. */
    place: (id) => (graph.hasNode(id) ? placeOf(graph, id) : null),
    /** Where an entity is drawn, in pixels of the container. */
    at: (id) => sigma.graphToViewport(graph.getNodeAttributes(id)),
    kill: () => sigma.kill(),
  };
}

const namesOf = ({ label, type }) => ({ name: label, kind: type });

const placeOf = (graph, id) => ({ x: graph.getNodeAttribute(id, 'x'), y: -graph.getNodeAttribute(id, 'y') });

/** The ids of entities: first what is selected or picked, then what has many lines. */
function byImportance(graph) {
  const weight = ({ highlighted, dim, size }) => (highlighted ? 1000 : 0) + (dim ? -100 : 0) + size;
  return graph.mapNodes((id, it) => [weight(it), id]).sort(([a], [b]) => b - a).map(([, id]) => id);
}

/** Writes names and captions into what sigma has drawn; gives those whose name found room. */
function write(sigma, order, look) {
  const graph = sigma.getGraph();
  const { width, height } = sigma.getDimensions();
  const { labels, edgeLabels } = sigma.getCanvases();
  const onScreen = (id) => {
    const it = graph.getNodeAttributes(id);
    return { ...namesOf(it.node), ...sigma.graphToViewport(it), key: id, size: it.size * look.scale, dim: it.node.dim, strong: it.strong };
  };
  const isSeen = ({ x, y }) => x > 0 && y > 0 && x < width && y < height;
  const nodes = order.map(onScreen).filter(isSeen).slice(0, NAMES_MAX);
  const there = new Map(nodes.map((it) => [it.key, it]));
  const spoken = graph.filterEdges((_, it) => it.isSpoken && it.label).map((key) => {
    const [source, target] = graph.extremities(key).map((id) => there.get(id) ?? onScreen(id));
    return { ...graph.getEdgeAttributes(key), source, target };
  });
  const free = paper();
  keepFree(free, nodes, spoken.filter((it) => it.type === 'loop').map(({ source, line }) => ({ node: source, lane: line.lane })), look);
  const named = writeNames(labels.getContext('2d'), free, nodes, { ...look, width });
  for (const it of spoken) writeCaption(edgeLabels.getContext('2d'), free, it, it.source, it.target, look);
  return named;
}

function listen(sigma, container, on) {
  let dragged = null;
  let moved = false;
  sigma.on('clickNode', ({ node }) => on.entity(node));
  sigma.on('doubleClickNode', ({ node, preventSigmaDefault }) => { preventSigmaDefault(); on.open(node); });
  sigma.on('doubleClickStage', ({ preventSigmaDefault }) => preventSigmaDefault());
  sigma.on('clickEdge', ({ edge }) => on.line(sigma.getGraph().getEdgeAttribute(edge, 'line')));
  sigma.on('clickStage', () => on.ground());
  for (const [event, cursor] of [['enterNode', 'pointer'], ['leaveNode', ''], ['enterEdge', 'pointer'], ['leaveEdge', '']]) {
    sigma.on(event, () => { container.style.cursor = cursor; });
  }
  sigma.on('downNode', ({ node }) => { dragged = node; moved = false; });
  sigma.on('moveBody', ({ event }) => {
    if (!dragged) return;
    moved = true;
    sigma.getGraph().mergeNodeAttributes(dragged, sigma.viewportToGraph(event));
    event.preventSigmaDefault();
    event.original.preventDefault();
  });
  const drop = () => {
    if (dragged && moved) on.moved(dragged, placeOf(sigma.getGraph(), dragged));
    dragged = null;
  };
  sigma.on('upNode', drop);
  sigma.on('upStage', drop);
}

function isInside(sigma, { x, y }) {
  const at = sigma.graphToViewport({ x, y: -y });
  const { width, height } = sigma.getDimensions();
  return at.x > 40 && at.y > 20 && at.x < width - 40 && at.y < height - 45;
}

/** The camera's place above a place of the board. */
const centerOf = ({ x, y }) => ({ x: 0.5 + x / (2 * BOX), y: 0.5 - y / (2 * BOX) });

/** Turns the camera to all of the entities, never nearer than their true size. */
function fit(sigma, nodes, animated) {
  const bounds = boundsOf(nodes);
  const { width, height } = sigma.getDimensions();
  const scale = Math.max(bounds.width / Math.max(60, width - 170), bounds.height / Math.max(60, height - 130), 0.72);
  const state = {
    ...centerOf({ x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height / 2 }),
    ratio: scale * (Math.min(width, height) / (2 * BOX)),
  };
  if (animated) turn(sigma, state);
  else sigma.getCamera().setState(state);
}

/** Draws once more at the end, where lines are hidden while the camera moves. */
async function turn(sigma, state) {
  await sigma.getCamera().animate(state, { duration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 300 });
  sigma.scheduleRender();
}
