// A server of one's own for each file of tests, on a free port, over a graph that nothing else writes.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

const root = new URL('../../', import.meta.url).pathname;
const binary = join(root, 'target/debug/relata');

/** The ontologies that every test of the schema is run for: relata's own, and one that uses all there is. */
export const ontologies = {
  default: { file: join(root, 'schema.graphql') },
  film: { file: join(root, 'tests/api/film/schema.sdl'), facts: join(root, 'tests/api/film/facts.jsonl') },
};

/** Starts a server over the demo, or with `options` of another choice; it ends with the tests of the file. */
export async function start(...options) {
  const arguments_ = ['serve', '--bind', '127.0.0.1:0', ...(options.length === 0 ? ['--demo'] : options)];
  const child = spawn(binary, arguments_, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  // Where the tests themselves are broken off.
  process.on('exit', () => child.kill('SIGKILL'));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (it) => { log += it; });
  const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended]);
  const origin = /http:\/\/[\d.:]+/.exec(line)?.[0];
  if (!origin) throw new Error(`the server does not start: ${log}`);
  /** Ends it: in an orderly manner, or by SIGKILL as a crash would. */
  const stop = async (signal = 'SIGTERM') => {
    child.kill(signal);
    await ended;
  };
  after(() => stop());
  return { origin, url: `${origin}/graphql`, socket: `${origin.replace('http', 'ws')}/graphql`, stop };
}

/** A folder that is removed when the tests of the file have ended. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'relata-'));
  after(() => rmSync(path, { recursive: true }));
  return path;
}

/** Starts a server over the facts of the film ontology. */
export async function startFilm() {
  const server = await start('--data', folder(), '--ontology', ontologies.film.file);
  const body = readFileSync(ontologies.film.facts);
  const headers = { 'content-type': 'application/x-ndjson' };
  const response = await fetch(`${server.origin}/import`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(await response.text());
  return server;
}

/** The schema that an ontology implies, as `relata schema` prints it. */
export function sdl({ file }) {
  return execFileSync(binary, ['schema', '--ontology', file], { encoding: 'utf8', maxBuffer: 1 << 26 });
}

/** Asks by hand, for what a test prepares or looks up. */
export async function ask({ url }, query, variables) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
