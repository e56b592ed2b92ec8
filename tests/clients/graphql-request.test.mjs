// graphql-request 7.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientError, GraphQLClient } from 'graphql-request';
import { AZERBAIJAN, assertCountry, assertPages, assertPartial, documents } from './scenario.mjs';
import { start } from './server.mjs';

const { url } = await start();
const client = new GraphQLClient(url);

test('a query with variables', async () => {
  assertCountry(await client.request(documents.Country, AZERBAIJAN));
});

test('partial data with an error', async () => {
  const lenient = new GraphQLClient(url, { errorPolicy: 'all' });
  const { data, errors } = await lenient.rawRequest(documents.Partial, AZERBAIJAN);
  assertPartial(data, errors);
});

test('a mutation, and the code of the error when it cannot be done twice', async () => {
  const variables = { input: [{ name: 'Elbonia', iso2: 'EB' }] };
  const { createCountries } = await client.request(documents.Create, variables);
  assert.equal(createCountries.info.nodesCreated, 1);
  await assert.rejects(client.request(documents.Create, variables), (error) => {
    assert.ok(error instanceof ClientError);
    assert.equal(error.response.errors[0].extensions.code, 'UNIQUE_VIOLATION');
    return true;
  });
});

test('pages in both directions', async () => {
  await assertPages(async (variables) => (await client.request(documents.Page, variables)).node.relationships);
});

test('a request that is refused', async () => {
  await assert.rejects(client.request('{ nothing }'), (error) => {
    assert.equal(error.response.status, 400);
    assert.equal(error.response.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
    return true;
  });
});
