import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { noted } from './licenses.js';

const source = (name) => fileURLToPath(new URL(`src/${name}`, import.meta.url));

// GraphiQL formats queries in the page, so the worker's own copy of Prettier is never asked.
const withoutPrettier = {
  name: 'without-prettier',
  enforce: 'pre',
  resolveId: (id) => (id.startsWith('prettier/') ? '\0nothing' : null),
  load: (id) => (id === '\0nothing' ? 'export {};' : null),
};

export default defineConfig({
  // Relative, so that the page works under any path of a proxy.
  base: './',
  plugins: [noted()],
  resolve: {
    alias: [
      { find: /^monaco-editor\/esm\/vs\/editor\/edcore\.main\.js$/, replacement: source('monaco.js') },
      { find: /^prettier\/(plugins\/estree|parser-babel)$/, replacement: source('jsonc.js') },
      { find: /^framer-motion$/, replacement: source('reorder.jsx') },
    ],
  },
  // `npm run dev` asks the server that RELATA_URL names.
  server: { proxy: { '^/graphql$': process.env.RELATA_URL ?? 'http://127.0.0.1:8080' } },
  worker: { format: 'es', plugins: () => [withoutPrettier, noted()] },
  build: {
    target: 'es2022',
    // The first that know `light-dark()`, without which a color scheme could not be chosen in the page.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The content security policy admits files of this server only.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { explorer: 'index.html', graphiql: 'graphiql.html' },
      // `use client` means nothing in a page without a server.
      onLog: (level, log, print) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') print(level, log);
      },
    },
  },
});
