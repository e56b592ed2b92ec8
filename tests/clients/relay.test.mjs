// relay-compiler 21 on queries with `@connection` and `@refetchable`, and what comes of it in react-relay, without a browser.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { createClient } from 'graphql-ws';
import { createElement } from 'react';
import relay from 'react-relay';
import { act, create as render } from 'react-test-renderer';
import runtime from 'relay-runtime';
import { WebSocket } from 'ws';
import { AZERBAIJAN, PAGED, PAGE_SIZE, answers, assertCountry, assertFollows } from './scenario.mjs';
import { ask, ontologies, sdl, start } from './server.mjs';

const { RelayEnvironmentProvider, commitMutation, fetchQuery, requestSubscription, useLazyLoadQuery, usePaginationFragment } = relay;
const { ConnectionHandler, Environment, Network, Observable, RecordSource, ROOT_ID, Store } = runtime;
globalThis.IS_REACT_ACT_ENVIRONMENT = true;

const server = await start();
const path = (name) => new URL(`relay/${name}`, import.meta.url).pathname;
const require = createRequire(import.meta.url);
const compiled = (name) => require(`./relay/generated/operations${name}.graphql`);

test('every query compiles', () => {
  rmSync(path('generated'), { recursive: true, force: true });
  mkdirSync(path('generated'));
  writeFileSync(path('generated/package.json'), '{"type": "commonjs"}');
  writeFileSync(path('schema.graphql'), sdl(ontologies.default));
  const { status, stderr } = spawnSync(require('relay-compiler'), { cwd: path('.'), encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});

/** An environment with a store of its own. */
function connected() {
  const socket = createClient({ url: server.socket, webSocketImpl: WebSocket, retryAttempts: 0 });
  const query = async ({ text }, variables) => {
    const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
    const body = JSON.stringify({ query: text, variables });
    return (await fetch(server.url, { method: 'POST', headers, body })).json();
  };
  const follow = ({ text }, variables) => Observable.create((sink) => socket.subscribe({ query: text, variables }, sink));
  return new Environment({ network: Network.create(query, follow), store: new Store(new RecordSource()) });
}

const read = (environment, name, variables) => fetchQuery(environment, compiled(name), variables).toPromise();

test('a query with variables', async () => {
  assertCountry(await read(connected(), 'CountryQuery', { name: AZERBAIJAN.name }));
});

test('partial data with an error, which is caught at its field', async () => {
  const { good, bad } = await read(connected(), 'PartialQuery', AZERBAIJAN);
  assert.equal(good.id, AZERBAIJAN.id);
  assert.deepEqual(bad, { ok: false, errors: [{ path: ['relationships'], extensions: { code: 'BAD_USER_INPUT' } }] });
});

const create = (environment, name, { connections = [], ...country } = {}) => new Promise((resolve, reject) => {
  commitMutation(environment, {
    mutation: compiled('CreateMutation'),
    variables: { input: [{ name, ...country }], connections },
    onCompleted: resolve,
    onError: reject,
  });
});

test('a mutation, and the code of the error when it cannot be done twice', async () => {
  const environment = connected();
  const { createCountries } = await create(environment, 'Elbonia', { iso2: 'EB' });
  assert.equal(createCountries.info.nodesCreated, 1);
  await assert.rejects(create(environment, 'Elbonia', { iso2: 'EB' }), ({ source }) => {
    assert.equal(source.errors[0].extensions.code, 'UNIQUE_VIOLATION');
    return true;
  });
});

/** Renders `query`, whose answer is in the store, and gives what the hook says of the pages in its `fragment`. */
async function paged(environment, query, variables, fragment, select = (it) => it) {
  await read(environment, query, variables);
  const pages = {};
  const Pages = () => {
    const data = useLazyLoadQuery(compiled(query), variables, { fetchPolicy: 'store-only' });
    Object.assign(pages, usePaginationFragment(compiled(fragment), select(data)));
    return null;
  };
  await act(() => render(createElement(RelayEnvironmentProvider, { environment }, createElement(Pages))));
  const load = (direction) => act(() => new Promise((resolve, reject) => {
    pages[direction](PAGE_SIZE, { onComplete: (error) => (error ? reject(error) : resolve()) });
  }));
  return { pages, load };
}

test('pages in both directions, by refetching the entity', async () => {
  const whole = await ask(server, `{ entity(ref: { id: "${PAGED}" }) { relationships(first: 100) { nodes { id } } } }`);
  const expected = whole.entity.relationships.nodes.map((it) => it.id);
  for (const [count, more, load_] of [['first', 'hasNext', 'loadNext'], ['last', 'hasPrevious', 'loadPrevious']]) {
    const variables = { id: PAGED, [count]: PAGE_SIZE };
    const { pages, load } = await paged(connected(), 'PageQuery', variables, '_relationships', (it) => it.entity);
    while (pages[more]) await load(load_);
    assert.deepEqual(pages.data.relationships.edges.map((it) => it.node.id), expected);
    assert.equal(pages.data.relationships.totalCount, expected.length);
  }
});

test('a relationship and a piece of evidence are fetched again by their ids', async () => {
  const environment = connected();
  for (const [query, id, typename] of [['RelationshipQuery', 'r1', 'HoldsPosition'], ['EvidenceQuery', 'r1#0', 'Evidence']]) {
    const { node } = await read(environment, query, { id });
    assert.equal(node.__id, id);
    assert.equal(environment.getStore().getSource().get(id).__typename, typename);
  }
});

test('pages of a root field, and a mutation that adds to them', async () => {
  const environment = connected();
  const { pages, load } = await paged(environment, 'CountriesQuery', { first: 1 }, '_countries');
  while (pages.hasNext) await load('loadNext');
  const names = () => pages.data.countriesConnection.edges.map((it) => it.node.name);
  assert.deepEqual(names(), names().toSorted());
  assert.ok(names().includes('Azerbaijan'));

  const connections = [ConnectionHandler.getConnectionID(ROOT_ID, 'operations_countriesConnection', { sort: [{ name: 'ASC' }] })];
  await act(() => create(environment, 'Zubrowka', { connections }));
  assert.equal(names().at(-1), 'Zubrowka');
});

test('changes, and after a break all that were missed', async () => {
  const environment = connected();
  const subscribe = (variables) => answers((tell) => {
    const { dispose } = requestSubscription(environment, {
      subscription: compiled('ChangesSubscription'),
      variables,
      onNext: (data) => tell({ data }),
      onError: (error) => tell({ errors: [error] }),
    });
    return dispose;
  });
  await assertFollows(subscribe, (name) => create(environment, name));
});
