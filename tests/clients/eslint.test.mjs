// What graphql-eslint's presets for schemas say of the API; the exceptions and their reasons are in eslint.config.js.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, ontologies, sdl } from './server.mjs';

const eslint = new URL('node_modules/.bin/eslint', import.meta.url).pathname;

for (const [name, ontology] of Object.entries(ontologies)) {
  test(`${name}: eslint finds nothing wrong with the schema`, () => {
    const input = sdl(ontology);
    const SCHEMA = join(folder(), 'schema.graphql');
    writeFileSync(SCHEMA, input);
    const { stdout, status } = spawnSync(eslint, ['--stdin', '--stdin-filename', 'schema.graphql', '--max-warnings', '0'], {
      cwd: import.meta.dirname, env: { ...process.env, SCHEMA }, input, encoding: 'utf8',
    });
    assert.deepEqual([stdout, status], ['', 0]);
  });
}
