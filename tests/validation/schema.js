// The schema that the default ontology implies, as graphql-js has it, with relata's own scalars.
import { readFileSync } from 'node:fs';
import { buildSchema, GraphQLError, Kind, valueFromASTUntyped } from 'graphql';

const BIG_INT_MAX = 2n ** 63n - 1n;
const BIG_INT_MIN = -(2n ** 63n);

function refuse(type, value) {
  throw new GraphQLError(`no ${type}: ${JSON.stringify(value)}`);
}

function text(type, is) {
  return (value) => (typeof value === 'string' && is(value) ? value : refuse(type, value));
}

// `2024`, `2024-08` or `2024-08-19`, by the calendar.
function isDate(value) {
  const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(value);
  if (!parts || parts[1] === '0000') return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2] ?? 1), Number(parts[3] ?? 1)];
  if (month < 1 || month > 12) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day >= 1 && day <= days[month - 1];
}

// RFC 3339.
function isDateTime(value) {
  const parts =
    /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|[+-](\d{2}):(\d{2}))$/.exec(value);
  if (!parts || !isDate(parts[1])) return false;
  const [hour, minute, second] = parts.slice(2, 5).map(Number);
  return hour < 24 && minute < 60 && second <= 60 && Number(parts[5] ?? 0) < 24 && Number(parts[6] ?? 0) < 60;
}

function bigInt(value) {
  const isText = typeof value === 'string' && /^[+-]?\d+$/.test(value);
  if (!isText && !Number.isInteger(value)) refuse('BigInt', value);
  const number = BigInt(typeof value === 'string' ? value.replace(/^\+/, '') : value);
  return number >= BIG_INT_MIN && number <= BIG_INT_MAX ? number : refuse('BigInt', value);
}

const PARSERS = {
  Date: text('Date', isDate),
  DateTime: text('DateTime', isDateTime),
  BigInt: bigInt,
  JSON: (value) => value,
};

function literal(parse, name) {
  return (node, variables) => {
    if (name === 'JSON') return valueFromASTUntyped(node, variables) ?? null;
    if (node.kind === Kind.STRING || (name === 'BigInt' && node.kind === Kind.INT)) return parse(node.value);
    return refuse(name, node.kind);
  };
}

export function relataSchema() {
  const schema = buildSchema(readFileSync(new URL('../sdl/default.graphql', import.meta.url), 'utf8'));
  for (const [name, parse] of Object.entries(PARSERS)) {
    const scalar = schema.getType(name);
    scalar.parseValue = parse;
    scalar.parseLiteral = literal(parse, name);
  }
  return schema;
}
