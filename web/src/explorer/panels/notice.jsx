/** @jsxImportSource preact */
// What the page waits for, has done, or could not do; else what is on the board.
import { boardOf } from '../actions.js';
import { usePage } from '../hooks.js';
import { count } from '../words.js';
import { Failure, ShowGraphQL, Waiting } from './parts.jsx';

export function Notice() {
  const { state, actions } = usePage();
  const { busy, notice } = state;
  if (busy) return <div class="notice"><Waiting what={busy} /></div>;
  if (!notice) return <OnBoard board={boardOf(state)} />;
  const close = <button type="button" class="tool" aria-label="Dismiss" onClick={() => actions.set({ notice: null })}>✕</button>;
  const requests = notice.request ? [notice.request] : [];
  if (notice.error) return <div class="notice bad"><Failure error={notice.error} retry={notice.retry} requests={requests} />{close}</div>;
  return <div class="notice"><p role="status">{notice.text} {notice.more && <button type="button" class="link" onClick={notice.more.run}>{notice.more.words}</button>} <ShowGraphQL requests={requests} /></p>{close}</div>;
}

function OnBoard({ board }) {
  if (board.entities.size === 0) return null;
  return <div class="notice"><p class="muted">{count(board.entities.size, 'entity', 'entities')} and {count(board.relationships.size, 'relationship')} on the board</p></div>;
}
