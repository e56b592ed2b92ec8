// The Python client `gql`: client.py, in an environment of its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { start } from './server.mjs';

const { url } = await start();
const python = new URL('.venv/bin/python', import.meta.url).pathname;

/** Runs a command, and gives what it prints; fails where it does. */
function run(command, ...arguments_) {
  const { status, stdout, stderr } = spawnSync(command, arguments_, { cwd: import.meta.dirname, encoding: 'utf8' });
  assert.equal(status, 0, stderr + stdout);
  return stdout;
}

const absent = spawnSync('python3', ['-c', 'import ensurepip']).status !== 0 && 'no Python that makes environments is installed';

test('gql, over HTTP and a WebSocket', { skip: absent }, () => {
  run('python3', '-m', 'venv', '.venv');
  run(python, '-m', 'pip', 'install', '--quiet', '--require-hashes', '--requirement', 'requirements.txt');
  assert.equal(run(python, 'client.py', url).match(/: ok$/gm).length, 6);
});
