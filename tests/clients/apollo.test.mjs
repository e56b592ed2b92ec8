// Apollo Client 4, with its normalised cache, over HTTP and a WebSocket.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { AZERBAIJAN, PAGED, PAGE_SIZE, answers, assertCountry, assertFollows, assertPages, assertPartial, documents } from './scenario.mjs';
import { ask, start } from './server.mjs';

const server = await start();
const queries = Object.fromEntries(Object.entries(documents).map(([name, text]) => [name, gql(text)]));

const { __schema } = await ask(server, '{ __schema { types { name possibleTypes { name } } } }');
const possibleTypes = Object.fromEntries(__schema.types.filter((it) => it.possibleTypes)
  .map((it) => [it.name, it.possibleTypes.map((type) => type.name)]));

/** A client with a cache of its own. */
function connected(typePolicies = {}) {
  return new ApolloClient({
    cache: new InMemoryCache({ possibleTypes, typePolicies }),
    link: ApolloLink.split(
      (it) => it.operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(createClient({ url: server.socket, webSocketImpl: WebSocket, retryAttempts: 0 })),
      new HttpLink({ uri: server.url }),
    ),
  });
}

const create = (client, country) => client.mutate({ mutation: queries.Create, variables: { input: [country] } });

test('a query with variables', async () => {
  const { data } = await connected().query({ query: queries.Country, variables: AZERBAIJAN });
  assertCountry(data);
});

test('a query by its hash, which the server does not know, and then whole', async () => {
  const persisted = new PersistedQueryLink({ sha256: (text) => createHash('sha256').update(text).digest('hex') });
  const client = new ApolloClient({ cache: new InMemoryCache(), link: persisted.concat(new HttpLink({ uri: server.url })) });
  assertCountry((await client.query({ query: queries.Country, variables: AZERBAIJAN })).data);
});

test('partial data with an error', async () => {
  const options = { query: queries.Partial, variables: AZERBAIJAN, errorPolicy: 'all' };
  const { data, error } = await connected().query(options);
  assert.ok(CombinedGraphQLErrors.is(error));
  assertPartial(data, error.errors);
});

test('a mutation, and the code of the error when it cannot be done twice', async () => {
  const client = connected();
  const country = { name: 'Elbonia', iso2: 'EB' };
  assert.equal((await create(client, country)).data.createCountries.info.nodesCreated, 1);
  await assert.rejects(create(client, country), (error) => {
    assert.ok(CombinedGraphQLErrors.is(error));
    assert.equal(error.errors[0].extensions.code, 'UNIQUE_VIOLATION');
    return true;
  });
});

test('an entity is one object in the cache, wherever it was read, and a mutation changes it everywhere', async () => {
  const client = connected();
  const variables = { name: 'Armenia' };
  const { data: { country } } = await client.query({ query: queries.Country, variables });
  await client.query({ query: queries.Country, variables: AZERBAIJAN });
  const cache = client.cache.extract();
  assert.deepEqual(cache['Country:country:AZE'].borders, [{ __ref: 'Country:country:ARM' }]);

  await client.mutate({ mutation: queries.Rename, variables: { id: country.id, name: 'Hayastan' } });
  const { data } = await client.query({ query: queries.Country, variables: AZERBAIJAN, fetchPolicy: 'cache-only' });
  assert.deepEqual(data.country.borders.map((it) => it.name), ['Hayastan']);
  await client.mutate({ mutation: queries.Rename, variables: { id: country.id, name: 'Armenia' } });
});

test('pages in both directions', async () => {
  const client = connected();
  await assertPages(async (variables) => {
    const { data } = await client.query({ query: queries.Page, variables });
    return data.node.relationships;
  });
});

test('pages grow together in the cache', async () => {
  const client = connected({ Event: { fields: { relationships: relayStylePagination() } } });
  const whole = await client.query({ query: queries.Page, variables: { id: PAGED, first: 100 }, fetchPolicy: 'no-cache' });
  const ids = (data) => data.node.relationships.edges.map((it) => it.node.id);

  const forward = client.watchQuery({ query: queries.Page, variables: { id: PAGED, first: PAGE_SIZE } });
  let { data } = await forward.refetch();
  while (data.node.relationships.pageInfo.hasNextPage) {
    await forward.fetchMore({ variables: { after: data.node.relationships.pageInfo.endCursor } });
    ({ data } = forward.getCurrentResult());
  }
  assert.deepEqual(ids(data), ids(whole.data));

  client.cache.evict({ id: `Event:${PAGED}` });
  const backward = client.watchQuery({ query: queries.Page, variables: { id: PAGED, last: PAGE_SIZE } });
  ({ data } = await backward.refetch());
  while (data.node.relationships.pageInfo.hasPreviousPage) {
    await backward.fetchMore({ variables: { before: data.node.relationships.pageInfo.startCursor } });
    ({ data } = backward.getCurrentResult());
  }
  assert.deepEqual(ids(data), ids(whole.data));
});

test('changes, and after a break all that were missed', async () => {
  const client = connected();
  const subscribe = (variables) => answers((tell) => {
    const subscription = client.subscribe({ query: queries.Changes, variables }).subscribe({
      next: ({ data, error }) => tell({ data, errors: error?.errors }),
      error: (error) => tell({ errors: [error] }),
    });
    return () => subscription.unsubscribe();
  });
  await assertFollows(subscribe, (name) => create(client, { name }));
});
