// All entities arranged anew. Nothing here is random: the same board is laid out the same way.
import { GAP } from './places.js';

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Arranges all entities anew: those that are linked by forces, one connected part after the other, and the others in
 * rows below. A link is `[id, id, lines]`. O(n² · rounds).
 */
export function arrange(ids, links) {
  const parts = connected(ids, links);
  const alone = parts.filter((it) => it.length === 1).flat();
  const laid = parts.filter((it) => it.length > 1).sort((a, b) => b.length - a.length).map((it) => forces(it, links));
  return shelves(alone.length > 0 ? [...laid, rows(alone)] : laid);
}

/** The ids of each connected part, in the order in which they came. */
function connected(ids, links) {
  const of = new Map(ids.map((id) => [id, [id]]));
  for (const [a, b] of links) {
    const [one, other] = [of.get(a), of.get(b)].sort((x, y) => y.length - x.length);
    if (one === other) continue;
    one.push(...other);
    for (const id of other) of.set(id, one);
  }
  return [...new Set(of.values())];
}

function forces(ids, links) {
  const points = spiral(ids);
  const index = new Map(points.map((it) => [it.id, it]));
  const springs = links.filter(([a]) => index.has(a)).map(([a, b, lines = 1]) => [index.get(a), index.get(b), 0.7 + 0.3 * lines]);
  const rounds = points.length > 400 ? 80 : 400;
  for (let round = 0; round < rounds; round += 1) {
    repel(points);
    attract(points, springs);
    settle(points, GAP * 0.6 * (1 - round / rounds) + 0.5);
  }
  const lengths = springs.map(([a, b]) => Math.hypot(a.x - b.x, a.y - b.y)).sort((a, b) => a - b);
  const scale = (GAP * 1.6) / lengths[Math.floor(lengths.length / 2)];
  for (const it of points) { it.x *= scale; it.y *= scale; }
  separate(points, GAP * (springs.length > 6 * points.length ? 1.15 : 0.9));
  return points;
}

/** Parts beside and below each other, the middle of all in the middle. */
function shelves(parts) {
  const places = [];
  const width = Math.max(GAP * 6, ...parts.map((it) => extent(it, 'x')[1] - extent(it, 'x')[0]));
  let [x, y, height] = [0, 0, 0];
  for (const part of parts) {
    const [[left, right], [top, bottom]] = [extent(part, 'x'), extent(part, 'y')];
    if (x > 0 && x + right - left > width) [x, y, height] = [0, y + height + GAP, 0];
    for (const it of part) places.push({ id: it.id, x: it.x - left + x, y: it.y - top + y });
    x += right - left + GAP * 1.8;
    height = Math.max(height, bottom - top);
  }
  const [[left, right], [top, bottom]] = [extent(places, 'x'), extent(places, 'y')];
  return new Map(places.map((it) => [it.id, { x: it.x - (left + right) / 2, y: it.y - (top + bottom) / 2 }]));
}

const extent = (points, axis) => points.reduce(([least, most], it) => [Math.min(least, it[axis]), Math.max(most, it[axis])], [Infinity, -Infinity]);

/** A start without order: seeds of a sunflower. */
function spiral(ids) {
  return ids.map((id, at) => {
    const radius = GAP * 0.8 * Math.sqrt(at + 0.5);
    return { id, x: radius * Math.cos(at * GOLDEN_ANGLE), y: radius * Math.sin(at * GOLDEN_ANGLE), dx: 0, dy: 0, links: 0 };
  });
}

function repel(points) {
  for (let i = 0; i < points.length; i += 1) {
    for (let j = i + 1; j < points.length; j += 1) push(points[i], points[j]);
  }
}

/** Names are wider than high, so that what stands beside is pushed farther than what stands below. */
function push(a, b) {
  const [x, y] = [a.x - b.x, a.y - b.y];
  const square = Math.max(x * x * 0.7 + y * y * 1.4, 100);
  const force = (GAP * GAP * 1.6) / square;
  a.dx += x * force; a.dy += y * force;
  b.dx -= x * force; b.dy -= y * force;
}

/** Springs of entities with many lines are weaker, or they would pull everything into one heap. */
function attract(points, springs) {
  for (const it of points) it.links = 0;
  for (const [a, b] of springs) { a.links += 1; b.links += 1; }
  for (const [a, b, length] of springs) {
    const [x, y] = [a.x - b.x, a.y - b.y];
    const force = (Math.hypot(x, y) / (GAP * 2 * length ** 2)) * (2 / Math.sqrt(1 + Math.min(a.links, b.links)));
    a.dx -= x * force; a.dy -= y * force;
    b.dx += x * force; b.dy += y * force;
  }
  for (const it of points) {
    it.dx -= it.x * 0.05;
    it.dy -= it.y * 0.06; // windows are wide
  }
}

function rows(ids) {
  const width = Math.max(6, Math.round(Math.sqrt(ids.length * 2)));
  return ids.map((id, at) => ({ id, x: (at % width) * GAP * 1.3, y: Math.floor(at / width) * GAP * 0.8 }));
}

function settle(points, stepMax) {
  for (const it of points) {
    const length = Math.hypot(it.dx, it.dy) || 1;
    const step = Math.min(length, stepMax) / length;
    it.x += it.dx * step; it.y += it.dy * step;
    it.dx = 0; it.dy = 0;
  }
}

/** Moves apart what came too near for its names to be read. */
function separate(points, least) {
  for (let round = 0; round < 60; round += 1) {
    for (let i = 0; i < points.length; i += 1) {
      for (let j = i + 1; j < points.length; j += 1) {
        const [a, b] = [points[i], points[j]];
        const [x, y] = [a.x - b.x || 0.1 * (i - j), a.y - b.y];
        const distance = Math.hypot(x * 0.8, y); // names are wide
        if (distance >= least) continue;
        const shift = (least - distance) / 2 / distance;
        a.x += x * shift; a.y += y * shift;
        b.x -= x * shift; b.y -= y * shift;
      }
    }
  }
}
