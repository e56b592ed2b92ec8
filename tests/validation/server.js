// A relata over the demo's facts, started for a test.
import { Agent, request } from 'node:http';
import { start } from '../common/server.mjs';

const PARALLEL = 8;

export async function serve() {
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
  const server = await start();
  const stop = () => {
    agent.destroy();
    return server.stop();
  };
  return { ask: (body) => ask(agent, server.origin, body), stop };
}

function ask(agent, url, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(new URL('graphql', url), { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (it) => (text += it)).on('end', () => resolve(JSON.parse(text)));
    });
    sent.on('error', reject).end(JSON.stringify(body));
  });
}

// Does `work` again and again, several at once, until it says that it is done.
export async function repeat(work) {
  const worker = async () => {
    while (await work());
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

// Numbers below a bound, by mulberry32.
export function randomNumbers(seed) {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let it = Math.imul(state ^ (state >>> 15), 1 | state);
    it = (it + Math.imul(it ^ (it >>> 7), 61 | it)) ^ it;
    return ((it ^ (it >>> 14)) >>> 0) % bound;
  };
}
