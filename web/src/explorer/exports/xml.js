// Text in XML: escaped, and without what no XML 1.0 document may hold.

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Safe as text and in an attribute between double quotes. */
export const xml = (value) => String(value)
  // Control characters, halves of surrogate pairs, and the two that are no characters.
  .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
  .replace(/[&<>"']/g, (it) => ESCAPES[it])
  .replace(/[\t\n\r]/g, (it) => `&#${it.charCodeAt(0)};`);
