// Names beside entities and words along lines, on sigma's canvas layers: the most important first, none over another.
import { kindWords } from '../words.js';
import { captionAt, LANE, loopOf } from './palette.js';

const FAMILY = 'system-ui, sans-serif';
const NAME_FONT = `500 12.5px ${FAMILY}`;
const STRONG_FONT = `650 12.5px ${FAMILY}`;
const KIND_FONT = `10.5px ${FAMILY}`;
const CAPTION_FONT = `11px ${FAMILY}`;
const NAME_HEIGHT = 14.5;
const KIND_HEIGHT = 12.5;
/** Pixels by which boxes may overlap before letters touch. */
const SLACK = 4;

/** What has been written in a frame: `claim` takes boxes, if all of them are free. */
export function paper() {
  const taken = [];
  const isApart = (a, b) => a.right - SLACK <= b.left || b.right - SLACK <= a.left || a.bottom - SLACK <= b.top || b.bottom - SLACK <= a.top;
  const isFree = (box) => taken.every((it) => isApart(it, box));
  return {
    claim(boxes) {
      const free = boxes.every(isFree);
      if (free) taken.push(...boxes);
      return free;
    },
  };
}

const boxAround = (x, y, halfWidth, halfHeight) => ({ left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight });

/**
 * Writes the names of entities, given in the order of their importance with places in pixels, under, above or beside
 * them, wherever there is room, and then their types; gives the places of those that were written by their ids.
 */
export function writeNames(context, free, nodes, look) {
  const written = new Map();
  for (const node of nodes) {
    context.font = NAME_FONT;
    const place = placesOf(context, node).find((it) => it.left >= 0 && it.right <= look.width && free.claim([it]));
    if (!place) continue;
    writeName(context, node, place, look);
    written.set(node.id, place);
  }
  if (look.isRoomy) writeKinds(context, free, nodes.filter((it) => written.has(it.id)), written, look);
  return written;
}

/** Takes the room of entities and of loops, so that no words stand on them. */
export function keepFree(free, nodes, loops, { scale }) {
  for (const { x, y, size } of nodes) free.claim([boxAround(x, y, size * 0.8, size * 0.8)]);
  for (const { source: { x, y, size }, line } of loops) {
    const { radius, lift } = loopOf(size / scale, line.lane);
    free.claim([boxAround(x, y - lift * scale, radius * scale, radius * scale)]);
  }
}

/** Where the name of an entity may stand, the best first. */
function placesOf(context, { x, y, size, label }) {
  const halfWidth = Math.max(...label.map((it) => context.measureText(it).width)) / 2 + 2;
  const halfHeight = (label.length * NAME_HEIGHT) / 2;
  const [aside, below] = [size + 4 + halfWidth, size + 3 + halfHeight];
  const ways = [[0, 1], [0, -1], [1, 0], [-1, 0], [0.6, 1], [-0.6, 1], [0.6, -1], [-0.6, -1]];
  return ways.map(([right, down]) => boxAround(x + right * aside, y + down * below, halfWidth, halfHeight));
}

function writeName(context, { label, dim, strong }, { left, right, top }, { ground }) {
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.globalAlpha = dim ? 0.45 : 1;
  context.font = strong ? STRONG_FONT : NAME_FONT;
  label.forEach((it, index) => write(context, it, (left + right) / 2, top + 1 + index * NAME_HEIGHT, ground.ink, ground.paper));
  context.globalAlpha = 1;
}

/** Writes types under the names that have been written. */
function writeKinds(context, free, nodes, written, { ground }) {
  context.font = KIND_FONT;
  for (const { id, type, dim } of nodes) {
    const { left, right, bottom } = written.get(id);
    const [words, middle] = [kindWords(type), (left + right) / 2];
    if (!free.claim([boxAround(middle, bottom + KIND_HEIGHT / 2, context.measureText(words).width / 2, KIND_HEIGHT / 2)])) continue;
    context.globalAlpha = dim ? 0.45 : 1;
    write(context, words, middle, bottom, ground.muted, ground.paper);
  }
  context.globalAlpha = 1;
}

/** With a rim of the ground's color, to be read on lines. */
function write(context, text, x, y, color, rim) {
  context.strokeStyle = rim;
  context.lineWidth = 3.5;
  context.lineJoin = 'round';
  context.strokeText(text, x, y);
  context.fillStyle = color;
  context.fillText(text, x, y);
}

/** Draws a ring around the entity under the pointer, the selected one, and those that were picked, and names it. */
export function drawRing(context, node, isNamed, look) {
  context.beginPath();
  context.arc(node.x, node.y, node.size + 3.5, 0, 2 * Math.PI);
  context.strokeStyle = look.ground.selected;
  context.lineWidth = 2.5;
  context.stroke();
  context.font = NAME_FONT;
  if (!isNamed) writeName(context, { ...node, strong: true, dim: false }, placesOf(context, node)[0], look);
}

/** Writes what a line stands for along it, or over a loop, where there is room. */
export function writeCaption(context, free, { label, line, source, target, isLoop }, { ground, scale }) {
  context.font = CAPTION_FONT;
  const width = context.measureText(label).width;
  const places = isLoop ? [overLoop(source, line, scale)] : alongLine(source, target, line.lane, width, scale);
  const place = places.find((it) => free.claim(boxesAlong(it, width)));
  if (!place) return;
  context.save();
  context.translate(place.x, place.y);
  context.rotate(place.angle);
  context.fillStyle = ground.paper;
  context.fillRect(-width / 2 - 3, -7, width + 6, 14);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = line.disputed ? ground.disputed : ground.muted;
  context.fillText(label, 0, 0);
  context.restore();
}

function overLoop({ x, y, size }, { lane }, scale) {
  const { radius, lift } = loopOf(size / scale, lane);
  return { x, y: y - (lift + radius) * scale - 8, angle: 0 };
}

/** Where words may stand along a line, if it is long enough for them. */
function alongLine(source, target, lane, width, scale) {
  const [dx, dy] = [target.x - source.x, target.y - source.y];
  const reach = Math.hypot(dx, dy);
  const room = reach - source.size - target.size - width;
  if (room < 24) return [];
  const angle = Math.atan2(dy, dx);
  // On the screen y grows downwards, so that a line's left is on the other side than in the shader.
  const aside = (lane * LANE * scale) / reach;
  const shift = (room / reach) * 0.3;
  return [0, -shift, shift].map((it) => captionAt(lane) + it).map((along) => ({
    x: source.x + dx * along + aside * dy,
    y: source.y + dy * along - aside * dx,
    angle: Math.abs(angle) > Math.PI / 2 ? angle + Math.PI : angle,
  }));
}

/** Small boxes that together cover words at any angle. */
function boxesAlong({ x, y, angle }, width) {
  const count = Math.max(1, Math.ceil(width / 12));
  return Array.from({ length: count }, (_, index) => {
    const along = ((index + 0.5) / count - 0.5) * width;
    return boxAround(x + along * Math.cos(angle), y + along * Math.sin(angle), 8, 8);
  });
}
