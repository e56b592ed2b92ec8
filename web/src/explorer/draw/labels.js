// Names under entities and along lines, on sigma's canvas layers: with a rim of the ground's color, to be read on lines.
import { kindWords } from '../words.js';
import { captionAt, LANE } from './palette.js';

const FAMILY = 'system-ui, sans-serif';
const NAME_MAX = 28;

const short = (text) => (text.length > NAME_MAX ? `${text.slice(0, NAME_MAX - 1)}…` : text);

function write(context, text, x, y, color, rim) {
  context.strokeStyle = rim;
  context.lineWidth = 3.5;
  context.lineJoin = 'round';
  context.strokeText(text, x, y);
  context.fillStyle = color;
  context.fillText(text, x, y);
}

/** Draws an entity's name, and its type where there is room. */
export const nodeLabel = (look) => (context, node) => {
  const { ground, isRoomy } = look();
  const top = node.y + node.size + 4;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.globalAlpha = node.dim ? 0.45 : 1;
  context.font = `${node.strong ? 650 : 500} 12.5px ${FAMILY}`;
  write(context, short(node.label), node.x, top, ground.ink, ground.paper);
  if (isRoomy) {
    context.font = `10.5px ${FAMILY}`;
    write(context, kindWords(node.kind), node.x, top + 15, ground.muted, ground.paper);
  }
  context.globalAlpha = 1;
};

/** Draws a ring around the entity under the pointer, the selected one, and those that were picked. */
export const nodeHover = (look) => (context, node) => {
  const { ground } = look();
  context.beginPath();
  context.arc(node.x, node.y, node.size + 3.5, 0, 2 * Math.PI);
  context.strokeStyle = ground.selected;
  context.lineWidth = 2.5;
  context.stroke();
  nodeLabel(look)(context, { ...node, strong: true, dim: false });
};

/** Draws what a line stands for, along it, where it is long enough. */
export const lineLabel = (look) => (context, edge, source, target) => {
  const { ground, manyLines, scale } = look();
  if (!edge.label || edge.dim || (manyLines && !edge.forceLabel)) return;
  const [dx, dy] = [target.x - source.x, target.y - source.y];
  const reach = Math.hypot(dx, dy);
  context.font = `11px ${FAMILY}`;
  const width = context.measureText(edge.label).width;
  if (reach - source.size - target.size < width + 24) return;
  const angle = Math.atan2(dy, dx);
  const upright = Math.abs(angle) > Math.PI / 2 ? angle + Math.PI : angle;
  const lane = edge.line.lane * LANE * scale;
  context.save();
  // On the screen y grows downwards, so that a line's left is on the other side than in the shader.
  const along = captionAt(edge.line.lane);
  context.translate(source.x + dx * along + (lane * dy) / reach, source.y + dy * along - (lane * dx) / reach);
  context.rotate(upright);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  write(context, edge.label, 0, 0, edge.line.disputed ? ground.disputed : ground.muted, ground.paper);
  context.restore();
};
