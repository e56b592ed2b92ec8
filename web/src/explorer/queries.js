// Every question that the explorer asks, each `{query, variables}`: as it is sent, and as GraphiQL opens it.
import { whereOf } from './lens.js';

/** Aliases in one query; the server's default allows 50. */
const ALIASES_MAX = 48;
const PAGE = 1000;
/** Entities whose degree is looked at for an overview. */
export const SCANNED_MAX = 20_000;

const NAMED = 'fragment Named on Entity { id type name aliases }';
const LINK = `fragment Link on Relationship {
  id type source { id } target { id } validFrom validTo
  modality disputed confidence origins propertiesJson evidence(first: 0) { totalCount }
}`;

const request = (parts, variables = {}) => ({ query: parts.join('\n\n'), variables: present(variables) });
const present = (variables) => Object.fromEntries(Object.entries(variables).filter(([, it]) => it !== undefined && it !== ''));

export const stats = () => request([`query Stats {
  stats { entities relationships evidence entitiesByType { type count } relationshipsByType { type count } }
}`]);

export const search = (text) => request([`query Search($text: String!) {
  search(text: $text, first: 12) { matched score entity { ...Named } }
}`, NAMED], { text });

/** An entity's properties, and how many relationships it has by type and direction; several queries for many types. */
export function entity(id, relations, lens) {
  return chunks(relations, Math.floor(ALIASES_MAX / 3)).map((types, index) => request([`query Entity($id: ID!, $where: RelationshipWhere, $asOf: Date) {
  entity(ref: { id: $id }) {
    ...Named${index === 0 ? ' propertiesJson' : ''}
${types.flatMap((it) => ['out', 'in', 'any'].map((way) => `    ${way}_${it}: degree(types: [${it}], direction: ${way.toUpperCase()}, where: $where, asOf: $asOf)`)).join('\n')}
  }
}`, NAMED], { id, where: whereOf(lens), asOf: lens.asOf }));
}

/** The newest relationships of an entity: of `outgoing`, `incoming` and `mutual` types, up to `limit` each way. */
export function expand(id, { outgoing, incoming, mutual }, limit, lens) {
  const part = (name, types, direction) => (types.length === 0 ? '' : `
    ${name}: relationships(types: [${types.join(', ')}], direction: ${direction}, where: $where, asOf: $asOf, first: $limit) {
      totalCount
      edges { direction other { ...Named } node { ...Link } }
    }`);
  return request([`query Expand($id: ID!, $limit: Int!, $where: RelationshipWhere, $asOf: Date) {
  entity(ref: { id: $id }) {${part('outgoing', outgoing, 'OUT')}${part('incoming', incoming, 'IN')}${part('mutual', mutual, 'ANY')}
  }
}`, NAMED, LINK], { id, limit, where: whereOf(lens), asOf: lens.asOf });
}

/** All relationships among entities. */
export const among = (ids, lens) => request([`query Among($roots: [EntityRef!]!, $max: Int!, $where: RelationshipWhere, $asOf: Date) {
  subgraph(roots: $roots, hops: 0, where: $where, asOf: $asOf, maxNodes: $max) {
    nodes { ...Named }
    relationships { ...Link }
    truncated reason
  }
}`, NAMED, LINK], { roots: ids.map((id) => ({ id })), max: ids.length, where: whereOf(lens), asOf: lens.asOf });

/** Which types have no direction, asked at one relationship of each: `examples` are `{type, source}`. */
export const directions = (examples) => request([`query Directions {
${examples.slice(0, ALIASES_MAX).map(({ type, source }) => `  ${type}: entity(ref: { id: ${JSON.stringify(source)} }) { relationships(types: [${type}], first: 1) { edges { direction } } }`).join('\n')}
}`]);

/** A page of entities with their degrees. */
export const degrees = (after, lens) => request([`query Degrees($after: String, $where: RelationshipWhere, $asOf: Date) {
  entities(first: ${PAGE}, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { id degree(where: $where, asOf: $asOf) }
  }
}`], { after, where: whereOf(lens), asOf: lens.asOf });

/** The newest relationships of each of some entities. */
export const newest = (ids, limit, lens) => request([`query Newest($limit: Int!, $where: RelationshipWhere, $asOf: Date) {
${ids.map((id, at) => `  entity${at}: entity(ref: { id: ${JSON.stringify(id)} }) {
    ...Named
    relationships(first: $limit, where: $where, asOf: $asOf) { edges { other { ...Named } node { ...Link } } }
  }`).join('\n')}
}`, NAMED, LINK], { limit, where: whereOf(lens), asOf: lens.asOf });

/** A page of all entities. */
export const entities = (after) => request([`query Entities($after: String) {
  entities(first: ${PAGE}, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { ...Named } }
}`, NAMED], { after });

/** A page of all relationships. */
export const relationships = (after, lens) => request([`query Relationships($after: String, $where: RelationshipWhere, $asOf: Date) {
  relationships(first: ${PAGE}, after: $after, where: $where, asOf: $asOf) { totalCount pageInfo { hasNextPage endCursor } nodes { ...Link } }
}`, LINK], { after, where: whereOf(lens), asOf: lens.asOf });

/** The `k` shortest paths between two entities. */
export const paths = ({ from, to, k, maxHops, types, modalities, asOf }) => request([`query Paths($from: ID!, $to: ID!, $k: Int!, $maxHops: Int!, $via: [StepInput!], $asOf: Date) {
  paths(from: { id: $from }, to: { id: $to }, mode: K_SHORTEST, first: $k, maxHops: $maxHops, via: $via, asOf: $asOf) {
    found truncated reason
    paths { length validFrom validTo minConfidence nodes { ...Named } steps { direction relationship { ...Link } } }
  }
}`, NAMED, LINK], {
  from, to, k, maxHops, asOf,
  via: [{ ...(types.length > 0 && { types }), where: { modality: modalities }, repeat: { min: 1, max: maxHops } }],
});

/** A relationship with everything that is said for and against it. */
export const evidence = (id) => request([`query Evidence($id: ID!) {
  relationship(id: $id) {
    ...Link
    source { ...Named } target { ...Named } recordedAt retractedAt
    evidence(first: 100) {
      totalCount
      nodes {
        id stance modality confidence statedAt locator quote summary method recordedAt
        document { ...Named } citedSource { ...Named } statedBy { ...Named }
      }
    }
  }
}`, NAMED, LINK.replace(' evidence(first: 0) { totalCount }', '')], { id });

/** What is to be laid out again, by id. */
export const restore = (entities, relationships) => request([`query Restore($entities: [ID!]!, $relationships: [ID!]!) {
  entities: nodes(ids: $entities) { ...Named }
  relationships: nodes(ids: $relationships) { ...Link }
}`, NAMED, LINK], { entities, relationships });

function chunks(list, size) {
  const parts = [];
  for (let at = 0; at < Math.max(1, list.length); at += size) parts.push(list.slice(at, at + size));
  return parts;
}
