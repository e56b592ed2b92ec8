// For the tests: a server of their own, and Chromium that can reach nothing else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { start } from '../tests/common/server.mjs';

const launch = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless', '--no-sandbox', '--disable-quic', '--no-first-run', '--use-angle=swiftshader', '--enable-unsafe-swiftshader',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ],
};

/**
 * Starts `relata serve` with these arguments before the tests of a file; the result's `visit(name, path, options,
 * steps)` is a test on a fresh visitor's page, on which nothing may go wrong and which may ask no other server. `ready`
 * is what the page shows once it can be used.
 */
export function pages(serve, ready) {
  let server;
  let browser;
  before(async () => {
    server = await start(...serve);
    browser = await chromium.launch(launch);
  });
  after(async () => {
    await browser?.close();
    await server.stop();
  });

  function visit(name, path, options, steps) {
    test(name, async () => {
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, acceptDownloads: true, ...options });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      context.setDefaultTimeout(60_000); // for slow machines; nothing waits so long where all is well
      const problems = [];
      context.on('request', (it) => { if (!it.url().startsWith(server.origin) && !/^(data|blob):/.test(it.url())) problems.push(`asks ${it.url()}`); });
      context.on('page', (page) => watch(page, problems));
      const page = await context.newPage();
      await page.goto(new URL(path, server.origin).href);
      await page.locator(ready).first().waitFor();
      await steps(page, problems);
      assert.deepEqual(problems, []); // before what still loads is broken off
      await context.close();
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
