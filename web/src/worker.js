// Every worker of the editor: one entry, so that the three share their common half. Named after its language.
const entries = {
  graphql: () => import('monaco-graphql/esm/graphql.worker.js'),
  json: () => import('monaco-editor/esm/vs/language/json/json.worker.js'),
};
const other = () => import('monaco-editor/esm/vs/editor/editor.worker.js');

// What arrives before the code does must not be lost; the code then sets `onmessage` itself.
const early = [];
self.onmessage = (event) => early.push(event);
await (entries[self.name] ?? other)();
for (const event of early) self.onmessage(event);
