// The board: what has been laid out, and where. Every change gives a new board and leaves the old one as it was.
import { around } from './places.js';

/** `entities`, `relationships` and `places` by id; `parents` names the entity whose expansion brought another. */
export const emptyBoard = { entities: new Map(), relationships: new Map(), places: new Map(), parents: new Map() };

/** Adds entities and relationships. New entities stand around `parent` in free space; what stands is not moved. */
export function add(board, { entities, relationships = [] }, parent = null) {
  const fresh = unique(entities).filter((it) => !board.entities.has(it.id));
  const next = copy(board);
  const places = around(board.places, parent, fresh.map((it) => it.id));
  for (const entity of fresh) {
    next.entities.set(entity.id, entity);
    next.places.set(entity.id, places.get(entity.id));
    if (parent) next.parents.set(entity.id, parent);
  }
  for (const it of relationships) {
    if (next.entities.has(it.source) && next.entities.has(it.target)) next.relationships.set(it.id, it);
  }
  const same = fresh.length === 0 && next.relationships.size === board.relationships.size;
  return same ? board : next;
}

/** Takes entities away, and every relationship that touches them. */
export function remove(board, ids) {
  const gone = new Set(ids);
  const next = copy(board);
  for (const id of gone) {
    for (const part of [next.entities, next.places, next.parents]) part.delete(id);
  }
  for (const [id, parent] of next.parents) {
    if (gone.has(parent)) next.parents.delete(id);
  }
  for (const [id, it] of next.relationships) {
    if (gone.has(it.source) || gone.has(it.target)) next.relationships.delete(id);
  }
  return next;
}

/** What a collapse takes away: the entities that were brought by this one and have brought none themselves. */
export function collapsible(board, id) {
  const expanded = new Set(board.parents.values());
  return [...board.parents].filter(([child, parent]) => parent === id && !expanded.has(child)).map(([child]) => child);
}

export const collapse = (board, id) => remove(board, collapsible(board, id));

/** Puts entities elsewhere, as a hand does. */
export function move(board, places) {
  return { ...board, places: new Map([...board.places, ...places]) };
}

/** The relationships of an entity that are on the board. */
export const touching = (board, id) => [...board.relationships.values()].filter((it) => it.source === id || it.target === id);

const unique = (entities) => [...new Map(entities.map((it) => [it.id, it])).values()];

const copy = (board) => ({
  entities: new Map(board.entities),
  relationships: new Map(board.relationships),
  places: new Map(board.places),
  parents: new Map(board.parents),
});
