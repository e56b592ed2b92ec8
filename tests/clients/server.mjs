// Servers for the tests of a file, and what is asked of them by hand.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { binary, start as serve } from '../common/server.mjs';

const root = new URL('../../', import.meta.url).pathname;

/** The ontologies that every test of the schema is run for: relata's own, and one that uses all there is. */
export const ontologies = {
  default: { file: join(root, 'schema.graphql') },
  film: { file: join(root, 'tests/api/film/schema.sdl'), facts: join(root, 'tests/api/film/facts.jsonl') },
};

/** Starts a server over the demo, or with `options` of another choice; it ends with the tests of the file. */
export async function start(...options) {
  const { origin, stop } = await serve(...options);
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
