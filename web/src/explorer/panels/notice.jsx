/** @jsxImportSource preact */
// What the page waits for, has done, or could not do.
import { usePage } from '../hooks.js';
import { Failure, ShowGraphQL, Waiting } from './parts.jsx';

export function Notice() {
  const { state, actions } = usePage();
  const { busy, notice } = state;
  if (busy) return <div class="notice"><Waiting what={busy} /></div>;
  if (!notice) return null;
  const close = <button type="button" class="tool" aria-label="Dismiss" onClick={() => actions.set({ notice: null })}>✕</button>;
  const requests = notice.request ? [notice.request] : [];
  if (notice.error) return <div class="notice bad"><Failure error={notice.error} retry={notice.retry} requests={requests} />{close}</div>;
  return <div class="notice"><p role="status">{notice.text} <ShowGraphQL requests={requests} /></p>{close}</div>;
}
