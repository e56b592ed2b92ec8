/** @jsxImportSource preact */
// What is there before anything is: how large the graph is, and where to begin.
import { usePage } from '../hooks.js';
import * as queries from '../queries.js';
import { count, kindWords } from '../words.js';
import { ShowGraphQL } from './parts.jsx';

export function Empty() {
  const { state, actions } = usePage();
  const { ontology, busy } = state;
  if (!ontology) return null;
  const kinds = ontology.entitiesByType.filter((it) => it.count > 0).sort((a, b) => b.count - a.count).slice(0, 8);
  const isEmpty = ontology.entities === 0;
  return (
    <div class="empty">
      <h2>{isEmpty ? 'This graph is empty' : 'Who is connected with whom, and who says so?'}</h2>
      {isEmpty ? (
        <p>Load facts with <code>relata import</code> or write them in <a href="graphiql">GraphiQL</a>, then come back.</p>
      ) : (
        <>
          <p>{count(ontology.entities, 'entity', 'entities')}, {count(ontology.relationships, 'relationship')}, {count(ontology.evidence, 'piece of evidence', 'pieces of evidence')}.</p>
          <p class="muted">{kinds.map((it) => `${kindWords(it.type)} ${it.count.toLocaleString('en')}`).join(' · ')}</p>
          <p class="row">
            <button type="button" class="primary" onClick={() => document.getElementById('search').focus()}>Search for a name</button>
            <button type="button" disabled={Boolean(busy)} onClick={() => actions.overview()}>Show the best connected</button>
            <button type="button" onClick={() => actions.set({ tab: 'paths' })}>Find paths between two</button>
          </p>
          <p class="muted">Press <kbd>/</kbd> to search. Double-click an entity to expand it, click a line to see who says so.</p>
        </>
      )}
      <p><ShowGraphQL requests={[queries.stats()]} /></p>
    </div>
  );
}
