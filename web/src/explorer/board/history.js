// Undo and redo over values that are never changed.

const PAST_MAX = 100;

export const begin = (present) => ({ past: [], present, future: [] });

/** Goes on to the next value, with what it was called; the same value is no step. */
export function step(history, present, name) {
  if (present === history.present) return history;
  return { past: [...history.past, { value: history.present, name }].slice(-PAST_MAX), present, future: [] };
}

export function undo({ past, present, future }) {
  const last = past.at(-1);
  return last ? { past: past.slice(0, -1), present: last.value, future: [{ value: present, name: last.name }, ...future] } : { past, present, future };
}

export function redo({ past, present, future }) {
  const [next, ...rest] = future;
  return next ? { past: [...past, { value: present, name: next.name }], present: next.value, future: rest } : { past, present, future };
}
