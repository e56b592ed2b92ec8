// What every client does with the documents; how it does it is the client's.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse, print } from 'graphql';

const document = parse(readFileSync(new URL('documents.graphql', import.meta.url), 'utf8'));

/** The text of each document, by the name of its operation. */
export const documents = Object.fromEntries(
  document.definitions.map((it) => [it.name.value, print(it)]),
);

/** The variables of `Country` and `Partial`. */
export const AZERBAIJAN = { id: 'country:AZE', name: 'Azerbaijan' };

/** The entity whose relationships are paged through. */
export const PAGED = 'event:putin-aliyev-baku';
export const PAGE_SIZE = 3;

/** What comes of `Country`. */
export function assertCountry({ country }) {
  assert.equal(country.id, 'country:AZE');
  assert.equal(country.name, 'Azerbaijan');
  assert.deepEqual(country.borders.map((it) => it.name), ['Armenia']);
}

/** What comes of `Partial`: the field that works, null for the one that does not, and why. */
export function assertPartial({ good, bad }, [error, ...others]) {
  assert.deepEqual([good.id, bad], ['country:AZE', null]);
  assert.deepEqual(others, []);
  assert.deepEqual(error.path, ['bad', 'relationships']);
  assert.equal(error.extensions.code, 'BAD_USER_INPUT');
}

/** Goes through all pages in both directions; `page` gives the connection for some variables. */
export async function assertPages(page) {
  const variables = { id: PAGED };
  const whole = await page({ ...variables, first: 100 });
  const ids = whole.edges.map((it) => it.node.id);
  assert.equal(ids.length, whole.totalCount);
  assert.ok(ids.length > 2 * PAGE_SIZE);

  const forward = [];
  let after = null;
  for (let more = true; more;) {
    const { edges, pageInfo } = await page({ ...variables, first: PAGE_SIZE, after });
    assert.equal(pageInfo.hasPreviousPage, forward.length > 0);
    assert.deepEqual([edges[0].cursor, edges.at(-1).cursor], [pageInfo.startCursor, pageInfo.endCursor]);
    forward.push(...edges.map((it) => it.node.id));
    [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
  }
  assert.deepEqual(forward, ids);

  const backward = [];
  let before = null;
  for (let more = true; more;) {
    const { edges, pageInfo } = await page({ ...variables, last: PAGE_SIZE, before });
    assert.equal(pageInfo.hasNextPage, backward.length > 0);
    backward.unshift(...edges.map((it) => it.node.id));
    [before, more] = [pageInfo.startCursor, pageInfo.hasPreviousPage];
  }
  assert.deepEqual(backward, ids);
}

/**
 * Follows changes, breaks off, and resumes where it was. `subscribe` gives the answers for some variables, in order,
 * as an async iterator; `create` makes a country of a name.
 */
export async function assertFollows(subscribe, create) {
  const next = async (changes) => {
    const { value: { data, errors } } = await changes.next();
    assert.equal(errors, undefined);
    return data.changes;
  };
  const changes = subscribe({});
  let heard = false;
  const hearing = next(changes).finally(() => { heard = true; });
  // A client does not tell when the server has heard it.
  for (let herald = 1; !heard; herald += 1) await create(`Herald ${herald}`);
  let change = await hearing;
  assert.match(change.entity.name, /^Herald/);
  assert.equal(change.kind, 'CREATED');
  await create('While listening');
  while (change.entity.name.startsWith('Herald')) change = await next(changes);
  assert.equal(change.entity.name, 'While listening');
  await changes.return();

  await create('While away');
  await create('Still away');
  const resumed = subscribe({ after: change.cursor });
  assert.equal((await next(resumed)).entity.name, 'While away');
  assert.equal((await next(resumed)).entity.name, 'Still away');
  await create('Back again');
  assert.equal((await next(resumed)).entity.name, 'Back again');
  await resumed.return();
}

/** What a client tells by calls, as an iterator; `begin` is given where to tell it, and gives what ends it. */
export async function* answers(begin) {
  const told = [];
  let wake = () => {};
  const end = begin((answer) => { told.push(answer); wake(); });
  try {
    for (;;) {
      while (told.length === 0) await new Promise((resolve) => { wake = resolve; });
      yield told.shift();
    }
  } finally {
    end();
  }
}
