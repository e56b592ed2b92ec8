// Relationships and paths as sentences that can be read aloud.
import { validity } from './dates.js';
import { count, relationWords } from './words.js';

/** `Russia trades with Azerbaijan`, read in the direction of the relationship, and what limits it. */
export function sentence(relationship, nameOf) {
  const { source, target, type } = relationship;
  const limits = [
    relationship.modality === 'ASSERTED' ? '' : relationship.modality.toLowerCase(),
    relationship.disputed ? 'disputed' : '',
    validity(relationship),
    relationship.mentions === 0 ? 'no source' : count(relationship.origins, 'origin'),
  ].filter(Boolean);
  return `${nameOf(source)} ${relationWords(type)} ${nameOf(target)} (${limits.join(', ')})`;
}

/** A path as one sentence a step. */
export function pathSentences(path) {
  const names = new Map(path.entities.map((it) => [it.id, it.name]));
  return path.steps.map((it) => sentence(it.relationship, (id) => names.get(id) ?? id));
}

/** What a path is worth at a glance: `2 steps, held together 2018 – 2020, confidence at least 0.9`. */
export function pathSummary(path) {
  const held = validity(path);
  return [
    count(path.length, 'step'),
    held && `held together ${held}`,
    path.minConfidence !== null && path.minConfidence !== undefined && `confidence at least ${path.minConfidence}`,
  ].filter(Boolean).join(', ');
}

/** `1 origin / 4 mentions` */
export const sources = ({ origins, mentions }) => (mentions === 0 ? 'no source' : `${count(origins, 'origin')} / ${count(mentions, 'mention')}`);
