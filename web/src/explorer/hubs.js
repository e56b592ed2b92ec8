// An overview of a graph too large to be drawn: its best connected entities and what is between them. What the server
// is asked for is bounded: so many entities are looked at, and so many relationships can there be among those chosen.
import { ask } from './ask.js';
import { linkOf, namedOf } from './answers.js';
import * as queries from './queries.js';
import { count } from './words.js';

const HUBS_MAX = 60;
/** Half the sum of their degrees bounds the relationships among entities. */
const RELATIONSHIPS_MAX = 40_000;

/** The entities and relationships of an overview, the words that say what it is, and its last question. */
export async function hubs(lens, tell) {
  const { ranked, total } = await rank(lens, tell);
  const chosen = choose(ranked);
  if (chosen.length === 0) {
    const isLinked = ranked.some((it) => it.degree > 0);
    const words = isLinked ? 'The best connected have more relationships than can be drawn; search for a name and expand it.' : 'Nothing is connected under these filters.';
    return { entities: [], relationships: [], words };
  }
  tell('Looking for what is between them');
  const request = queries.among(chosen.map((it) => it.id), lens);
  const { subgraph } = await ask(request);
  const of = ranked.length < total ? `of ${ranked.length.toLocaleString('en')} looked at, of ${total.toLocaleString('en')} in all` : `of ${total.toLocaleString('en')}`;
  return {
    entities: subgraph.nodes.map(namedOf),
    relationships: subgraph.relationships.map(linkOf),
    request,
    words: `The ${chosen.length} best connected entities ${of}, and ${count(subgraph.relationships.length, 'relationship')} among them.`,
  };
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
    tell(`Looking for the best connected: ${ranked.length.toLocaleString('en')} of ${total.toLocaleString('en')}`);
  } while (after && ranked.length < queries.HUBS_SCANNED_MAX);
  return { ranked: ranked.sort((a, b) => b.degree - a.degree), total };
}

/** The first of them, while the relationships among them are few enough whatever they are. */
export function choose(ranked, most = HUBS_MAX, relationshipsMax = RELATIONSHIPS_MAX) {
  let degrees = 0;
  const chosen = [];
  for (const it of ranked.filter(({ degree }) => degree > 0)) {
    degrees += it.degree;
    if (chosen.length === most || degrees / 2 > relationshipsMax) break;
    chosen.push(it);
  }
  return chosen;
}
