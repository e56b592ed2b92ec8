// Parallel relationships become one line with a count; those that are drawn otherwise lie beside it.

/** How a relationship is drawn: not a fact is dashed, without a source dotted; `disputed` is a color. */
export const dash = ({ modality, mentions }) => (modality !== 'ASSERTED' ? 'dashed' : mentions === 0 ? 'dotted' : 'solid');

/**
 * One bundle for each pair of entities and manner of drawing. Its `source` is the end with the lesser id, so that
 * all bundles of a pair run the same way; `atSource` and `atTarget` say at which ends heads stand. An entity may make
 * a pair with itself.
 */
export function bundles(relationships, symmetric = new Set()) {
  const found = new Map();
  for (const it of relationships) {
    const forward = it.source <= it.target;
    const [source, target] = forward ? [it.source, it.target] : [it.target, it.source];
    const key = [source, target, dash(it), it.disputed ? 'disputed' : ''].join('\u0000');
    let bundle = found.get(key);
    if (!bundle) found.set(key, (bundle = { key, source, target, dash: dash(it), disputed: it.disputed, ids: [], types: [], atSource: false, atTarget: false }));
    bundle.ids.push(it.id);
    if (!bundle.types.includes(it.type)) bundle.types.push(it.type);
    if (symmetric.has(it.type)) continue;
    if (forward) bundle.atTarget = true; else bundle.atSource = true;
  }
  return lanes([...found.values()]);
}

export const isLoop = ({ source, target }) => source === target;

/** Gives the bundles of one pair their places beside each other: …, -1, 0, 1, … or halves between; loops 0, 1, …. */
function lanes(all) {
  const pairs = new Map();
  for (const it of all) {
    const key = `${it.source}\u0000${it.target}`;
    pairs.set(key, [...(pairs.get(key) ?? []), it]);
  }
  for (const pair of pairs.values()) {
    const first = isLoop(pair[0]) ? 0 : (1 - pair.length) / 2;
    pair.forEach((bundle, index) => { bundle.lane = first + index; });
  }
  return all;
}
