// Writes names and captions into what sigma has drawn.
import { keepFree, paper, writeCaption, writeNames } from './labels.js';

/** More names could not be told apart, and would have to be tried in every frame. */
const NAMES_MAX = 400;

/** What of a graph may be written: entities, the most important first, and the lines that are spoken of. */
export function words(graph) {
  const weight = ({ highlighted, node, size }) => (highlighted ? 1000 : 0) + (node.dim ? -100 : 0) + size;
  return {
    entities: graph.mapNodes((id, it) => [weight(it), id]).sort(([a], [b]) => b - a).map(([, id]) => id),
    lines: graph.filterEdges((_, it) => it.isSpoken && it.label),
  };
}

/** Writes them where there is room; gives the entities whose names were written. */
export function write(sigma, { entities, lines }, look) {
  const { labels, edgeLabels } = sigma.getCanvases();
  const nodes = inPicture(sigma, entities, look);
  const spoken = lines.map((key) => {
    const graph = sigma.getGraph();
    const [source, target] = graph.extremities(key).map((id) => onScreen(sigma, id, look));
    return { ...graph.getEdgeAttributes(key), source, target, isLoop: graph.isSelfLoop(key) };
  });
  const free = paper();
  keepFree(free, nodes, spoken.filter((it) => it.isLoop), look);
  const named = writeNames(labels.getContext('2d'), free, nodes, { ...look, width: sigma.getDimensions().width });
  for (const it of spoken) writeCaption(edgeLabels.getContext('2d'), free, it, look);
  return named;
}

/** The most important of the entities that are in the picture. */
function inPicture(sigma, entities, look) {
  const { width, height } = sigma.getDimensions();
  const seen = [];
  for (const id of entities) {
    const it = onScreen(sigma, id, look);
    if (it.x > 0 && it.y > 0 && it.x < width && it.y < height) seen.push(it);
    if (seen.length === NAMES_MAX) break;
  }
  return seen;
}

function onScreen(sigma, id, { scale }) {
  const { x, y, size, strong, node } = sigma.getGraph().getNodeAttributes(id);
  return { ...sigma.graphToViewport({ x, y }), id, size: size * scale, strong, label: node.label, type: node.type, dim: node.dim };
}
