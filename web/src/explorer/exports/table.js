// The seen relationships as CSV and JSON.

const COLUMNS = ['id', 'type', 'source', 'sourceName', 'target', 'targetName', 'validFrom', 'validTo', 'modality', 'disputed', 'confidence', 'origins', 'mentions', 'properties'];

/** A relationship as a row of the columns. */
const rowOf = (it, nameOf) => [
  it.id, it.type, it.source, nameOf(it.source), it.target, nameOf(it.target), it.validFrom, it.validTo,
  it.modality, it.disputed, it.confidence, it.origins, it.mentions, JSON.stringify(it.properties),
];

/** A cell by RFC 4180. Text that a spreadsheet would take for a formula is preceded by an apostrophe. */
export function cell(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = /^[\s\u0000]*[=+\-@\t\r\n|＝＋－＠]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n;\t]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

/** With a mark of its encoding, without which Excel reads it in that of the machine. */
export function csv({ nodes, relationships }) {
  const names = new Map(nodes.map((it) => [it.id, it.name]));
  const rows = relationships.map((it) => rowOf(it, (id) => names.get(id)));
  return `\ufeff${[COLUMNS, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** Entities and relationships in the interchange form's words, and the lens through which they were seen. */
export function json({ nodes, relationships }, lens) {
  const entities = nodes.map(({ id, type, name, aliases, x, y }) => ({ id, type, name, aliases, x: Math.round(x), y: Math.round(y) }));
  return `${JSON.stringify({ lens, entities, relationships }, null, 2)}\n`;
}
