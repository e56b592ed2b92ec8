// A relata over the demo's facts, started for a test.
import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';

const PARALLEL = 8;

// Starts target/debug/relata, or names the server that RELATA says.
export async function serve() {
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
  const child = process.env.RELATA ? null : start();
  const url = process.env.RELATA ?? (await address(child));
  const stop = () => {
    agent.destroy();
    child?.kill();
  };
  return { ask: (body) => ask(agent, url, body), stop };
}

function start() {
  const binary = fileURLToPath(new URL('../../target/debug/relata', import.meta.url));
  return spawn(binary, ['serve', '--demo', '--bind', '127.0.0.1:0'], {
    env: { ...process.env, RUST_LOG: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function address(child) {
  let said = '';
  for await (const chunk of child.stdout) {
    said += chunk;
    const url = /listening on (\S+)/.exec(said)?.[1];
    if (url) return url;
  }
  throw new Error(`relata did not start: ${said}`);
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
