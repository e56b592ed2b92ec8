// The drawing: sigma over a picture of the scene. It knows no state but what it is given.
import Sigma from 'sigma';
import { above, aboveAll, box, isInside, nearer, turn } from './camera.js';
import { drawRing } from './labels.js';
import { LineProgram } from './lines.js';
import { LoopProgram } from './loops.js';
import { grounds, MANY_LINES } from './palette.js';
import { pictureOf, restyle } from './picture.js';
import { words, write } from './writing.js';

const ROOM_RATIO = 1.25;
const ROOM_ENTITIES = 90;
const MOVE_MS = 300;
/** More lines than can be drawn in every frame of a movement. */
const LINES_IN_MOTION_MAX = 4000;

const emptyScene = { nodes: [], lines: [] };
const plainLook = { theme: 'light', selected: new Set(), picked: new Set() };

/** A drawing in `container`; `on` hears `entity(id)`, `line(bundle)`, `ground()`, `open(id)`, `moved(id, place)`. */
export function stage(container, on) {
  let [scene, look] = [emptyScene, plainLook];
  let graph = pictureOf(scene, look);
  let writable = words(graph);
  let named = new Map();
  const manner = () => ({
    ground: grounds[look.theme],
    scale: sigma.scaleSize(1),
    isRoomy: sigma.getCamera().ratio < ROOM_RATIO && graph.order < ROOM_ENTITIES && scene.lines.length <= MANY_LINES,
  });
  const sigma = new Sigma(graph, container, {
    defaultEdgeType: 'line',
    edgeProgramClasses: { line: LineProgram, loop: LoopProgram },
    defaultDrawNodeHover: (context, data) => drawRing(context, { ...data.node, x: data.x, y: data.y, size: data.size }, named.has(data.key), manner()),
    renderLabels: false,
    enableEdgeEvents: true,
    stagePadding: 0,
    zIndex: true,
    minCameraRatio: 0.05,
    maxCameraRatio: 30,
    doubleClickZoomingRatio: 1,
  });
  sigma.setCustomBBox(box);
  sigma.on('afterRender', () => { named = write(sigma, writable, manner()); });
  listen(sigma, container, on);

  return {
    show(nextScene, nextLook) {
      const [sceneBefore, lookBefore] = [scene, look];
      [scene, look] = [nextScene, nextLook];
      const isSame = scene === sceneBefore && look.theme === lookBefore.theme;
      if (isSame) restyle(graph, scene, lookBefore, look);
      else graph = pictureOf(scene, look);
      writable = words(graph);
      if (isSame) return;
      sigma.setSetting('hideEdgesOnMove', scene.lines.length > LINES_IN_MOTION_MAX);
      sigma.setGraph(graph);
    },
    holds: (nodes) => nodes.every((it) => isInside(sigma, it)),
    fit: (nodes, isSlow = true) => turn(sigma, aboveAll(sigma, nodes), isSlow ? MOVE_MS : 0),
    center: (node) => turn(sigma, above(node), MOVE_MS),
    zoom: (factor) => turn(sigma, nearer(sigma, factor), MOVE_MS / 2),
    /** Where an entity stands; null where it does not. */
    place: (id) => (graph.hasNode(id) ? placeOf(graph, id) : null),
    /** Where an entity is drawn, in pixels of the container. */
    at: (id) => sigma.graphToViewport(graph.getNodeAttributes(id)),
    kill: () => sigma.kill(),
  };
}

const placeOf = (graph, id) => ({ x: graph.getNodeAttribute(id, 'x'), y: -graph.getNodeAttribute(id, 'y') });

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
