// How many relationships hold when: by days, months or years, whichever gives bars that can be seen.
import { firstDay, lastDay } from './dates.js';

const BARS_MAX = 120;
const DAY_MS = 86_400_000;

const UNITS = [
  { name: 'day', start: (day) => day, next: (day) => new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10) },
  { name: 'month', start: (day) => day.slice(0, 7), next: (at) => nextMonth(at, 1) },
  { name: 'year', start: (day) => day.slice(0, 4), next: (at) => String(Number(at) + 1).padStart(4, '0') },
  { name: 'decade', start: (day) => `${day.slice(0, 3)}0`, next: (at) => String(Number(at) + 10).padStart(4, '0') },
];

function nextMonth(at, by) {
  const [year, month] = at.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + by, 1)).toISOString().slice(0, 7);
}

/**
 * `{unit, bars: [{from, to, count}], undated}`: a relationship counts in every bar that its validity touches; one end
 * that is missing is taken for the other. `undated` have neither.
 */
export function histogram(relationships) {
  const spans = relationships.filter((it) => it.validFrom || it.validTo)
    .map((it) => [firstDay(it.validFrom ?? it.validTo), lastDay(it.validTo ?? it.validFrom)]);
  const undated = relationships.length - spans.length;
  if (spans.length === 0) return { unit: 'day', bars: [], undated };
  const first = spans.reduce((least, [from]) => (from < least ? from : least), spans[0][0]);
  const last = spans.reduce((most, [, to]) => (to > most ? to : most), spans[0][1]);
  const unit = UNITS.find((it) => count(it, first, last) <= BARS_MAX) ?? UNITS.at(-1);
  const bars = [];
  for (let at = unit.start(first); at <= last; at = unit.next(at)) bars.push({ from: at, to: end(unit, at), count: 0 });
  const index = new Map(bars.map((it, position) => [it.from, position]));
  for (const [from, to] of spans) {
    for (let position = index.get(unit.start(from)); position <= (index.get(unit.start(to)) ?? -1); position += 1) bars[position].count += 1;
  }
  return { unit: unit.name, bars, undated };
}

/** How many bars a unit needs, or more than enough. */
function count(unit, first, last) {
  let bars = 0;
  for (let at = unit.start(first); at <= last && bars <= BARS_MAX; at = unit.next(at)) bars += 1;
  return bars;
}

const end = (unit, at) => (unit.name === 'decade' ? String(Number(at) + 9) : at);
