/** @jsxImportSource preact */
// Small parts that several panels are made of.
import { graphiqlLink } from '../ask.js';
import { kindColor } from '../draw/palette.js';
import { fieldWords, valueText } from '../words.js';

/** Opens in GraphiQL what a view was asked with. */
export function ShowGraphQL({ requests }) {
  return requests.map((it, index) => (
    <a key={it.query} class="graphql" href={graphiqlLink(it)} target="_blank" rel="noopener" title="Open this view's query in GraphiQL">
      Show GraphQL{requests.length > 1 ? ` ${index + 1}` : ''}
    </a>
  ));
}

/** Names and values; an address can be opened. */
export function Properties({ values }) {
  const rows = Object.entries(values).map(([name, it]) => [name, valueText(it)]).filter(([, text]) => text !== '');
  if (rows.length === 0) return null;
  const shown = (text) => (/^https?:\/\//.test(text) ? <a href={text} target="_blank" rel="noopener noreferrer">{text}</a> : <bdi>{text}</bdi>);
  return <dl class="properties">{rows.map(([name, text]) => [<dt key={name}>{fieldWords(name)}</dt>, <dd key={`${name}:`}>{shown(text)}</dd>])}</dl>;
}

export const Dot = ({ index, theme }) => <span class="dot" style={{ background: kindColor(theme, Math.max(0, index)) }} />;

export function Failure({ error, retry, requests = [] }) {
  return (
    <div class="failure" role="alert">
      <p><code>{error.code ?? 'ERROR'}</code> {error.message}</p>
      {error.advice && <p class="muted">{error.advice}</p>}
      <p class="row">{retry && <button type="button" onClick={retry}>Try again</button>}<ShowGraphQL requests={requests} /></p>
    </div>
  );
}

export const Waiting = ({ what }) => <p class="waiting" role="status"><span class="spinner" aria-hidden="true" />{what} …</p>;

export const Modality = ({ modality }) => <span class={`badge ${modality.toLowerCase()}`}>{modality.toLowerCase()}</span>;

/** A manner of drawing lines, as the legend shows it. */
export const Stroke = ({ dash, color }) => (
  <svg class={`stroke ${dash} ${color ?? ''}`} viewBox="0 0 34 8" width="34" height="8" aria-hidden="true"><line x1="1" y1="4" x2="33" y2="4" /></svg>
);
