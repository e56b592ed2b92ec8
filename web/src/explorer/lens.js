// What of the board is seen: by type, modality, confidence and time. The server is asked through the same lens.
import { overlaps } from './dates.js';

export const MODALITIES = ['ASSERTED', 'INTENDED', 'POSSIBLE', 'REQUESTED'];

export const openLens = { kindsHidden: [], relationsHidden: [], modalities: MODALITIES, confidenceMin: 0, asOf: '', from: '', to: '' };

/** How many of its settings are not the open lens's. */
export const settings = (lens) => Object.keys(openLens).filter((key) => String(lens[key]) !== String(openLens[key])).length;

/** Whether a relationship passes, its time apart. */
export function admits(lens, relationship) {
  return lens.modalities.includes(relationship.modality)
    && !lens.relationsHidden.includes(relationship.type)
    && (lens.confidenceMin === 0 || (relationship.confidence ?? -1) >= lens.confidenceMin);
}

/** Whether a relationship passes. */
export function shows(lens, relationship) {
  return admits(lens, relationship)
    && (!lens.asOf || overlaps(relationship, lens.asOf, lens.asOf))
    && overlaps(relationship, lens.from, lens.to);
}

/** The entities and relationships of a board that pass: those of its relationships whose both ends do. */
export function seen(board, lens) {
  const entities = [...board.entities.values()].filter((it) => !lens.kindsHidden.includes(it.type));
  const ids = new Set(entities.map((it) => it.id));
  const relationships = [...board.relationships.values()]
    .filter((it) => ids.has(it.source) && ids.has(it.target) && shows(lens, it));
  return { entities, relationships };
}

/** The lens as the API's `RelationshipWhere`. */
export function whereOf(lens) {
  return {
    modality: lens.modalities,
    ...(lens.confidenceMin > 0 && { confidence: { gte: lens.confidenceMin } }),
    ...((lens.from || lens.to) && { validDuring: { ...(lens.from && { from: lens.from }), ...(lens.to && { to: lens.to }) } }),
  };
}
