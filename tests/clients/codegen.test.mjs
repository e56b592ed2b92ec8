// graphql-codegen's client preset: what it makes of the API compiles under `tsc --strict`, and what it says is true.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { generate } from '@graphql-codegen/cli';
import { start } from './server.mjs';

const { url } = await start();
const tsc = new URL('node_modules/.bin/tsc', import.meta.url).pathname;
const path = (name) => new URL(`codegen/${name}`, import.meta.url).pathname;

test('what is generated compiles, and a frontend with it', async () => {
  for (const it of ['generated', 'built']) rmSync(path(it), { recursive: true, force: true });
  await generate({
    schema: url,
    documents: path('operations.ts'),
    generates: {
      [path('generated/')]: {
        preset: 'client',
        config: {
          strictScalars: true,
          scalars: { BigInt: 'string', Date: 'string', DateTime: 'string', JSON: 'unknown' },
          importExtension: '.js',
        },
      },
    },
    silent: true,
  });
  const { stdout, status } = spawnSync(tsc, ['--project', path('.')], { encoding: 'utf8' });
  assert.deepEqual([stdout, status], ['', 0]);
});

test('the frontend is answered as its types say', async () => {
  const { goals, subject } = await import(path('built/operations.js'));
  const { total, turnovers } = await goals(url);
  assert.equal(total, 1);
  assert.deepEqual(turnovers.map((it) => [it.turnover, it.modality]), [[4e9, 'INTENDED']]);
  assert.equal(subject({ changes: { entity: { __typename: 'Country', iso2: 'AZ' } } }), 'AZ');
});
