/** @jsxImportSource preact */
// A box that finds an entity by name or alias: a combobox, worked with the arrow keys, Enter and Escape.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { namedOf } from '../answers.js';
import { ask } from '../ask.js';
import * as queries from '../queries.js';
import { kindWords } from '../words.js';
import { Failure, ShowGraphQL } from './parts.jsx';

const PAUSE_MS = 150;

export function SearchBox({ id, label, placeholder, value = '', onPick, keeps = false }) {
  const [text, setText] = useState(value);
  const [found, setFound] = useState(null);
  const [at, setAt] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const list = useId();
  const box = useRef(null);
  useEffect(() => setText(value), [value]);
  useHits(isOpen ? text.trim() : '', (it) => { setFound(it); setAt(0); });

  const pick = (hit) => {
    onPick(namedOf(hit.entity));
    setText(keeps ? hit.entity.name : '');
    setOpen(false);
    setFound(null);
  };
  const hits = found?.hits ?? [];
  const onKeyDown = (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (hits.length > 0) setAt((at + (event.key === 'ArrowDown' ? 1 : hits.length - 1)) % hits.length);
    } else if (event.key === 'Enter' && hits[at] && isOpen) {
      event.preventDefault();
      pick(hits[at]);
    } else if (event.key === 'Escape') {
      setOpen(false);
    }
  };
  const isShown = isOpen && found !== null && text.trim() !== '';
  return (
    <div class="search" ref={box} onFocusOut={(event) => { if (!box.current.contains(event.relatedTarget)) setOpen(false); }}>
      <input
        id={id} type="text" role="combobox" aria-label={label} aria-expanded={isShown} aria-controls={list} aria-autocomplete="list"
        aria-activedescendant={isShown && hits[at] ? `${list}-${at}` : undefined} autocomplete="off" spellcheck={false} dir="auto"
        placeholder={placeholder} value={text}
        onInput={(event) => { setText(event.currentTarget.value); setOpen(true); }} onFocus={() => setOpen(true)} onKeyDown={onKeyDown}
      />
      {isShown && (
        <div class="hits">
          {found.error && <Failure error={found.error} />}
          {!found.error && hits.length === 0 && <p class="muted" role="status">Nothing is named like “{text.trim()}”. Try fewer letters, or another spelling.</p>}
          <ul id={list} role="listbox" aria-label={label}>
            {hits.map((hit, index) => (
              <li
                key={hit.entity.id} id={`${list}-${index}`} role="option" aria-selected={index === at}
                onMouseDown={(event) => { event.preventDefault(); pick(hit); }} onMouseMove={() => setAt(index)}
              >
                <bdi>{hit.entity.name}</bdi>
                {hit.matched !== hit.entity.name && <span class="muted"> · <bdi>{hit.matched}</bdi></span>}
                <span class="type">{kindWords(hit.entity.type)}</span>
              </li>
            ))}
          </ul>
          <p class="foot"><ShowGraphQL requests={[found.request]} /></p>
        </div>
      )}
    </div>
  );
}

/** Asks once the typing has paused, and forgets what was asked before. */
function useHits(text, tell) {
  useEffect(() => {
    if (!text) return undefined;
    const abort = new AbortController();
    const request = queries.search(text);
    const timer = setTimeout(() => {
      ask(request, abort.signal).then(
        (data) => tell({ hits: data.search, request }),
        (error) => { if (error.name !== 'AbortError') tell({ error, request }); },
      );
    }, PAUSE_MS);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [text]);
}
