// A board laid out by what is linked on it.
import { move } from './board.js';
import { bundles, isLoop } from './bundles.js';
import { arrange } from './layout.js';

/** The board arranged anew; parallel relationships pull no harder than one, and several lines are given more length. */
export function laidOut(board) {
  const pairs = new Map();
  for (const it of bundles([...board.relationships.values()])) {
    if (!isLoop(it)) pairs.set(`${it.source}\u0000${it.target}`, [it.source, it.target, Math.abs(it.lane) * 2 + 1]);
  }
  return move(board, arrange([...board.entities.keys()], [...pairs.values()]));
}
