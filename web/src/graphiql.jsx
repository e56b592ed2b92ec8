// GraphiQL with what belongs to relata: links, first tabs, the colours of the system.
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { ToolbarButton, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import '@graphiql/react/style.css';
import 'graphiql/graphiql.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import '@graphiql/plugin-explorer/style.css';
import { drawingPlugin } from './drawing.jsx';
import { subscriptionUrl, url } from './api.js';
import { leave, linked, share } from './link.js';

const ask = createGraphiQLFetcher({ url, subscriptionUrl, enableIncrementalDelivery: false });
const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false }), drawingPlugin];

self.MonacoEnvironment = {
  getWorker: (_, name) => new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name }),
};

/** GraphiQL learns the name of an operation a moment late, and would send that of the tab before. */
function fetcher({ operationName, ...params }, options) {
  const named = new RegExp(`\\b(query|mutation|subscription)\\s+${operationName}\\b`).test(params.query);
  return ask(named ? { operationName, ...params } : params, options);
}

export function show(element, tabs) {
  const link = linked();
  createRoot(element).render(
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      defaultTabs={tabs}
      initialQuery={link?.query}
      initialVariables={link?.variables}
      onTabChange={({ tabs, activeTabIndex }) => leave(tabs[activeTabIndex].query)}
    >
      <GraphiQL.Logo>
        <a className="relata-logo" href="./" title="Open the explorer">relata</a>
      </GraphiQL.Logo>
      <GraphiQL.Toolbar>
        {({ prettify, merge, copy }) => (
          <>
            {prettify}
            {merge}
            {copy}
            <CopyLink />
          </>
        )}
      </GraphiQL.Toolbar>
      <SystemColors />
    </GraphiQL>,
  );
}

function CopyLink() {
  const query = useGraphiQL((state) => state.queryEditor);
  const variables = useGraphiQL((state) => state.variableEditor);
  return (
    <ToolbarButton label="Copy a link to this query" onClick={() => share(query.getValue(), variables.getValue())}>
      <svg className="graphiql-toolbar-icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
        <path d="M10 14a4.5 4.5 0 0 0 6.4 0l3.3-3.3a4.5 4.5 0 0 0-6.4-6.4L12 5.6M14 10a4.5 4.5 0 0 0-6.4 0l-3.3 3.3a4.5 4.5 0 0 0 6.4 6.4l1.3-1.3" />
      </svg>
    </ToolbarButton>
  );
}

/** Follows the system from dark to light and back while the page is open; GraphiQL looks once. */
function SystemColors() {
  const { setTheme } = useGraphiQLActions();
  const theme = useGraphiQL((state) => state.theme);
  useEffect(() => {
    if (theme) return undefined;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setTheme(null);
    dark.addEventListener('change', follow);
    return () => dark.removeEventListener('change', follow);
  }, [theme, setTheme]);
  return null;
}
