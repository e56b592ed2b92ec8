// What part of the board is in the picture.
import { boundsOf } from '../scene.js';

/** Half the width of the box that sigma takes for the graph, so that places do not depend on what is laid out. */
const BOX = 500;
/** Where names and buttons need room, in pixels. */
const MARGIN = { x: 85, y: 65 };
const TRUE_SIZE = 0.72;

export const box = { x: [-BOX, BOX], y: [-BOX, BOX] };

/** Whether a place of the board is in the picture. */
export function isInside(sigma, { x, y }) {
  const at = sigma.graphToViewport({ x, y: -y });
  const { width, height } = sigma.getDimensions();
  return at.x > 40 && at.y > 20 && at.x < width - 40 && at.y < height - 45;
}

/** The camera's place above a place of the board. */
export const above = ({ x, y }) => ({ x: 0.5 + x / (2 * BOX), y: 0.5 - y / (2 * BOX) });

/** The camera's state above all of the entities, never nearer than their true size. */
export function aboveAll(sigma, nodes) {
  const { x, y, width, height } = boundsOf(nodes);
  const window = sigma.getDimensions();
  const room = (side, margin) => Math.max(60, side - 2 * margin);
  const scale = Math.max(width / room(window.width, MARGIN.x), height / room(window.height, MARGIN.y), TRUE_SIZE);
  return { ...above({ x: x + width / 2, y: y + height / 2 }), ratio: (scale * Math.min(window.width, window.height)) / (2 * BOX) };
}

export const nearer = (sigma, factor) => ({ ratio: sigma.getCamera().getBoundedRatio(sigma.getCamera().ratio / factor) });

/** Turns the camera, at once for those who want no motion. */
export function turn(sigma, state, duration) {
  const isStill = duration === 0 || matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (isStill) sigma.getCamera().setState(state);
  else sigma.getCamera().animate(state, { duration });
}
