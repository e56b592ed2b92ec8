// For the tests: a server of their own, and Chromium that can reach nothing else.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

export const binary = new URL('../target/debug/relata', import.meta.url).pathname;
const launch = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless', '--no-sandbox', '--disable-quic', '--no-first-run', '--use-angle=swiftshader', '--enable-unsafe-swiftshader',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ],
};

/**
 * Starts `relata serve` with these arguments before the tests of a file, or takes the server at `given`; the result's
 * `visit(name, path, options, steps)` is a test on a fresh visitor's page, on which nothing may go wrong and which may
 * ask no other server. `ready` is what the page shows once it can be used.
 */
export function pages(serve, ready, given) {
  let server = given;
  let own;
  let browser;
  before(async () => {
    if (!server) {
      own = spawn(binary, ['serve', ...serve, '--bind', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] });
      const [line] = await once(own.stdout.setEncoding('utf8'), 'data');
      [server] = /http:\S+/.exec(line);
    }
    browser = await chromium.launch(launch);
  });
  after(async () => {
    await browser.close();
    own?.kill();
  });

  function visit(name, path, options, steps) {
    test(name, async () => {
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, acceptDownloads: true, ...options });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      context.setDefaultTimeout(20_000);
      const problems = [];
      context.on('request', (it) => { if (!it.url().startsWith(server) && !/^(data|blob):/.test(it.url())) problems.push(`asks ${it.url()}`); });
      context.on('page', (page) => watch(page, problems));
      const page = await context.newPage();
      await page.goto(new URL(path, server).href);
      await page.locator(ready).first().waitFor();
      await steps(page, problems);
      await context.close();
      assert.deepEqual(problems, []);
    });
  }
  return { visit };
}

/** Notes what goes wrong on a page. */
function watch(page, problems) {
  page.on('console', (it) => {
    const isSoftware = /GPU stall due to ReadPixels|software WebGL/.test(it.text()); // no graphics card here
    if (['error', 'warning'].includes(it.type()) && !isSoftware) problems.push(it.text());
  });
  page.on('pageerror', (it) => problems.push(`${it}`));
  page.on('requestfailed', (it) => {
    const reason = it.failure().errorText;
    if (reason !== 'net::ERR_ABORTED') problems.push(`${it.url()}: ${reason}`); // the page was left
  });
}
