// A board laid out by what is linked on it.
import { arrange } from './arrange.js';
import { move } from './board.js';
import { bundles, isLoop } from './bundles.js';
import { arrangeCrowd, CORE_MAX } from './crowd.js';

/** The board arranged anew; parallel relationships pull no harder than one, and several lines are given more length. */
export function laidOut(board) {
  const pairs = new Map();
  for (const it of bundles([...board.relationships.values()])) {
    if (!isLoop(it)) pairs.set(`${it.source}\u0000${it.target}`, [it.source, it.target, Math.abs(it.lane) * 2 + 1]);
  }
  const ids = [...board.entities.keys()];
  const arranged = ids.length > 2 * CORE_MAX ? arrangeCrowd : arrange;
  return move(board, arranged(ids, [...pairs.values()]));
}
