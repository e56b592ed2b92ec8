// What a person can do on the page: each asks what it must, and gives the store its next state.
import { ask } from './ask.js';
import { expanded, linkOf, pathOf, restored } from './answers.js';
import { add, collapse, collapsible, move, remove } from './board/board.js';
import { begin, redo, step, undo } from './board/history.js';
import { laidOut } from './board/arranged.js';
import { openLens } from './lens.js';
import { decode, encode, placesOf, viewOf } from './link.js';
import { overview, SIZES } from './overview.js';
import * as queries from './queries.js';
import { emptyPaths } from './store.js';
import { count, truncation } from './words.js';

const RESTORE_PAGE = 500;
/** Letters that an address may have in every browser. */
const LINK_MAX = 500_000;

export const boardOf = (state) => state.history.present;

export function actionsOf(store) {
  const change = (name, next) => store.set(({ history }) => ({ history: step(history, next(history.present), name) }));
  const select = (kind, ids) => store.set({ selection: { kind, ids }, tab: 'selection' });
  const learn = (types) => store.set(({ symmetric }) => (types.every((it) => symmetric.has(it)) ? {} : { symmetric: new Set([...symmetric, ...types]) }));

  /** Waits for `work` and says so; what goes wrong becomes a notice with a way to try again. */
  async function during(words, work, request) {
    store.set({ busy: words, notice: null });
    try {
      await work();
    } catch (error) {
      store.set({ notice: { error, request, retry: () => during(words, work, request) } });
    } finally {
      store.set({ busy: null });
    }
  }

  /** Finds out which types among relationships have no direction, where no answer has told. */
  async function learnFrom(relationships) {
    const examples = new Map(relationships.filter((it) => it.modality === 'ASSERTED' && it.source !== it.target).map((it) => [it.type, it]));
    if (examples.size === 0) return;
    const answer = await ask(queries.directions([...examples.values()]));
    learn(Object.keys(answer).filter((type) => answer[type]?.relationships.edges[0]?.direction === 'ANY'));
  }

  const actions = {
    select,
    learn,
    deselect: () => store.set({ selection: null }),
    set: (part) => store.set(part),
    setLens: (part) => store.set(({ lens }) => ({ lens: { ...lens, ...part } })),
    resetLens: () => store.set({ lens: openLens }),
    setPaths: (part) => store.set(({ paths }) => ({ paths: { ...paths, ...part } })),
    fit: () => store.set(({ fits }) => ({ fits: fits + 1 })),
    undo: () => store.set(({ history }) => ({ history: undo(history) })),
    redo: () => store.set(({ history }) => ({ history: redo(history) })),

    start: () => during('Opening', async () => {
      const { stats } = await ask(queries.stats());
      store.set({ ontology: stats });
      await open(store);
      await learnFrom([...boardOf(store.get()).relationships.values()]);
    }, queries.stats()),

    place(entity) {
      change(`place ${entity.name}`, (board) => add(board, { entities: [entity] }));
      select('entity', [entity.id]);
    },

    expand(id, choice, limit) {
      const request = queries.expand(id, choice, limit, store.get().lens);
      return during('Expanding', async () => {
        const answer = await ask(request);
        if (!answer.entity) throw new Error('the entity is there no more');
        const found = expanded(answer);
        learn(found.symmetric);
        const before = boardOf(store.get());
        change(`expand ${before.entities.get(id)?.name}`, (board) => add(board, found, id));
        const added = boardOf(store.get()).entities.size - before.entities.size;
        const rest = found.total > found.shown ? `; the newest ${found.shown.toLocaleString('en')} of ${found.total.toLocaleString('en')}` : '';
        store.set({ notice: { text: `${count(added, 'new entity', 'new entities')}, ${count(found.shown, 'relationship')}${rest}.`, request } });
      }, request);
    },

    /** Everything of an entity, the newest first, for those who do not choose. */
    expandAll(id) {
      const types = (store.get().ontology?.relationshipsByType ?? []).filter((it) => it.count > 0).map((it) => it.type);
      select('entity', [id]);
      return types.length > 0 ? actions.expand(id, { outgoing: [], incoming: [], mutual: types }, 25) : undefined;
    },

    connect() {
      const ids = [...boardOf(store.get()).entities.keys()];
      const request = queries.among(ids, store.get().lens);
      return during('Looking for links', async () => {
        const { subgraph } = await ask(request);
        const before = boardOf(store.get()).relationships.size;
        await learnFrom(subgraph.relationships.map(linkOf));
        change('connect', (board) => add(board, { entities: [], relationships: subgraph.relationships.map(linkOf) }));
        const found = boardOf(store.get()).relationships.size - before;
        store.set({ notice: { text: `${count(found, 'relationship')} found among ${count(ids.length, 'entity', 'entities')}${truncation(subgraph)}.`, request } });
      }, request);
    },

    /** The best connected `size` entities; `Infinity` for all. */
    overview: (size = SIZES[0]) => during('Looking for the best connected', async () => {
      const { lens, ontology } = store.get();
      const { words, request, next, ...found } = await overview(size, lens, ontology, (text) => store.set({ busy: text }));
      await learnFrom(found.relationships);
      change('overview', (board) => laidOut(add(board, found)));
      const more = next && { words: `Show ${next === Infinity ? 'all' : next}`, run: () => actions.overview(next) };
      store.set(({ fits }) => ({ fits: fits + 1, selection: null, notice: { text: words, request, more } }));
    }),

    arrange() {
      change('arrange', laidOut);
      store.set(({ fits }) => ({ fits: fits + 1 }));
    },
    moveEntity: (id, place) => change('move', (board) => move(board, [[id, place]])),
    collapse: (id) => change('collapse', (board) => (collapsible(board, id).length > 0 ? collapse(board, id) : board)),
    remove(ids) {
      change('remove', (board) => remove(board, ids));
      store.set({ selection: null });
    },
    clear() {
      change('clear', (board) => remove(board, [...board.entities.keys()]));
      store.set({ selection: null, paths: emptyPaths, notice: null });
    },

    findPaths() {
      const { paths } = store.get();
      const request = pathsRequest(paths);
      return during('Looking for paths', async () => {
        const { paths: answer } = await ask(request);
        const found = answer.paths.map(pathOf);
        learn(found.flatMap((it) => it.steps).filter((it) => it.direction === 'ANY').map((it) => it.relationship.type));
        const entities = [paths.from, paths.to, ...found.flatMap((it) => it.entities)];
        const relationships = found.flatMap((it) => it.steps.map((at) => at.relationship));
        const isNew = boardOf(store.get()).entities.size === 0;
        change('find paths', (board) => {
          const next = add(board, { entities, relationships }, board.entities.has(paths.from.id) ? paths.from.id : null);
          return isNew ? laidOut(next) : next;
        });
        store.set((state) => ({ paths: { ...state.paths, answer: { ...answer, paths: found, request }, shown: found.length > 0 ? 'all' : null }, fits: isNew ? state.fits + 1 : state.fits }));
      }, request);
    },

    async share() {
      const state = store.get();
      const fragment = await encode(viewOf({ board: boardOf(state), lens: state.lens, selection: state.selection }));
      if (fragment.length > LINK_MAX) {
        store.set({ notice: { text: 'There is too much on the board for a link. Remove what is not needed, or export it as JSON.' } });
        return;
      }
      history.replaceState(null, '', fragment);
      try {
        await navigator.clipboard.writeText(location.href);
        store.set({ notice: { text: 'A link to this view is on the clipboard, and in the address of the page.' } });
      } catch {
        store.set({ notice: { text: 'A link to this view is in the address of the page.' } });
      }
    },
  };
  return actions;
}

