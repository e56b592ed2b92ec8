// Asks the API, and turns what can go wrong into one kind of error: a code, a message, what to do.
import { url } from '../api.js';

const ADVICE = {
  UNREACHABLE: 'Check that the server runs, then try again.',
  DEADLINE_EXCEEDED: 'Ask for less: fewer types, fewer hops, a lower limit.',
  QUERY_TOO_COMPLEX: 'Ask for less: a lower limit or fewer types.',
  QUERY_TOO_DEEP: 'Ask for less: fewer hops.',
  UNKNOWN_ENTITY: 'It may have been removed or merged; search for it again.',
  BAD_USER_INPUT: 'Check what was typed, above all dates: 2024, 2024-08 or 2024-08-19.',
  UNAUTHENTICATED: 'Sign in to the server, then load the page again.',
};

class AskError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
    this.advice = ADVICE[code] ?? 'Try again; if it stays, open the query in GraphiQL and look at the answer.';
  }
}

/** The `data` of an answer without errors. `signal` gives up. */
export async function ask({ query, variables }, signal) {
  const body = await post(JSON.stringify({ query, variables }), signal);
  const error = body.errors?.[0];
  if (error) throw new AskError(error.extensions?.code ?? 'ERROR', error.message);
  return body.data;
}

async function post(body, signal) {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' };
  let response;
  try {
    response = await fetch(url, { method: 'POST', headers, body, signal });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new AskError('UNREACHABLE', 'the server does not answer');
  }
  try {
    return await response.json();
  } catch {
    throw new AskError(`HTTP_${response.status}`, `the server answered ${response.status} without a result`);
  }
}

/** The address at which GraphiQL opens a query. */
export function graphiqlLink({ query, variables }) {
  const params = new URLSearchParams({ query });
  if (Object.keys(variables).length > 0) params.set('variables', JSON.stringify(variables, null, 2));
  return `graphiql?${params}`;
}
