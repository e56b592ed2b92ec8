// The state of the page in one value, and who is told when another takes its place.
import { begin } from './board/history.js';
import { emptyBoard } from './board/board.js';
import { openLens } from './lens.js';
import { storedTheme } from './theme.js';

export const emptyPaths = { from: null, to: null, k: 3, maxHops: 4, types: [], asOf: '', onlyFacts: true, answer: null, shown: null };

const initialState = {
  /** Types with their counts, from the server; null until it has answered. */
  ontology: null,
  /** Types of relationships that have no direction, as far as answers have told. */
  symmetric: new Set(),
  history: begin(emptyBoard),
  lens: openLens,
  /** `{kind: 'entity' | 'relationships', ids}` */
  selection: null,
  tab: 'selection',
  /** Whether the filters are there, for which small windows have no room. */
  hasLens: matchMedia('(width > 1150px)').matches,
  view: 'drawing',
  paths: emptyPaths,
  /** What the page is waiting for, in words. */
  busy: null,
  /** `{text}` or `{error, retry}`, with `request` where a question was asked. */
  notice: null,
  theme: storedTheme(),
  /** Counts up whenever the camera is to be turned to everything. */
  fits: 0,
};

export function createStore(initial = initialState) {
  let state = initial;
  const listeners = new Set();
  return {
    get: () => state,
    /** Takes over what differs, given as an object or as a function of the state. */
    set(change) {
      const next = typeof change === 'function' ? change(state) : change;
      state = { ...state, ...next };
      for (const it of listeners) it();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
