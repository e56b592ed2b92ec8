// A server of one's own for tests in JavaScript, over a graph that nothing else writes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const root = new URL('../../', import.meta.url).pathname;
/** What `cargo build` has made, or the binary that RELATA names. */
export const binary = resolve(root, process.env.RELATA ?? `${process.env.CARGO_TARGET_DIR ?? 'target'}/debug/relata`);

/** Starts `relata serve` on a free port, over the demo or as `options` say; it ends with this process, if not before. */
export async function start(...options) {
  const child = spawn(binary, ['serve', '--bind', '127.0.0.1:0', ...(options.length === 0 ? ['--demo'] : options)], {
    env: { ...process.env, RUST_LOG: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  // Where the tests themselves are broken off.
  process.on('exit', () => child.kill('SIGKILL'));
  const [line] = await Promise.race([once(child.stdout, 'data'), ended]);
  const origin = /http:\/\/[\d.:]+/.exec(line)?.[0];
  if (!origin) throw new Error(`the server does not start: ${line}`);
  /** Ends it: in an orderly manner, or by SIGKILL as a crash would. */
  const stop = async (signal = 'SIGTERM') => {
    child.kill(signal);
    await ended;
  };
  return { origin, stop };
}