export const pathsRequest = ({ from, to, k, maxHops, types, asOf, onlyFacts }) => queries.paths({
  from: from.id, to: to.id, k, maxHops, types, asOf,
  modalities: onlyFacts ? ['ASSERTED'] : ['ASSERTED', 'INTENDED', 'POSSIBLE', 'REQUESTED'],
});

/** Opens the view that the address names, if it names one. */
async function open(store) {
  let view;
  try {
    view = await decode(location.hash);
  } catch {
    store.set({ notice: { text: 'The link to this page is damaged, so that its view cannot be opened.' } });
    return;
  }
  if (!view) return;
  const ids = view.entities.map(([id]) => id);
  const found = { entities: [], relationships: [], missing: 0 };
  const pages = Math.max(Math.ceil(ids.length / RESTORE_PAGE), Math.ceil(view.relationships.length / RESTORE_PAGE));
  for (let page = 0; page < pages; page += 1) {
    const part = (list) => list.slice(page * RESTORE_PAGE, (page + 1) * RESTORE_PAGE);
    const answer = restored(await ask(queries.restore(part(ids), part(view.relationships))));
    found.entities.push(...answer.entities);
    found.relationships.push(...answer.relationships);
    found.missing += answer.missing;
  }
  const there = new Map(found.entities.map((it) => [it.id, it]));
  const { places, parents } = placesOf(view, (id) => there.has(id));
  const relationships = found.relationships.filter((it) => there.has(it.source) && there.has(it.target));
  const board = { entities: there, places, parents, relationships: new Map(relationships.map((it) => [it.id, it])) };
  store.set(({ fits }) => ({
    history: begin(board),
    lens: { ...openLens, ...view.lens },
    selection: view.selection ?? null,
    fits: fits + 1,
    notice: found.missing > 0 ? { text: `${count(found.missing, 'part')} of this view ${found.missing === 1 ? 'is' : 'are'} there no more.` } : null,
  }));
}
