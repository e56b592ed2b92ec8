/** @jsxImportSource preact */
// The details: of what is selected, or of the paths between two.
import { boardOf } from '../actions.js';
import { usePage } from '../hooks.js';
import { EntityPanel } from './entity.jsx';
import { LinksPanel } from './links.jsx';
import { PathsPanel } from './paths.jsx';

export function Side() {
  const { state, actions } = usePage();
  const tab = (name, words) => (
    <button type="button" role="tab" id={`tab-${name}`} aria-selected={state.tab === name} aria-controls="details" onClick={() => actions.set({ tab: name })}>{words}</button>
  );
  return (
    <aside class="panel side" id="side" tabIndex={-1} aria-label="Details">
      <div class="tabs" role="tablist" aria-label="Details">{tab('selection', 'Selection')}{tab('paths', 'Paths')}</div>
      <div id="details" role="tabpanel" aria-labelledby={`tab-${state.tab}`}>
        {state.tab === 'paths' ? <PathsPanel /> : <Selection />}
      </div>
    </aside>
  );
}

function Selection() {
  const { state } = usePage();
  const { selection } = state;
  const board = boardOf(state);
  if (selection?.kind === 'entity') {
    const entity = board.entities.get(selection.ids[0]);
    if (entity) return <EntityPanel key={entity.id} entity={entity} />;
  }
  if (selection?.kind === 'relationships') {
    const links = selection.ids.map((id) => board.relationships.get(id)).filter(Boolean);
    if (links.length > 0) return <LinksPanel key={selection.ids.join()} links={links} />;
  }
  return <p class="muted hint">Select an entity to see what it is connected with, or a line to see who says so.</p>;
}
