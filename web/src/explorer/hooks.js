// The store in components, and questions that they ask.
import { createContext } from 'preact';
import { useContext, useEffect, useLayoutEffect, useMemo, useReducer, useState } from 'preact/hooks';
import { ask } from './ask.js';

/** `{store, actions}` of the page. */
export const Page = createContext(null);

export function usePage() {
  const { store, actions } = useContext(Page);
  const [, again] = useReducer((it) => it + 1, 0);
  // Before anything else can happen: an answer that came between drawing and listening would be missed.
  useLayoutEffect(() => store.subscribe(again), [store]);
  return { state: store.get(), actions };
}

/** Asks the requests whenever they change: `{answers, error, retry}`; all absent while it waits. */
export function useAsk(requests) {
  const key = JSON.stringify(requests);
  const [tries, retry] = useReducer((it) => it + 1, 0);
  const [result, setResult] = useState({ key: null });
  useEffect(() => {
    const abort = new AbortController();
    Promise.all(requests.map((it) => ask(it, abort.signal))).then(
      (answers) => setResult({ key, answers }),
      (error) => { if (error.name !== 'AbortError') setResult({ key, error }); },
    );
    setResult((it) => (it.error ? { key: null } : it));
    return () => abort.abort();
  }, [key, tries]);
  return useMemo(() => (result.key === key ? { ...result, retry } : { retry }), [result, key]);
}

/** Listens while the component is there. */
export function useListener(target, event, listener) {
  useEffect(() => {
    target.addEventListener(event, listener);
    return () => target.removeEventListener(event, listener);
  });
}
