// Overviews of a graph: its best connected entities and what is between them, more and more of them, at last all.
// What the server is asked for is bounded: so many entities are looked at, and so many relationships can there be.
import { linkOf, namedOf } from './answers.js';
import { ask } from './ask.js';
import { settings } from './lens.js';
import * as queries from './queries.js';
import { count, number, truncation } from './words.js';

export const SIZES = [60, 250, 750];
/** Half the sum of their degrees bounds the relationships among entities. */
const RELATIONSHIPS_MAX = 100_000;
/** What is drawn at most of a graph in which even a few entities have more relationships than that. */
const SAMPLE = { entities: 12, each: 60 };
const ALL_MAX = { entities: 20_000, relationships: 120_000 };

/** The `size` best connected entities with what is between them: `{entities, relationships, words, request, next}`. */
export async function overview(size, lens, stats, tell) {
  if (size === Infinity) return everything(lens, stats, tell);
  const { ranked, total } = await rank(lens, tell);
  if (ranked.every((it) => it.degree === 0)) return { entities: [], relationships: [], words: 'Nothing is connected under these filters.' };
  const chosen = choose(ranked, size);
  const enough = Math.min(SAMPLE.entities, ranked.length);
  tell('Looking for what is between them');
  const found = chosen.length < enough && ranked[chosen.length].degree > 0
    ? await sample(ranked.slice(0, enough), lens)
    : await among(chosen, lens);
  const of = ranked.length < total ? `${number(ranked.length)} entities looked at, of ${number(total)} in all` : count(total, 'entity', 'entities');
  const next = chosen.length === size && nextOf(size, stats);
  const isLeft = chosen.length < ranked.length && ranked[chosen.length].degree > 0;
  const advice = isLeft && !next ? ' Search for a name, or narrow the filters, to see more.' : '';
  return { ...found, words: `${found.words(of)}${ofAll(found, lens, stats)}.${advice}`, next };
}

async function among(chosen, lens) {
  const request = queries.among(chosen.map((it) => it.id), lens);
  const { subgraph } = await ask(request);
  const words = (of) => `The ${number(chosen.length)} best connected of ${of}${truncation(subgraph)}, with ${number(subgraph.relationships.length)}`;
  return { entities: subgraph.nodes.map(namedOf), relationships: subgraph.relationships.map(linkOf), request, words };
}

/** The newest relationships of each, where all would be too many. */
async function sample(hubs, lens) {
  const request = queries.newest(hubs.map((it) => it.id), SAMPLE.each, lens);
  const parts = Object.values(await ask(request));
  const edges = parts.flatMap((it) => it.relationships.edges);
  const words = (of) => `A sample: the ${hubs.length} best connected of ${of}, each with its newest ${SAMPLE.each} relationships; shown are ${number(edges.length)}`;
  return { entities: [...parts, ...edges.map((it) => it.other)].map(namedOf), relationships: edges.map((it) => linkOf(it.node)), request, words };
}

async function everything(lens, stats, tell) {
  const entities = await pages('entities', queries.entities, lens, tell);
  const relationships = (await pages('relationships', queries.relationships, lens, tell)).map(linkOf);
  const words = `All ${count(entities.length, 'entity', 'entities')}, with ${number(relationships.length)}`;
  return { entities: entities.map(namedOf), relationships, words: `${words}${ofAll({ relationships }, lens, stats)}.`, request: queries.relationships(undefined, lens) };
}

async function pages(name, query, lens, tell) {
  const found = [];
  let after;
  do {
    const { [name]: page } = await ask(query(after, lens));
    found.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    tell(`Reading ${name}: ${number(found.length)} of ${number(page.totalCount)}`);
  } while (after);
  return found;
}

const ofAll = ({ relationships }, lens, stats) => (settings(lens) === 0 && relationships.length < stats.relationships
  ? ` of ${count(stats.relationships, 'relationship')}` : ` ${relationships.length === 1 ? 'relationship' : 'relationships'}`);

/** The next larger overview; all, where that can be drawn. */
function nextOf(size, { entities, relationships }) {
  const next = SIZES.find((it) => it > size && it < entities);
  if (next) return next;
  return entities <= ALL_MAX.entities && relationships <= ALL_MAX.relationships ? Infinity : null;
}

/** Entities by their degree, the greatest first, as many as may be looked at. */
async function rank(lens, tell) {
  const ranked = [];
  let after;
  let total = 0;
  do {
    const { entities } = await ask(queries.degrees(after, lens));
    ranked.push(...entities.nodes);
    total = entities.totalCount;
    after = entities.pageInfo.hasNextPage ? entities.pageInfo.endCursor : null;
    tell(`Looking for the best connected: ${number(ranked.length)} of ${number(total)}`);
  } while (after && ranked.length < queries.SCANNED_MAX);
  return { ranked: ranked.sort((a, b) => b.degree - a.degree), total };
}

/** The first of them, while the relationships among them are few enough whatever they are. */
function choose(ranked, most) {
  let degrees = 0;
  const chosen = [];
  for (const it of ranked.filter(({ degree }) => degree > 0)) {
    degrees += it.degree;
    if (chosen.length === most || degrees / 2 > RELATIONSHIPS_MAX) break;
    chosen.push(it);
  }
  return chosen;
}
