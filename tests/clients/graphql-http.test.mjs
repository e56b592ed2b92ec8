// Every audit of graphql-http, the reference of GraphQL over HTTP: MUST, SHOULD and MAY.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverAudits } from 'graphql-http';
import { start } from './server.mjs';

const server = await start();

test('all audits of GraphQL over HTTP pass', async () => {
  const results = [];
  for (const audit of serverAudits({ url: server.url })) {
    const { status, reason } = await audit.fn();
    results.push({ id: audit.id, audit: audit.name, status, reason });
  }
  console.table(results, ['id', 'audit', 'status']);
  assert.equal(results.length, 61);
  assert.deepEqual(results.filter((it) => it.status !== 'ok'), []);
});
