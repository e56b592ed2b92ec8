// Links to a query. The address of the page names the query that it shows, or none.

let current = read();

function read() {
  const params = new URLSearchParams(location.search);
  const query = params.get('query');
  return query ? { query, variables: params.get('variables') ?? undefined } : null;
}

/** The query that the page was opened with: `{query, variables}`, or null. */
export const linked = () => current;

/** Puts the query into the address of the page, and the address on the clipboard where it can be had. */
export async function share(query, variables) {
  current = { query, variables };
  const params = new URLSearchParams(variables ? { query, variables } : { query });
  history.replaceState(null, '', `?${params}`);
  await navigator.clipboard?.writeText(location.href);
}

/** Takes the query out of the address once the page shows another. */
export function leave(query) {
  if (current && query !== current.query) {
    current = null;
    history.replaceState(null, '', location.pathname);
  }
}
