// graphql-sse 2: every operation over a stream of server-sent events of its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-sse';
import { AZERBAIJAN, assertCountry, assertFollows, assertPages, assertPartial, documents } from './scenario.mjs';
import { start } from './server.mjs';

const { url } = await start();
const client = createClient({ url, retryAttempts: 0 });

const iterate = (operation, variables) => client.iterate({ query: documents[operation], variables });

async function run(operation, variables) {
  const { value, done } = await iterate(operation, variables).next();
  assert.ok(!done);
  return value;
}

test('a query with variables', async () => {
  assertCountry((await run('Country', AZERBAIJAN)).data);
});

test('partial data with an error', async () => {
  const { data, errors } = await run('Partial', AZERBAIJAN);
  assertPartial(data, errors);
});

test('a mutation, and the code of the error when it cannot be done twice', async () => {
  const variables = { input: [{ name: 'Elbonia', iso2: 'EB' }] };
  assert.equal((await run('Create', variables)).data.createCountries.info.nodesCreated, 1);
  assert.equal((await run('Create', variables)).errors[0].extensions.code, 'UNIQUE_VIOLATION');
});

test('pages in both directions', async () => {
  await assertPages(async (variables) => (await run('Page', variables)).data.node.relationships);
});

test('changes, and after a break all that were missed', async () => {
  await assertFollows((it) => iterate('Changes', it), (name) => run('Create', { input: [{ name }] }));
});

test('a subscription that is refused', async () => {
  const { value } = await client.iterate({ query: 'subscription { nothing }' }).next();
  assert.equal(value.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});
