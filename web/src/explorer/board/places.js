// Free places for entities that come to those that stand. Nothing here is random: the same board is laid out the same way.

/** Least distance between two entities. */
export const GAP = 120;

/** Free places for new entities around `parent`, or around the middle. What stands is only looked at. */
export function around(places, parent, ids) {
  const taken = grid([...places.values()]);
  const center = places.get(parent) ?? middle(places);
  const spots = spotsAround(center, parent ? direction(places, center) : 0, GAP, places.size === 0 ? 0 : 1);
  return new Map(ids.map((id) => [id, taken.take(spots)]));
}

/** Places on ring after ring without end, on each those first that lie outward. */
export function* spotsAround({ x, y }, outward, gap, firstRing = 1) {
  if (firstRing === 0) yield { x, y };
  for (let ring = 1; ; ring += 1) {
    const radius = (ring * 1.15 + 0.5) * gap;
    const count = Math.max(6, Math.floor((2 * Math.PI * radius) / (gap * 1.2)));
    for (let index = 0; index < count; index += 1) {
      const turn = Math.ceil(index / 2) * (index % 2 ? 1 : -1);
      const angle = outward + (turn * 2 * Math.PI) / count + (ring % 2 ? 0 : Math.PI / count);
      yield { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
    }
  }
}

function middle(places) {
  const all = [...places.values()];
  const mean = (axis) => all.reduce((sum, it) => sum + it[axis], 0) / Math.max(1, all.length);
  return { x: mean('x'), y: mean('y') };
}

/** The angle away from the other entities' middle. */
function direction(places, center) {
  const { x, y } = middle(places);
  return Math.hypot(center.x - x, center.y - y) < 1 ? 0 : Math.atan2(center.y - y, center.x - x);
}

/** What is taken: `take` gives the next of the spots that is free, and takes it. */
export function grid(points, gap = GAP) {
  const cells = new Map();
  const key = (x, y) => `${Math.floor(x / gap)},${Math.floor(y / gap)}`;
  const add = (point) => {
    const at = key(point.x, point.y);
    if (cells.has(at)) cells.get(at).push(point);
    else cells.set(at, [point]);
  };
  points.forEach(add);
  const isFree = ({ x, y }) => {
    for (let dx = -gap; dx <= gap; dx += gap) {
      for (let dy = -gap; dy <= gap; dy += gap) {
        if (cells.get(key(x + dx, y + dy))?.some((it) => Math.hypot(it.x - x, it.y - y) < gap * 0.95)) return false;
      }
    }
    return true;
  };
  const take = (spots) => {
    let spot = spots.next().value;
    while (!isFree(spot)) spot = spots.next().value;
    add(spot);
    return spot;
  };
  return { take };
}
