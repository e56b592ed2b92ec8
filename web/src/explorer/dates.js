// Dates of ISO 8601 with the precision they were given, `2018`, `2018-09` or `2018-09-27`: days compare as text.

/** The first day that a date covers. */
export const firstDay = (date) => `${date}-01-01`.slice(0, 10);

/** The last day that a date covers. */
export function lastDay(date) {
  if (date.length >= 10) return date.slice(0, 10);
  const [year, month = '12'] = date.split('-');
  return new Date(Date.UTC(Number(year), Number(month), 0)).toISOString().slice(0, 10);
}

/** Whether the text is a date that the API takes. */
export function isDate(text) {
  if (!/^\d{4}(-\d{2}(-\d{2})?)?$/.test(text)) return false;
  const day = new Date(`${firstDay(text)}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === firstDay(text);
}

/** Whether a validity shares a day with `from`–`to`; what is absent is unbounded. */
export function overlaps({ validFrom, validTo }, from, to) {
  return (!validFrom || !to || firstDay(validFrom) <= lastDay(to)) && (!validTo || !from || lastDay(validTo) >= firstDay(from));
}

/** A validity in words: `2018`, `2018 – 2020`, `since 2018`, `until 2020`, or nothing. */
export function validity({ validFrom, validTo }) {
  if (!validFrom && !validTo) return '';
  if (validFrom === validTo) return validFrom;
  if (!validTo) return `since ${validFrom}`;
  return validFrom ? `${validFrom} – ${validTo}` : `until ${validTo}`;
}
