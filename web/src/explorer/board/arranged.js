// A board laid out by what is linked on it.
import { move } from './board.js';
import { bundles } from './bundles.js';
import { arrange } from './layout.js';

/** The board arranged anew; parallel relationships pull no harder than one. */
export function laidOut(board) {
  const links = bundles([...board.relationships.values()]).filter((it) => it.lane <= 0 && it.lane > -1).map((it) => [it.source, it.target]);
  return move(board, arrange([...board.entities.keys()], links));
}
