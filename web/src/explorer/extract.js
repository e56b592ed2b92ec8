// The graph in any answer of the API: relationships with their ends, paths, connections, and what fields lead to.

const isObject = (it) => it !== null && typeof it === 'object' && !Array.isArray(it);
const hasId = (it) => isObject(it) && typeof it.id === 'string';
/** An end of a relationship may be known by its name only. */
const isEnd = (it) => isObject(it) && (typeof it.id === 'string' || typeof it.name === 'string');
const keyOf = (it) => it.id ?? it.name;
const isLink = (it) => isObject(it) && isEnd(it.source) && isEnd(it.target);
const isEntity = (it) => hasId(it) && !isLink(it) && typeof it.name === 'string';

/** `{entities, relationships}` as the board holds them; `isReal` tells those whose own id the answer names. */
export function graphIn(answer) {
  const found = { entities: new Map(), relationships: new Map() };
  visit(answer?.data ?? answer, found);
  return { entities: [...found.entities.values()], relationships: [...found.relationships.values()] };
}

function visit(value, found) {
  if (Array.isArray(value)) {
    for (const it of value) visit(it, found);
    return;
  }
  if (!isObject(value)) return;
  if (isEntity(value)) addEntity(value, found);
  if (isLink(value)) addLink(value.relationship ?? value, value.source, value.target, value.relationship ? value.direction : 'OUT', found);
  if (Array.isArray(value.nodes) && Array.isArray(value.relationships)) alongPath(value, found);
  for (const [field, child] of Object.entries(value)) {
    if (hasId(value) && !isLink(value)) leadTo(value, field, child, found);
    visit(child, found);
  }
}

/** Entities that a field of an entity leads to, at once or by a connection. */
function leadTo(entity, field, child, found) {
  const type = field.replace(/Connection$/, '');
  const edges = isObject(child) && Array.isArray(child.edges) ? child.edges : [];
  for (const { node, other, direction, relationship } of edges.filter(isObject)) {
    if (isEnd(other)) addLink(node ?? { type }, entity, other, direction, found);
    else if (isEntity(node)) addLink(relationship ?? { type }, entity, node, 'OUT', found);
  }
  const listed = Array.isArray(child) ? child : isObject(child) && edges.length === 0 && Array.isArray(child.nodes) ? child.nodes : [];
  for (const it of listed) {
    if (isEntity(it)) addLink({ type }, entity, it, 'OUT', found);
  }
}

/** A path whose relationships do not name their ends: each lies between its neighbors. */
function alongPath({ nodes, relationships }, found) {
  if (relationships.length !== nodes.length - 1) return;
  relationships.forEach((it, at) => {
    if (isObject(it) && !isLink(it) && isEnd(nodes[at]) && isEnd(nodes[at + 1])) addLink(it, nodes[at], nodes[at + 1], 'ANY', found);
  });
}

function addEntity(entity, found) {
  const { name, type, __typename, aliases } = entity;
  const id = keyOf(entity);
  const known = found.entities.get(id);
  const kind = type ?? __typename ?? known?.type ?? '';
  found.entities.set(id, { id, name: name ?? known?.name ?? id, type: kind, aliases: aliases ?? known?.aliases ?? [], isReal: Boolean(entity.id) });
}

function addLink(link, one, other, direction, found) {
  addEntity(one, found);
  addEntity(other, found);
  const [source, target] = (direction === 'IN' ? [other, one] : [one, other]).map(keyOf);
  const type = link.type ?? link.__typename ?? '';
  const id = link.id ?? [source, type, target].join(' ');
  found.relationships.set(id, {
    id, type, source, target, isReal: Boolean(link.id), validFrom: link.validFrom ?? null, validTo: link.validTo ?? null,
    modality: link.modality ?? 'ASSERTED', disputed: link.disputed ?? false, confidence: link.confidence ?? null,
    origins: link.origins ?? 1, mentions: link.evidence?.totalCount ?? 1, properties: link.propertiesJson ?? {},
  });
}
