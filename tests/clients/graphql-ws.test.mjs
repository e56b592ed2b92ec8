// graphql-ws 6: every operation over one WebSocket.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { AZERBAIJAN, assertCountry, assertFollows, assertPages, assertPartial, documents } from './scenario.mjs';
import { start } from './server.mjs';

const { socket } = await start();

/** A client, and what closes it when `use` is done. */
async function connected(use) {
  const client = createClient({ url: socket, webSocketImpl: WebSocket, retryAttempts: 0 });
  const iterate = (operation, variables) => client.iterate({ query: documents[operation], variables });
  const run = async (operation, variables) => {
    const { value, done } = await iterate(operation, variables).next();
    assert.ok(!done);
    return value;
  };
  await use({ client, iterate, run });
  await client.dispose();
}

test('a query with variables', () => connected(async ({ run }) => {
  assertCountry((await run('Country', AZERBAIJAN)).data);
}));

test('partial data with an error', () => connected(async ({ run }) => {
  const { data, errors } = await run('Partial', AZERBAIJAN);
  assertPartial(data, errors);
}));

test('a mutation, and the code of the error when it cannot be done twice', () => connected(async ({ run }) => {
  const variables = { input: [{ name: 'Elbonia', iso2: 'EB' }] };
  assert.equal((await run('Create', variables)).data.createCountries.info.nodesCreated, 1);
  assert.equal((await run('Create', variables)).errors[0].extensions.code, 'UNIQUE_VIOLATION');
}));

test('pages in both directions', () => connected(async ({ run }) => {
  await assertPages(async (variables) => (await run('Page', variables)).data.node.relationships);
}));

test('changes, and after a break all that were missed', () => connected(async ({ iterate, run }) => {
  await assertFollows((it) => iterate('Changes', it), (name) => run('Create', { input: [{ name }] }));
}));

test('a subscription that is refused', () => connected(async ({ client }) => {
  await assert.rejects(client.iterate({ query: 'subscription { nothing }' }).next(), ([error]) => {
    assert.equal(error.extensions.code, 'GRAPHQL_VALIDATION_FAILED');
    return true;
  });
}));
