// @urql/core 6 and its normalised cache, over HTTP, server-sent events and a WebSocket.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { persistedExchange } from '@urql/exchange-persisted';
import { getIntrospectionQuery } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { AZERBAIJAN, PAGED, PAGE_SIZE, answers, assertCountry, assertFollows, assertPages, assertPartial, documents } from './scenario.mjs';
import { ask, start } from './server.mjs';

const server = await start();
const schema = await ask(server, getIntrospectionQuery());
const plain = new Client({ url: server.url, exchanges: [fetchExchange], preferGetMethod: false });

const create = (name, others) => plain.mutation(documents.Create, { input: [{ name, ...others }] }).toPromise();

test('a query with variables', async () => {
  const { data, error } = await plain.query(documents.Country, AZERBAIJAN);
  assert.equal(error, undefined);
  assertCountry(data);
});

test('a query by GET', async () => {
  const client = new Client({ url: server.url, exchanges: [fetchExchange], preferGetMethod: 'force' });
  assertCountry((await client.query(documents.Country, AZERBAIJAN)).data);
});

test('a query by its hash, which the server does not know, and then whole', async () => {
  const client = new Client({ url: server.url, exchanges: [persistedExchange(), fetchExchange] });
  assertCountry((await client.query(documents.Country, AZERBAIJAN)).data);
});

test('partial data with an error', async () => {
  const { data, error } = await plain.query(documents.Partial, AZERBAIJAN);
  assertPartial(data, error.graphQLErrors);
});

test('a mutation, and the code of the error when it cannot be done twice', async () => {
  const first = await create('Elbonia', { iso2: 'EB' });
  assert.equal(first.data.createCountries.info.nodesCreated, 1);
  const second = await create('Elbonia', { iso2: 'EB' });
  assert.equal(second.error.graphQLErrors[0].extensions.code, 'UNIQUE_VIOLATION');
});

test('pages in both directions', async () => {
  await assertPages(async (variables) => (await plain.query(documents.Page, variables)).data.node.relationships);
});

test('pages grow together in the cache, which knows the schema', async () => {
  const resolvers = { Event: { relationships: relayPagination() } };
  const client = new Client({ url: server.url, exchanges: [cacheExchange({ schema, resolvers }), fetchExchange] });
  const page = async (variables) => {
    const { data } = await client.query(documents.Page, { id: PAGED, ...variables });
    return data.node.relationships;
  };
  const whole = (await plain.query(documents.Page, { id: PAGED, first: 100 })).data.node.relationships;
  let { edges, pageInfo } = await page({ first: PAGE_SIZE });
  while (pageInfo.hasNextPage) ({ edges, pageInfo } = await page({ first: PAGE_SIZE, after: pageInfo.endCursor }));
  assert.deepEqual(edges.map((it) => it.node.id), whole.edges.map((it) => it.node.id));
});

const overSocket = subscriptionExchange({
  forwardSubscription({ query, variables }) {
    const socket = createClient({ url: server.socket, webSocketImpl: WebSocket, retryAttempts: 0 });
    return {
      subscribe(sink) {
        const unsubscribe = socket.subscribe({ query, variables }, sink);
        return { unsubscribe: () => { unsubscribe(); socket.dispose(); } };
      },
    };
  },
});

for (const [transport, client] of Object.entries({
  'a WebSocket': new Client({ url: server.url, exchanges: [overSocket] }),
  'server-sent events': new Client({ url: server.url, exchanges: [fetchExchange], fetchSubscriptions: true }),
})) {
  test(`changes over ${transport}, and after a break all that were missed`, async () => {
    const subscribe = (variables) => answers((tell) => {
      const source = client.subscription(documents.Changes, variables);
      return source.subscribe(({ data, error }) => tell({ data, errors: error?.graphQLErrors })).unsubscribe;
    });
    await assertFollows(subscribe, create);
  });
}
