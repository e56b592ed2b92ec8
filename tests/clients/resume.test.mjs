// A follower, by graphql-ws and graphql-sse in turn, of a server that is killed and stopped while another client writes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NetworkError, createClient as createEventsClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { documents } from './scenario.mjs';
import { ask, folder, start } from './server.mjs';

/** How each life of the server ends, and by what it is followed. */
const LIVES = [['SIGKILL', 'socket'], ['SIGKILL', 'events'], ['SIGTERM', 'socket'], ['SIGTERM', 'events']];
const CHANGES_PER_LIFE = 25;

const data = folder();

/** The changes after a cursor, until the connection is lost. */
const transports = {
  socket({ socket }, after) {
    const client = createSocketClient({ url: socket, webSocketImpl: WebSocket, retryAttempts: 0 });
    return changes(client, after, ({ code }) => [1001, 1006].includes(code));
  },
  events({ url }, after) {
    return changes(createEventsClient({ url, retryAttempts: 0 }), after, (error) => error instanceof NetworkError);
  },
};

async function* changes(client, after, isLoss) {
  try {
    for await (const { data } of client.iterate({ query: documents.Changes, variables: { after } })) yield data.changes;
  } catch (error) {
    assert.ok(isLoss(error), error);
    return;
  }
  assert.fail('clients ask again for what is lost, not for what is complete');
}

/** Creates one country after the other, until the server is gone; gives the names of those it has acknowledged. */
async function write(server, prefix) {
  const acknowledged = [];
  for (let number = 1; ; number += 1) {
    const name = `${prefix} ${number}`;
    try {
      await ask(server, documents.Create, { input: [{ name }] });
    } catch {
      return acknowledged;
    }
    acknowledged.push(name);
  }
}

test('a follower sees every change once and in order, through kills and restarts', async () => {
  const followed = [];
  const written = [];
  for (const [signal, transport] of LIVES) {
    const server = await start('--data', data);
    const writing = write(server, `${signal} ${transport}`);
    let stopping;
    let heard = 0;
    for await (const change of transports[transport](server, followed.at(-1)?.cursor)) {
      followed.push(change);
      heard += 1;
      if (heard === CHANGES_PER_LIFE) stopping = server.stop(signal);
    }
    await stopping;
    written.push(...await writing);
  }

  const server = await start('--data', data);
  const last = 'The last';
  await ask(server, documents.Create, { input: [{ name: last }] });
  for await (const change of transports.socket(server, followed.at(-1).cursor)) {
    followed.push(change);
    if (change.entity.name === last) break;
  }
  const again = [];
  for await (const change of transports.events(server, followed[0].cursor)) {
    again.push(change);
    if (change.entity.name === last) break;
  }
  assert.deepEqual(again, followed.slice(1));
  assert.equal(new Set(followed.map((it) => it.cursor)).size, followed.length);

  const names = followed.map((it) => it.entity.name);
  assert.equal(new Set(names).size, names.length);
  const missed = written.slice(written.indexOf(names[0])).filter((it) => !names.includes(it));
  assert.deepEqual(missed, []);
});
