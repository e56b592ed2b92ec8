// A crowd arranged: more entities than forces could move in the time a person waits.
import { arrange } from './arrange.js';
import { GAP, grid, spotsAround } from './places.js';

/** Entities that forces arrange. */
export const CORE_MAX = 500;
/** Least distance between two entities of a crowd, whose names are not all to be read. */
const CROWD_GAP = GAP / 2;

/**
 * Arranges the best linked entities by forces, spreads them, and puts each of the others as near as it can to the best
 * linked of those it is linked with. O(core² · rounds + n · places tried).
 */
export function arrangeCrowd(ids, links) {
  const neighbors = neighborsOf(ids, links);
  const ranked = [...ids].sort((a, b) => neighbors.get(b).length - neighbors.get(a).length);
  const core = new Set(ranked.slice(0, CORE_MAX));
  const places = spread(arrange([...core], links.filter(([a, b]) => core.has(a) && core.has(b))), ids.length);
  const taken = grid([...places.values()], CROWD_GAP);
  const spots = new Map();
  for (const id of ranked.slice(CORE_MAX)) {
    const anchor = best(neighbors.get(id).filter((it) => places.has(it)), (it) => neighbors.get(it).length);
    if (!spots.has(anchor)) spots.set(anchor, spotsAround(places.get(anchor) ?? { x: 0, y: 0 }, 0, CROWD_GAP));
    places.set(id, taken.take(spots.get(anchor)));
  }
  return places;
}

function neighborsOf(ids, links) {
  const neighbors = new Map(ids.map((id) => [id, []]));
  for (const [a, b] of links) {
    neighbors.get(a).push(b);
    neighbors.get(b).push(a);
  }
  return neighbors;
}

/** Places farther apart, so that between them there is room for all. */
function spread(places, count) {
  const factor = Math.max(1, Math.sqrt(count / places.size) * 0.8);
  return new Map([...places].map(([id, { x, y }]) => [id, { x: x * factor, y: y * factor }]));
}

/** The first of those that are worth most; undefined where there is none. */
function best(list, worth) {
  return list.reduce((one, it) => (one === undefined || worth(it) > worth(one) ? it : one), undefined);
}
