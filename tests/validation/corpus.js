// The documents of tests/validation, each with the verdict that its heading records.
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('.', import.meta.url);
const HEADING = /^### (valid|invalid|unparsable|broken|accepted|refused)(?:, here ([A-Za-z_]+))?: (.+)\n/;

// Files that are not named after a rule.
export const SYNTAX = 'syntax';
export const DIFFERENCES = 'differences';
export const VARIABLES = 'variables';

export function files() {
  return readdirSync(FOLDER)
    .filter((it) => it.endsWith('.graphql'))
    .map((it) => it.replace('.graphql', ''));
}

// A character that a file cannot show is written as `⟦U+FEFF⟧`.
function shown(text) {
  return text.replace(/⟦U\+([0-9A-F]{4})⟧/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

// Each has a file, the verdict of graphql-js, what relata says where that differs, why, and text; with variables the
// text begins with them, in a comment.
export function documents(file) {
  const text = readFileSync(new URL(`${file}.graphql`, FOLDER), 'utf8');
  return text
    .split(/^(?=### )/m)
    .filter((it) => it.startsWith('### '))
    .map((it) => {
      const [heading, verdict, here, why] = HEADING.exec(it) ?? fail(`${file}: ${it}`);
      return { file, verdict, here, why, text: shown(it.slice(heading.length).trimEnd()) };
    });
}

function fail(message) {
  throw new Error(message);
}
