// Builds the page into `built/`, which is committed, so that cargo needs no Node; `--check` compares instead.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { build } from 'vite';
import { licenses } from './licenses.js';
import config from './vite.config.js';

process.chdir(import.meta.dirname);
const out = 'built';
/** What the explorer may weigh, compressed, without GraphiQL. */
const EXPLORER_BYTES_MAX = 150_000;

const files = await bundle();
if (process.argv.includes('--check')) {
  check(files);
} else {
  write(files);
}
report(files);

/** The files of the page by name, and the notices that belong to them. */
async function bundle() {
  const { output } = await build({ ...config, configFile: false, logLevel: 'warn', build: { ...config.build, write: false } });
  const files = output.map(({ fileName, code, source }) => [fileName, Buffer.from(code ?? source)]);
  files.push(['licenses.txt', Buffer.from(licenses())]);
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function write(files) {
  rmSync(out, { recursive: true, force: true });
  for (const [name, content] of files) {
    const path = join(out, `${name}.br`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, compressed(content));
  }
  writeFileSync(join(out, 'files.rs'), table(files));
}

/** Compares contents, not their compressed form, which may differ from one version of Node to another. */
function check(files) {
  const expected = new Set([...files.keys()].map((name) => `${name}.br`).concat('files.rs'));
  const present = readdirSync(out, { recursive: true }).filter((it) => statSync(join(out, it)).isFile());
  const wrong = present.filter((it) => !expected.has(it));
  for (const [name, content] of files) {
    const path = join(out, `${name}.br`);
    if (!existsSync(path) || !brotliDecompressSync(readFileSync(path)).equals(content)) wrong.push(`${name}.br`);
  }
  if (readFileSync(join(out, 'files.rs'), 'utf8') !== table(files)) wrong.push('files.rs');
  if (wrong.length > 0) {
    console.error(`not what the sources build; run \`npm run build\`:\n  ${wrong.join('\n  ')}`);
    process.exitCode = 1;
  }
}

/** The files as a Rust expression, for `src/server/page.rs`. */
function table(files) {
  const rows = [...files.keys()].map((name) => `    ("${name}", include_bytes!("${name}.br")),\n`);
  return `&[\n${rows.join('')}]\n`;
}

function compressed(content) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  return brotliCompressSync(content, { params });
}

function report(files) {
  const sizes = [...files].map(([name, content]) => [name, content.length, statSync(join(out, `${name}.br`), { throwIfNoEntry: false })?.size ?? 0]);
  const total = (column) => sizes.reduce((sum, row) => sum + row[column], 0);
  for (const [name, raw, small] of [...sizes, ['in all', total(1), total(2)]]) {
    console.log(`${name.padEnd(48)} ${String(raw).padStart(9)} ${String(small).padStart(9)}`);
  }
  weigh(files, new Map(sizes.map(([name, raw, small]) => [name, { raw, small }])));
}

/** Tells what each page weighs with everything that it can load, and refuses an explorer that is too heavy. */
function weigh(files, sizes) {
  for (const page of ['index.html', 'graphiql.html']) {
    const names = [...loaded(files, page)];
    const [raw, small] = ['raw', 'small'].map((it) => names.reduce((sum, name) => sum + sizes.get(name)[it], 0));
    console.log(`${`${page} with what it loads`.padEnd(48)} ${String(raw).padStart(9)} ${String(small).padStart(9)}`);
    if (page === 'index.html' && small > EXPLORER_BYTES_MAX) {
      console.error(`the explorer may weigh ${EXPLORER_BYTES_MAX} bytes`);
      process.exitCode = 1;
    }
  }
}

/** A page and the files that are named in it, or in those. */
function loaded(files, page) {
  const found = new Set([page]);
  for (const name of found) {
    if (!/\.(html|js)$/.test(name)) continue;
    const text = files.get(name).toString();
    for (const it of files.keys()) {
      if (it.startsWith('assets/') && text.includes(it.slice('assets/'.length))) found.add(it);
    }
  }
  return found;
}
