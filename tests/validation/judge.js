// What graphql-js says of a document: valid, invalid or unparsable; or broken, where it fails itself.
import { parse, validate } from 'graphql';

export function judge(schema, text, rules) {
  let document;
  try {
    document = parse(text);
  } catch (error) {
    return { verdict: 'unparsable', why: error.message };
  }
  try {
    const errors = validate(schema, document, rules);
    return { verdict: errors.length ? 'invalid' : 'valid', why: errors.map((it) => it.message).join('; ') };
  } catch (error) {
    return { verdict: 'broken', why: error.message };
  }
}
