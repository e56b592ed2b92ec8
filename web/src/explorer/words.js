// How the names of an ontology are read: `TRADES_WITH` is "trades with", `turnoverUsd` is "turnover usd".

export const relationWords = (type) => type.replaceAll('_', ' ').toLowerCase();

export const fieldWords = (name) => name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase();

export const kindWords = (type) => type.replace(/([a-z\d])([A-Z])/g, '$1 $2').replaceAll('_', ' ');

export const number = (it) => it.toLocaleString('en');

export const count = (many, one, more = `${one}s`) => `${number(many)} ${many === 1 ? one : more}`;

/** What is said of an answer that a limit of the server has cut short. */
export const truncation = ({ truncated, reason }) => (truncated ? ` (truncated: ${reason})` : '');

/** A property's value as one line of text. */
export function valueText(value) {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  if (typeof value === 'number') return value.toLocaleString('en', { maximumFractionDigits: 6 });
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Most letters of a line under an entity. */
const LINE_MAX = 22;

/** A name in one line, or in two of about the same length. */
export function nameLines(name) {
  if (name.length <= LINE_MAX) return [name];
  const spaces = [...name.matchAll(/ /g)].map((it) => it.index);
  const middle = name.length / 2;
  const at = spaces.reduce((best, it) => (Math.abs(it - middle) < Math.abs(best - middle) ? it : best), 0);
  const parts = at > 0 ? [name.slice(0, at), name.slice(at + 1)] : [name];
  return parts.map((it) => (it.length > LINE_MAX ? `${it.slice(0, LINE_MAX - 1)}…` : it));
}
